/*
 * race_entrants.h - who races: the stages that are there, and the user's own
 * program.
 */
#ifndef COMMON_RACE_ENTRANTS_H
#define COMMON_RACE_ENTRANTS_H

#include "race.h"

/*
 * Fills race->entrants from the executables named NN-something in `stages`,
 * sorted, as far as --only wants them, and the program behind `--`. Stage 04
 * is there twice: with one socket, and with all. Returns 0, 2 for bad usage
 * (nobody there, a name that nobody has, a program that is none) or 1 without
 * memory, all being said on stderr. The caller calls entrants_free() in any
 * case.
 */
int entrants_find(struct race *race, const char *stages);

void entrants_free(struct race *race);

/*
 * What the articles' program of that kind took for its own ten pages, in
 * seconds; NULL if there was none.
 */
const char *articles_seconds(const char *label);

/* The directory this program was started from; the caller frees it. NULL with
 * errno if it is not known. */
char *race_own_directory(const char *argv0);

#endif
