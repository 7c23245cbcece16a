/*
 * experiment_plan.c - see experiment_plan.h.
 */
#include "experiment_plan.h"

#include "common/clock.h"
#include "common/units.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { QUICK_RUNS = 2 };

double scene_wait_s(const struct scene *scene, bool alone)
{
    size_t at_once = alone ? 1 : scene->concurrency;
    size_t waits = (scene->pages + at_once - 1) / at_once;
    int64_t latency_ns = 0;

    units_duration(scene->latency, &latency_ns);
    return (double)waits * (double)latency_ns / (double)NS_PER_S;
}

struct cell *plan_cell(const struct plan *plan, size_t scene, size_t contender)
{
    return &plan->cells[scene * plan->contender_count + contender];
}

static void guess_times(struct plan *plan)
{
    for (size_t s = 0; s < plan->scene_count; s++)
        for (size_t c = 0; c < plan->contender_count; c++)
            plan_cell(plan, s, c)->wall_s =
                0.02 + scene_wait_s(&plan->scenes[s],
                                    plan->experiment->contenders[c].alone);
}

int plan_make(struct plan *plan, const struct experiment *experiment,
              bool quick)
{
    *plan = (struct plan){
        .experiment = experiment,
        .scenes = quick ? experiment->quick : experiment->scenes,
        .quick = quick,
        .limit_s = quick ? experiment->limit_s / 5 : experiment->limit_s,
    };
    while (plan->scenes[plan->scene_count].x != NULL)
        plan->scene_count++;
    while (experiment->contenders[plan->contender_count].label != NULL)
        plan->contender_count++;
    plan->cells = calloc(plan->scene_count * plan->contender_count,
                         sizeof plan->cells[0]);
    if (plan->cells == NULL)
        return -1;
    guess_times(plan);
    return 0;
}

void plan_free(struct plan *plan)
{
    free(plan->cells);
    plan->cells = NULL;
}

void plan_note_row(const struct experiment_row *row, void *data)
{
    const struct plan *plan = data;

    for (size_t s = 0; s < plan->scene_count; s++)
        for (size_t c = 0; c < plan->contender_count; c++) {
            struct cell *cell = plan_cell(plan, s, c);
            if (strcmp(row->x, plan->scenes[s].x) != 0 ||
                strcmp(row->entrant, plan->experiment->contenders[c].label) !=
                    0)
                continue;
            if (row->ok && cell->done == 0)
                cell->wall_s = row->wall_s;
            if (row->run > cell->done)
                cell->done = row->run;
            cell->over = cell->over || !row->ok;
        }
}

/* Until the first run it is a guess whether one is long. */
static size_t runs_of(const struct plan *plan, const struct cell *cell)
{
    const struct experiment *experiment = plan->experiment;

    if (cell->over)
        return cell->done;
    if (plan->quick)
        return QUICK_RUNS;
    return cell->wall_s >= EXPERIMENT_LONG_S ? experiment->long_runs
                                             : experiment->runs;
}

bool plan_is_due(const struct plan *plan, size_t scene, size_t contender,
                 size_t round)
{
    const struct cell *cell = plan_cell(plan, scene, contender);

    return cell->done == round && round < runs_of(plan, cell);
}

size_t plan_rounds(const struct plan *plan)
{
    return plan->quick ? QUICK_RUNS : plan->experiment->runs;
}

void plan_seconds(const struct plan *plan, double *done_s, double *left_s)
{
    *done_s = *left_s = 0;
    for (size_t i = 0; i < plan->scene_count * plan->contender_count; i++) {
        const struct cell *cell = &plan->cells[i];
        size_t runs = runs_of(plan, cell);
        *done_s += (double)cell->done * cell->wall_s;
        if (runs > cell->done)
            *left_s += (double)(runs - cell->done) * cell->wall_s;
    }
}
