/*
 * race_judge.h - a run is over: was it a good one, and what does it count?
 */
#ifndef COMMON_RACE_JUDGE_H
#define COMMON_RACE_JUDGE_H

#include "race.h"

#include <stdint.h>
#include <sys/resource.h>

/* How a child ended, as the kernel has it. */
struct race_ending {
    int64_t wall_ns;     /* from before fork() until we knew of its end */
    int status;          /* as waitpid() gives it */
    struct rusage usage; /* of the child and those it waited for */
};

/*
 * Looks at how the child ended, at the JSON it printed and at the manifest it
 * wrote, and makes the run a good or a bad one. Takes the manifest's file
 * away to race->manifests.
 */
void race_judge(struct race *race, struct run *run,
                const struct race_ending *ending);

/* Makes it a bad one; the words are as for printf(). */
void race_run_is_bad(struct run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds the end of what it said on stderr to the problem of a bad run. */
void race_add_last_words(const struct race *race, struct run *run);

#endif
