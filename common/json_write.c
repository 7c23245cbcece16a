/*
 * json_write.c - see json_write.h.
 */
#include "json_write.h"

#include "clock.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

void json_write_bytes(FILE *file, const char *bytes, size_t size)
{
    fputc('"', file);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '"' || c == '\\')
            fprintf(file, "\\%c", c);
        else if (c < ' ')
            fprintf(file, "\\u%04x", c);
        else
            fputc(c, file);
    }
    fputc('"', file);
}

void json_write_text(FILE *file, const char *text)
{
    json_write_bytes(file, text, strlen(text));
}

void json_write_number(FILE *file, double number)
{
    if (isfinite(number))
        fprintf(file, "%.15g", number);
    else
        fputs("null", file);
}

/* Whole and parts by themselves: no digit is lost to a double. */
void json_write_ms(FILE *file, int64_t ns)
{
    const char *sign = ns < 0 ? "-" : "";

    fprintf(file, "%s%jd.%06jd", sign, imaxabs(ns / NS_PER_MS),
            imaxabs(ns % NS_PER_MS));
}
