/*
 * experiment_head.c - see experiment_head.h.
 */
#include "experiment_head.h"

#include "race.h"

#include <stdio.h>
#include <stdlib.h>

static void write_scenes(FILE *out, const struct plan *plan)
{
    for (size_t s = 0; s < plan->scene_count; s++) {
        const struct scene *scene = &plan->scenes[s];
        fprintf(out, "# x=%s: %zu page%s", scene->x, scene->pages,
                scene->pages == 1 ? "" : "s");
        if (scene->size != NULL)
            fprintf(out, " of %s", scene->size);
        fprintf(out, ", %s away, %zu at a time%s\n", scene->latency,
                scene->concurrency, scene->follow ? ", found by links" : "");
    }
}

static void write_runs(FILE *out, const struct plan *plan)
{
    const struct experiment *experiment = plan->experiment;

    fprintf(out, "# runs: %zu, interleaved", plan_rounds(plan));
    if (experiment->long_runs < experiment->runs && !plan->quick)
        fprintf(out, "; %zu of who takes %g s or longer", experiment->long_runs,
                EXPERIMENT_LONG_S);
    fprintf(out, "\n# limit: %g s for a run\n", plan->limit_s);
}

static void write_columns(FILE *out)
{
    fputs("experiment,x,entrant,concurrency,run,result", out);
    for (int f = 0; f < FIGURES; f++)
        fprintf(out, ",%s", figure_name(f));
    fputs(",python_s,why\n", out);
}

char *experiment_head(const struct plan *plan, const struct machine *machine,
                      const char *command)
{
    const struct experiment *experiment = plan->experiment;
    char *head = NULL;
    size_t size;
    FILE *out = open_memstream(&head, &size);

    if (out == NULL)
        return NULL;
    fprintf(out, "# command: %s\n# experiment: %s: %s%s\n", command,
            experiment->name, experiment->shows, plan->quick ? " (quick)" : "");
    fprintf(out, "# x: %s\n", experiment->quantity);
    write_scenes(out, plan);
    write_runs(out, plan);
    if (experiment->note != NULL)
        fprintf(out, "# note: %s\n", experiment->note);
    machine_write_header(out, machine);
    write_columns(out);
    if (fclose(out) == 0)
        return head;
    free(head);
    return NULL;
}
