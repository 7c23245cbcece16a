/*
 * experiment_file.h - the CSV file of an experiment, which grows by a row with
 * each run, so that an experiment that is interrupted can go on.
 *
 * As long as rows are missing it is FILE.part: what stands in FILE from an
 * earlier time is kept until there is something whole to take its place.
 */
#ifndef COMMON_RACE_EXPERIMENT_FILE_H
#define COMMON_RACE_EXPERIMENT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct experiment_file {
    FILE *file; /* what comes next is written here, and flushed */
    char *path;
    char *part; /* the same with ".part" */
    size_t rows;
    bool discarded; /* a part that was begun elsewhere, or otherwise */
};

/* The cells that every row begins with. */
struct experiment_row {
    const char *x;
    const char *entrant;
    size_t run; /* from 1 */
    bool ok;
    double wall_s; /* NAN if there is none */
};

#define EXPERIMENT_ROW_BEGINS \
    "experiment,x,entrant,concurrency,run,result,wall_s"

typedef void experiment_row_reader(const struct experiment_row *row,
                                   void *data);

/*
 * Opens `path`.part. If it was begun with the same `head` (the "# key: value"
 * lines and the line with the columns), but for date and command, `read` is
 * called with each row in it, and new ones will follow them; `date` is written
 * down as that of the continuation. Else it is begun anew. Returns 0; or -1
 * with errno, and nothing needs to be closed.
 */
int experiment_file_open(struct experiment_file *file, const char *path,
                         const char *head, const char *date,
                         experiment_row_reader *read, void *data);

/* After a row was written to file->file. Returns 0, or -1 with errno. */
int experiment_file_row_done(struct experiment_file *file);

/*
 * Closes it; if it is whole it takes its name. Returns 0, or -1 with errno: it
 * is still the part.
 */
int experiment_file_close(struct experiment_file *file, bool whole);

/* "FILE.part", which the caller frees; NULL without memory. */
char *experiment_part_path(const char *path);

#endif
