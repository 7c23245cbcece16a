/*
 * race_files.h - what was measured, for programs: CSV, JSON and traces.
 */
#ifndef COMMON_RACE_FILES_H
#define COMMON_RACE_FILES_H

#include "race.h"

#include "common/machine.h"

/*
 * Writes the files that the options name: --csv, --json, --timeline-csv and
 * --traces. `command` is the command line that made them, said in each.
 * Returns 0, or -1 if a file could not be written, that being said on stderr.
 */
int race_files_write(const struct race *race, const struct machine *machine,
                     const char *command);

#endif
