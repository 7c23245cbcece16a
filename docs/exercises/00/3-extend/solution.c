/*
 * 3-extend - reads the trace of a crawl on stdin and says what each page took.
 *
 *     03-threads --trace=trace.csv URL...; 3-extend <trace.csv
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The columns of a trace. */
enum {
    URL,
    WORKER,
    START,
    RESOLVED,
    CONNECTED,
    SENT,
    FIRST_BYTE,
    DONE,
    FIELDS
};

/*
 * Cuts a line at its commas. Two commas have an empty string between them; what
 * is between quotes is not cut. What is missing is empty, too.
 */
static void split(char *line, char *field[FIELDS])
{
    char *rest = line;

    line[strcspn(line, "\n")] = '\0';
    for (int i = 0; i < FIELDS; i++) {
        if (rest != NULL && *rest == '"') {
            field[i] = ++rest;
            rest += strcspn(rest, "\"");
            if (*rest != '\0')
                *rest++ = '\0';
            strsep(&rest, ",");
        } else {
            field[i] = rest != NULL ? strsep(&rest, ",") : "";
        }
    }
}

/* Milliseconds from one column to another. */
static double between(char *const field[FIELDS], int from, int to)
{
    return (atof(field[to]) - atof(field[from])) * 1000;
}

/* Returns how much of what it took it waited for its answer, or -1. */
static double tell_page(char *const field[FIELDS])
{
    double waited = -1;

    printf("%6.1f ms  ", between(field, START, DONE));
    if (*field[FIRST_BYTE] != '\0') {
        waited = between(field, SENT, FIRST_BYTE);
        printf("%6.1f ms  %s\n", waited, field[URL]);
    } else {
        printf("%9s  %s\n", "-    ", field[URL]);
    }
    return waited;
}

int main(void)
{
    char line[4096], *field[FIELDS], longest[4096] = "";
    double most = -1;

    if (fgets(line, sizeof line, stdin) == NULL) {
        fputs("no trace on stdin\n", stderr);
        return 1;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        split(line, field);
        double waited = tell_page(field);
        if (waited > most) {
            most = waited;
            strcpy(longest, field[URL]);
        }
    }
    if (most >= 0)
        printf("longest: %s\n", longest);
}
