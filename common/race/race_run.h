/*
 * race_run.h - one entrant runs once.
 */
#ifndef COMMON_RACE_RUN_H
#define COMMON_RACE_RUN_H

#include "race.h"

/*
 * Runs the entrant as a child process, waits for it, and writes down how it
 * was: the figures of a good run, the problem of a bad one. Its trace stays
 * where race_trace_path() says. Sets race->over if nobody need run after it:
 * a signal came (then this run counts as not tried) or the site died.
 */
void race_run(struct race *race, size_t entrant, size_t run);

#endif
