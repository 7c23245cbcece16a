/*
 * race_files_json.h - a race as one JSON object.
 */
#ifndef COMMON_RACE_FILES_JSON_H
#define COMMON_RACE_FILES_JSON_H

#include "race.h"

#include "common/machine.h"

#include <stdio.h>

/*
 * Writes parameters, machine, whether all agree, and each entrant with its
 * medians and its runs. What is not known is null.
 */
void race_write_json(FILE *file, const struct race *race,
                     const struct machine *machine, const char *command);

#endif
