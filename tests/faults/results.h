/*
 * results.h - what came of the cells; shared by the tests, which are processes.
 */
#ifndef TESTS_FAULTS_RESULTS_H
#define TESTS_FAULTS_RESULTS_H

#include "cells.h"

/* The crawls of one cause in one stage, one family, first or later. */
struct tally {
    int begun, well, limited;
    const char *limit; /* why some of them cannot be */
};

struct results {
    struct tally cells[SECTIONS][MAX_CAUSES][COLUMNS][2][2];
    long crawls, pages;
};
extern struct results *results;

#endif
