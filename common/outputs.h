/*
 * outputs.h - the files that a crawl is to leave behind.
 *
 * They are opened before anything is fetched, so that one that cannot be
 * written is noticed then, and written when all is over.
 */
#ifndef COMMON_OUTPUTS_H
#define COMMON_OUTPUTS_H

#include "options.h"

#include <stdbool.h>
#include <stdio.h>

enum output {
    OUTPUT_MANIFEST, /* this one may be stdout */
    OUTPUT_TRACE,
    OUTPUT_HAR,
    OUTPUT_TRACE_EVENTS,
    OUTPUTS,
};

struct output_file {
    const char *path;
    FILE *file; /* NULL: not asked for, or finished */
    bool made;  /* it was not there before */
};

struct outputs {
    const struct stage *stage;
    struct output_file files[OUTPUTS];
};

/* What messages call it: "the manifest". Static text. */
const char *output_name(enum output output);

/*
 * Opens the files that the options name; what stands in them is kept till
 * outputs_finish(). Returns 0, or -1 with errno, after a message on stderr and
 * with every file as it was: one cannot be written, or would write over
 * another, over stdout or over a list of URLs (EEXIST).
 */
int outputs_open(struct outputs *outputs, const struct stage *stage,
                 const struct options *options);

/*
 * All of it is written: closes the file, and cuts off what stood in it before.
 * Returns 0, or -1 after a message on stderr: not all could be written.
 */
int outputs_finish(struct outputs *outputs, enum output output);

/* Closes all files, and removes those that were not there before. */
void outputs_abandon(struct outputs *outputs);

#endif
