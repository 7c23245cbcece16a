/*
 * experiment.h - runs an experiment, see experiments.h.
 */
#ifndef COMMON_RACE_EXPERIMENT_H
#define COMMON_RACE_EXPERIMENT_H

#include "experiments.h"
#include "race.h"

/*
 * Does what --experiment=NAME in race->options says, `all` and `list`
 * included; programs are in the directory `programs`, `site` is the practice
 * site, `command` how we were called. Returns the exit status of the race.
 */
int experiment_main(struct race *race, const char *programs, const char *site,
                    const char *command);

/* What they all need to know. */
struct experiment_place {
    const struct experiment *experiment;
    const char *programs;
    const char *site;
    const char *command;
    const char *csv; /* the file to be written */
};

/* The one that the place names, into its file. Returns the exit status. */
int experiment_run(struct race *race, struct experiment_place *place);

/*
 * All of them, in experiment_all.c; those that were done before the last time
 * was interrupted are left out. Returns the exit status.
 */
int experiment_all(struct race *race, struct experiment_place *place);

/* A race, in experiment_race.c. Returns the exit status. */
int experiment_race(struct race *race, const struct experiment_place *place);

/* Another program, in experiment_program.c. Returns the exit status. */
int experiment_program(struct race *race, const struct experiment_place *place);

#endif
