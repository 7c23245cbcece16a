/*
 * experiment_race.c - see experiment.h: an experiment that is a race.
 *
 * In every round each contender that is due runs once in each scene, A B C and
 * again A B C, and has its row in the file at once. A scene of a round has a
 * practice site of its own, so that nobody has to wait for ports that the one
 * before has used up.
 */
#include "experiment.h"

#include "experiment_file.h"
#include "experiment_head.h"
#include "experiment_plan.h"
#include "experiment_progress.h"
#include "experiment_scene.h"
#include "race_arguments.h"
#include "race_child.h"
#include "race_entrants.h"
#include "race_judge.h"
#include "race_run.h"

#include "common/csv.h"
#include "common/machine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Fewer than this part of the pages asked for in flight: it cannot go there. */
static const double ENOUGH_IN_FLIGHT = 0.75;

struct measuring {
    struct race *race;
    const struct experiment_place *place;
    struct plan plan;
    struct experiment_file file;
    bool failed; /* somebody did what nobody should */
};

/* Returns 0, or -1 with errno. */
static int open_file(struct measuring *now)
{
    struct machine machine;

    machine_describe(&machine);
    char *head = experiment_head(&now->plan, &machine, now->place->command);
    if (head == NULL)
        return -1;
    int result = experiment_file_open(&now->file, now->place->csv, head,
                                      machine.date, plan_note_row, &now->plan);
    free(head);
    return result;
}

/* ---- rows ---- */

static const char *python_seconds(const struct race *race,
                                  const struct entrant *entrant)
{
    const char *seconds = articles_seconds(entrant->label);

    return race_options_are_the_articles(&race->options) && seconds != NULL
               ? seconds
               : "";
}

static void write_row(struct measuring *now, const char *x,
                      const struct entrant *entrant, size_t number,
                      const char *result, const char *why)
{
    FILE *out = now->file.file;

    fprintf(out, "%s,%s,%s,%zu,%zu,%s", now->plan.experiment->name, x,
            entrant->label, entrant->concurrency, number, result);
    for (int f = 0; f < FIGURES; f++)
        csv_number(out, entrant->runs[0].figure[f]);
    fprintf(out, ",%s,", python_seconds(now->race, entrant));
    csv_text(out, why);
    fputc('\n', out);
}

/* Whether it had, or would have had, as many pages in flight as it should. */
static bool was_bounded(const struct contender *contender,
                        const struct entrant *entrant)
{
    return contender->bound != NULL &&
           entrant->runs[0].figure[FIGURE_IN_FLIGHT] <
               ENOUGH_IN_FLIGHT * (double)entrant->concurrency;
}

/* Writes its row, and takes note of it. Returns 0, or -1 with errno. */
static int keep_row(struct measuring *now, size_t s, size_t c,
                    const struct entrant *entrant, const char *result,
                    const char *why)
{
    struct cell *cell = plan_cell(&now->plan, s, c);
    const char *x = now->plan.scenes[s].x;
    struct experiment_row row = {
        .x = x,
        .entrant = entrant->label,
        .run = cell->done + 1,
        .ok = strcmp(result, "ok") == 0,
        .wall_s = entrant->runs[0].figure[FIGURE_WALL],
    };

    write_row(now, x, entrant, row.run, result, why);
    plan_note_row(&row, &now->plan);
    return experiment_file_row_done(&now->file);
}

/* A row is a line: so are the reasons in it. */
static int keep_failure(struct measuring *now, size_t s, size_t c,
                        const struct entrant *entrant, const char *problem)
{
    char why[sizeof entrant->runs[0].problem];

    snprintf(why, sizeof why, "%s", problem);
    for (char *end = why; (end = strchr(end, '\n')) != NULL;)
        *end = ' ';
    progress_end();
    fprintf(stderr, "race: %s, x=%s, %s: %s\n", now->plan.experiment->name,
            now->plan.scenes[s].x, entrant->label, why);
    now->failed = true;
    return keep_row(now, s, c, entrant, "failed", why);
}

/* What a run came to. Returns 0, or -1 with errno. */
static int keep_run(struct measuring *now, size_t s, size_t c,
                    const struct entrant *entrant)
{
    const struct contender *contender = &now->plan.experiment->contenders[c];
    const struct run *run = &entrant->runs[0];
    char why[200];

    if (run->state == RUN_NOT_TRIED)
        return 0; /* cut short */
    if (run->overdue) {
        snprintf(why, sizeof why, "not done after %g s", now->plan.limit_s);
        return keep_row(now, s, c, entrant, "cannot", why);
    }
    if (run->state == RUN_BAD)
        return keep_failure(now, s, c, entrant, run->problem);
    if (now->race->manifests.count > 1)
        return keep_failure(now, s, c, entrant, "it found other pages");
    if (!was_bounded(contender, entrant))
        return keep_row(now, s, c, entrant, "ok", "");
    snprintf(why, sizeof why, "%.0f pages in flight, no more: %s",
             run->figure[FIGURE_IN_FLIGHT], contender->bound);
    return keep_row(now, s, c, entrant, "cannot", why);
}

