/*
 * experiment.c - see experiment.h: which one, or all, and where it goes.
 */
#include "experiment.h"

#include "race_arguments.h"
#include "race_child.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int experiment_run(struct race *race, struct experiment_place *place)
{
    const struct experiment *experiment = place->experiment;
    char path[RACE_PATH_MAX];

    snprintf(path, sizeof path, "plots/data/%s%s.csv", experiment->name,
             race->options.quick ? "-quick" : "");
    place->csv = race->options.csv != NULL ? race->options.csv : path;
    return experiment->quantity != NULL ? experiment_race(race, place)
                                        : experiment_program(race, place);
}

static int list(FILE *out)
{
    for (const struct experiment *experiment = experiments;
         experiment->name != NULL; experiment++)
        fprintf(out, "%-14s %s\n", experiment->name, experiment->shows);
    return fflush(out) != 0;
}

static int run_those_wanted(struct race *race, struct experiment_place *place)
{
    const char *name = race->options.experiment;

    if (strcmp(name, "all") == 0)
        return race->options.csv != NULL
                   ? race_bad_usage("--csv: all of them do not go into one "
                                    "file")
                   : experiment_all(race, place);
    place->experiment = experiment_find(name);
    if (place->experiment != NULL)
        return experiment_run(race, place);
    fprintf(stderr, "race: --experiment=%s: there is none. There are:\n", name);
    list(stderr);
    return 2;
}

int experiment_main(struct race *race, const char *programs, const char *site,
                    const char *command)
{
    struct experiment_place place = {
        .programs = programs, .site = site, .command = command};

    if (strcmp(race->options.experiment, "list") == 0)
        return list(stdout);
    if (race_directory_make(race) < 0) {
        fprintf(stderr, "race: no directory for temporary files: %s\n",
                strerror(errno));
        return 1;
    }
    child_signals_hold();
    int status = run_those_wanted(race, &place);
    child_signals_release();
    return child_signal() != 0 ? 128 + child_signal() : status;
}
