/*
 * machine.h - where and when it was measured: a number without its machine is
 * a rumour.
 */
#ifndef COMMON_MACHINE_H
#define COMMON_MACHINE_H

#include <stdio.h>

/* All are texts in plain words; "unknown" where the system does not tell. */
struct machine {
    char cpu[128];      /* "AMD EPYC, 2 cores" */
    char kernel[256];   /* "Linux 6.1.0 x86_64" */
    char compiler[128]; /* "gcc 12.2.0": of the program that asks, and of
                           whoever was built with it */
    char flags[256];    /* "-O2 -g": as the Makefile has them */
    char date[32];      /* "2025-11-21T01:16:00Z" */
    char commit[64];    /* "4b922c0d5e1f", "... and changes": of the checkout
                           that the program is run in */
};

/* Asks the system, and the clock on the wall for the date. */
void machine_describe(struct machine *machine);

/*
 * Writes it as lines "# key: value", the last of those that a CSV file of
 * ours begins with: machine, kernel, compiler, flags, date, commit.
 */
void machine_write_header(FILE *file, const struct machine *machine);

#endif