/* Before the first run: what would take too long is not begun. */
static int give_up_the_slow(struct measuring *now, size_t s)
{
    const struct experiment *experiment = now->plan.experiment;
    char why[100];

    for (size_t c = 0; c < now->plan.contender_count; c++) {
        bool alone = experiment->contenders[c].alone;
        double wait_s = scene_wait_s(&now->plan.scenes[s], alone);
        if (wait_s <= now->plan.limit_s || !plan_is_due(&now->plan, s, c, 0))
            continue;
        snprintf(why, sizeof why, "it would wait for %g s; a run may take %g s",
                 wait_s, now->plan.limit_s);
        if (keep_row(now, s, c, &now->race->entrants[c], "cannot", why) < 0)
            return -1;
    }
    return 0;
}

/* ---- a scene, once ---- */

static void show(const struct measuring *now, size_t s, size_t c)
{
    double done_s, left_s;
    char what[80];

    if (now->race->options.quiet)
        return;
    plan_seconds(&now->plan, &done_s, &left_s);
    snprintf(what, sizeof what, "x=%s: %s", now->plan.scenes[s].x,
             now->race->entrants[c].label);
    progress_show(now->plan.experiment->name, done_s, left_s, what);
}

static int run_entrants(struct measuring *now, size_t s, size_t round)
{
    for (size_t c = 0; c < now->plan.contender_count && !now->race->over; c++) {
        if (!plan_is_due(&now->plan, s, c, round))
            continue;
        show(now, s, c);
        race_run(now->race, c, 0);
        if (keep_run(now, s, c, &now->race->entrants[c]) < 0)
            return -1;
    }
    return 0;
}

static bool is_anybody_due(const struct measuring *now, size_t s, size_t round)
{
    for (size_t c = 0; c < now->plan.contender_count; c++)
        if (plan_is_due(&now->plan, s, c, round))
            return true;
    return false;
}

static int complain(const struct measuring *now)
{
    progress_end();
    fprintf(stderr, "race: %s: %s\n", now->place->csv, strerror(errno));
    return -1;
}

/* Returns 0, or -1, that being said: then there is no point in going on. */
static int run_scene(struct measuring *now, size_t s, size_t round)
{
    struct race *race = now->race;
    int result = -1;

    if (scene_open(race, &now->plan, &now->plan.scenes[s],
                   now->place->programs) < 0 ||
        (round == 0 && give_up_the_slow(now, s) < 0))
        complain(now);
    else if (!is_anybody_due(now, s, round))
        result = 0;
    else if (scene_start_site(race, now->place->site) == 0)
        result = run_entrants(now, s, round) < 0 ? complain(now) : 0;
    scene_close(race);
    return result;
}

/* ---- all of it ---- */

/* Returns 0 when all is done; -1 if not, be it that a signal came. */
static int run_rounds(struct measuring *now)
{
    for (size_t round = 0; round < plan_rounds(&now->plan); round++)
        for (size_t s = 0; s < now->plan.scene_count; s++)
            if (is_anybody_due(now, s, round) && run_scene(now, s, round) < 0)
                return -1;
            else if (now->race->over)
                return -1;
    return 0;
}

/* Returns 0, or -1, that being said. */
static int close_file(struct measuring *now, bool whole)
{
    size_t rows = now->file.rows;

    progress_end();
    if (experiment_file_close(&now->file, whole) < 0)
        return complain(now);
    if (!whole)
        fprintf(stderr,
                "race: %zu rows are kept in %s.part; the same command goes "
                "on\n",
                rows, now->place->csv);
    else if (!now->race->options.quiet)
        fprintf(stderr, "race: %zu rows in %s\n", rows, now->place->csv);
    return 0;
}

/* Somebody who is not there would leave a gap that nobody notices. */
static int check_programs(const struct experiment_place *place)
{
    const struct contender *contender = place->experiment->contenders;

    for (; contender->label != NULL; contender++) {
        char path[RACE_PATH_MAX];
        snprintf(path, sizeof path, "%s/%.*s", place->programs,
                 (int)strcspn(contender->label, " "), contender->label);
        if (access(path, X_OK) < 0)
            return race_bad_usage("%s: there is no %s: build it with `make`",
                                  place->experiment->name, path);
    }
    return 0;
}

int experiment_race(struct race *race, const struct experiment_place *place)
{
    struct measuring now = {.race = race, .place = place};
    int status = check_programs(place);

    if (status != 0)
        return status;
    if (plan_make(&now.plan, place->experiment, race->options.quick) < 0 ||
        open_file(&now) < 0) {
        plan_free(&now.plan);
        complain(&now);
        return 1;
    }
    if (now.file.discarded)
        fprintf(stderr,
                "race: %s.part is of another machine, build or commit: begun "
                "anew\n",
                place->csv);
    if (!race->options.quiet)
        fprintf(stderr, "race: %s: %s%s\n", place->experiment->name,
                place->experiment->shows,
                now.file.rows > 0 ? ", going on where it was left" : "");
    race->over = false; /* an earlier experiment's site may have died */
    bool whole = run_rounds(&now) == 0;
    if (close_file(&now, whole) < 0 || !whole || now.failed)
        status = 1;
    plan_free(&now.plan);
    return status;
}
