/*
 * experiment_plan.h - what an experiment has still to do: for each contender
 * in each scene, how many runs there were, and whether more make sense.
 */
#ifndef COMMON_RACE_EXPERIMENT_PLAN_H
#define COMMON_RACE_EXPERIMENT_PLAN_H

#include "experiment_file.h"
#include "experiments.h"

#include <stdbool.h>
#include <stddef.h>

/* One contender in one scene. */
struct cell {
    size_t done;   /* runs that have their row */
    bool over;     /* it cannot go there: no more of them */
    double wall_s; /* one run: the first one's time, before that a guess */
};

struct plan {
    const struct experiment *experiment;
    const struct scene *scenes;
    bool quick;
    double limit_s; /* for a run */
    size_t scene_count;
    size_t contender_count;
    struct cell *cells; /* contender_count for each scene */
};

/*
 * Sets up the plan of an experiment, or of its quick variant. Returns 0, or
 * -1 with errno ENOMEM. The caller calls plan_free().
 */
int plan_make(struct plan *plan, const struct experiment *experiment,
              bool quick);
void plan_free(struct plan *plan);

struct cell *plan_cell(const struct plan *plan, size_t scene, size_t contender);

/* Takes note of a row; `plan` is a struct plan. */
experiment_row_reader plan_note_row;

/* Whether it is to run in this round, counted from 0. */
bool plan_is_due(const struct plan *plan, size_t scene, size_t contender,
                 size_t round);

/* How many rounds there are. */
size_t plan_rounds(const struct plan *plan);

/* Seconds that all runs done, and all to be done, take. */
void plan_seconds(const struct plan *plan, double *done_s, double *left_s);

/*
 * Seconds of waiting that nobody can save: a page after the other, or as many
 * side by side as the scene allows.
 */
double scene_wait_s(const struct scene *scene, bool alone);

#endif
