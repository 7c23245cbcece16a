/*
 * race_site.h - the practice site, started for the race and stopped after it.
 */
#ifndef COMMON_RACE_SITE_H
#define COMMON_RACE_SITE_H

#include "race_child.h"
#include "race_options.h"

#include <stddef.h>

struct race_site {
    struct child child;
    int out;   /* what it prints; open while it runs */
    char *url; /* where it listens, without the last slash; owned */
};

/*
 * Starts `program` on a port of the kernel's choice with the pages and the
 * latency of `options`, and waits until it says where it listens. Returns 0,
 * or -1 with what went wrong in `problem` (at most `size` bytes); then no
 * process is left. After a signal (child_signal()) `problem` is empty.
 */
int race_site_start(struct race_site *site, const char *program,
                    const struct race_options *options, char *problem,
                    size_t size);

/* Stops it, if it was started, and frees what it owns. */
void race_site_stop(struct race_site *site);

#endif
