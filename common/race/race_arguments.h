/*
 * race_arguments.h - what an entrant is given on its command line, and the
 * files that it writes for us.
 */
#ifndef COMMON_RACE_ARGUMENTS_H
#define COMMON_RACE_ARGUMENTS_H

#include "race.h"

/* Names in race->directory; the next run overwrites them. */
#define RACE_STDOUT   "stdout"
#define RACE_STDERR   "stderr"
#define RACE_MANIFEST "manifest"
#define RACE_URLS     "urls"

enum { RACE_PATH_MAX = 4096 };

/*
 * Makes race->directory. Returns 0, or -1 with errno. The caller calls
 * race_directory_remove().
 */
int race_directory_make(struct race *race);

/* Removes it with all that is in it. Nothing to do if there is none. */
void race_directory_remove(struct race *race);

/* Removes what the last run wrote, so that it is not taken for the next's. */
void race_remove_leftovers(const struct race *race);

/*
 * Fills race->urls with what every entrant is given: the pages of the site
 * that listens, the first one alone with --follow, or the user's own. Returns
 * 0, or -1 with errno ENOMEM. race_urls_free() frees them.
 */
int race_urls_list(struct race *race);

void race_urls_free(struct race *race);

/*
 * The command line of one run, for execvp(3): the program and the arguments
 * of a stage. Long lists of URLs go through a file. Returns NULL with errno:
 * no memory, or the file could not be written. The caller calls
 * race_arguments_free().
 */
char **race_arguments(const struct race *race, size_t entrant, size_t run);

void race_arguments_free(char **argv);

#endif
