/*
 * race_table.h - the race as a table for people, 80 columns wide.
 */
#ifndef COMMON_RACE_TABLE_H
#define COMMON_RACE_TABLE_H

#include "race.h"

#include "common/machine.h"

#include <stdio.h>

/*
 * Prints what it took and what it cost, a row for each entrant, medians over
 * the good runs; then whether all found the same, and where this was.
 */
void race_table_print(const struct race *race, const struct machine *machine,
                      FILE *out);

/*
 * Prints what was not as it should be: the problems of bad runs, and how the
 * manifests differ. Prints nothing if all was well.
 */
void race_problems_print(const struct race *race, FILE *out);

#endif
