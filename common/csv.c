/*
 * csv.c - see csv.h.
 */
#include "csv.h"

#include <math.h>
#include <string.h>

void csv_text(FILE *file, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    for (; *text != '\0'; text++)
        fprintf(file, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', file);
}

void csv_number(FILE *file, double number)
{
    if (isnan(number))
        fputc(',', file);
    else
        fprintf(file, ",%.15g", number);
}
