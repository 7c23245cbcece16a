/*
 * experiment_all.c - see experiment.h: all experiments, one after another.
 *
 * Which of them are done stands in plots/data/all.part, until all are.
 */
#include "experiment.h"

#include "experiment_file.h"
#include "race_child.h"

#include "common/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 64 }; /* experiments */

struct all {
    bool done[MOST];
    struct experiment_file file;
};

/* A row of that file has the experiment's name for its x. */
static void note_done(const struct experiment_row *row, void *data)
{
    const struct experiment *experiment = experiment_find(row->x);
    struct all *all = data;

    if (experiment != NULL)
        all->done[experiment - experiments] = true;
}

static const char *file_path(bool quick)
{
    return quick ? "plots/data/all-quick" : "plots/data/all";
}

/* As for one experiment: what was done elsewhere, or otherwise, is not done. */
static int open_file(struct all *all, bool quick)
{
    struct machine machine;
    char *head = NULL;
    size_t size;
    FILE *out = open_memstream(&head, &size);
    int result = -1;

    machine_describe(&machine);
    if (out == NULL)
        return -1;
    fprintf(out, "# experiments: all%s\n", quick ? " (quick)" : "");
    machine_write_header(out, &machine);
    fputs(EXPERIMENT_ROW_BEGINS "\n", out);
    if (fclose(out) == 0)
        result = experiment_file_open(&all->file, file_path(quick), head,
                                      machine.date, note_done, all);
    free(head);
    return result;
}

/* How one of all would be run alone; NULL without memory. */
static char *command_for(const struct experiment_place *place, bool quick)
{
    char *text;

    return asprintf(&text, "%s/race --experiment=%s%s", place->programs,
                    place->experiment->name, quick ? " --quick" : "") < 0
               ? NULL
               : text;
}

/* Returns the exit status. */
static int run_next(struct race *race, struct experiment_place *place,
                    struct all *all)
{
    char *command = command_for(place, race->options.quick);
    int status = 1;

    place->command = command;
    if (command != NULL)
        status = experiment_run(race, place);
    free(command);
    if (status == 0) {
        fprintf(all->file.file, "all,%s,,,1,ok,,\n", place->experiment->name);
        experiment_file_row_done(&all->file);
    }
    return status;
}

int experiment_all(struct race *race, struct experiment_place *place)
{
    struct all all = {0};
    int status = 0;

    if (open_file(&all, race->options.quick) < 0) {
        fprintf(stderr, "race: plots/data: %s\n", strerror(errno));
        return 1;
    }
    for (size_t i = 0; experiments[i].name != NULL; i++) {
        place->experiment = &experiments[i];
        if (all.done[i])
            fprintf(stderr, "race: %s: done before the interruption\n",
                    experiments[i].name);
        else if (child_signal() == 0 && run_next(race, place, &all) != 0)
            status = 1;
    }
    char *part = experiment_part_path(file_path(race->options.quick));
    experiment_file_close(&all.file, false);
    if (status == 0 && part != NULL)
        unlink(part);
    free(part);
    return status;
}
