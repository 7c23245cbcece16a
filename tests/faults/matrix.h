/*
 * matrix.h - runs the cells, each as a crawl of its own, judges every one by
 * itself, and prints what came of them.
 */
#ifndef TESTS_FAULTS_MATRIX_H
#define TESTS_FAULTS_MATRIX_H

#include "cells.h"

/* Begins, before any test: the results of all tests are kept together. */
void matrix_open(void);

/*
 * Runs the cells of a section: all of them with `whole`, else each cause in
 * each stage once, first or later, and once over IPv6. Crawls run beside each
 * other, with their manifests in `dir`. Returns what is wrong with those that
 * did not come to what they must; the caller frees it, or NULL.
 */
char *matrix_run(int section, bool whole, const char *dir);

/* The matrix, 80 columns wide. */
void matrix_print(void);

#endif
