/*
 * csv.h - cells of a CSV file (RFC 4180).
 */
#ifndef COMMON_CSV_H
#define COMMON_CSV_H

#include <stdio.h>

/* Writes a cell; with a comma, a quote or a line end it stands in quotes. */
void csv_text(FILE *file, const char *text);

/* A comma and the number; nothing behind the comma if it is not known (NAN). */
void csv_number(FILE *file, double number);

#endif
