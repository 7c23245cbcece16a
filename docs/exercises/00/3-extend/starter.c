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

/* your turn: what it took, and how much of that it waited for its answer. */
static void tell_page(char *const field[FIELDS])
{
    printf("%6.1f ms  %s\n", between(field, START, DONE), field[URL]);
}

int main(void)
{
    char line[4096], *field[FIELDS];

    if (fgets(line, sizeof line, stdin) == NULL) {
        fputs("no trace on stdin\n", stderr);
        return 1;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        split(line, field);
        tell_page(field);
    }
    /* your turn: which page waited the longest? */
}
