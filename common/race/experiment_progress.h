/*
 * experiment_progress.h - on a terminal, how far an experiment is and how long
 * it will still take.
 */
#ifndef COMMON_RACE_EXPERIMENT_PROGRESS_H
#define COMMON_RACE_EXPERIMENT_PROGRESS_H

#include <stdbool.h>

/*
 * Draws the bar on stderr: `done_s` seconds of work are done, `left_s` are to
 * be done; `what` is being done now, after `name`. Nothing if stderr is no
 * terminal.
 */
void progress_show(const char *name, double done_s, double left_s,
                   const char *what);

/* Wipes it. */
void progress_end(void);

#endif
