/*
 * race_files.h - what was measured, for programs: CSV, JSON and traces.
 */
#ifndef COMMON_RACE_FILES_H
#define COMMON_RACE_FILES_H

#include "race.h"
#include "race_machine.h"

/*
 * Writes the files that the options name: --csv, --json, --timeline-csv and
 * --traces. `command` is the command line that made them, said in each.
 * Returns 0, or -1 if a file could not be written, that being said on stderr.
 */
int race_files_write(const struct race *race, const struct machine *machine,
                     const char *command);

/*
 * The command line as it could be typed again, quotes where a shell needs
 * them. The caller frees it. NULL with errno ENOMEM.
 */
char *race_command_line(int argc, char *const argv[]);

#endif
