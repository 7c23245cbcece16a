/*
 * race_timeline.h - who waited for what, drawn as text.
 */
#ifndef COMMON_RACE_TIMELINE_H
#define COMMON_RACE_TIMELINE_H

#include "race.h"

#include <stdio.h>

/*
 * Draws the median run of each entrant from its trace: a row for each page,
 * the same time axis for all. Block characters if `blocks`, ASCII if not.
 */
void race_timeline_print(const struct race *race, bool blocks, FILE *out);

#endif
