/*
 * print.c - see matrix.h: the results as a table.
 */
#include "matrix.h"
#include "results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { MAX_LIMITS = 16 };

struct results *results;

void matrix_open(void)
{
    results = mmap(NULL, sizeof *results, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (results == MAP_FAILED)
        abort();
}

/* ---- counting ---- */

struct counts {
    int causes, examples, cells, well, partly, wrong, limited;
};

static char mark_of(const struct tally *tally)
{
    if (tally->begun == 0)
        return tally->limited > 0 ? '-' : '.';
    return tally->well < tally->begun ? 'x' : tally->limited > 0 ? '*' : '+';
}

static void count(struct counts *counts, char mark)
{
    counts->cells += mark != '.';
    counts->well += mark == '+';
    counts->partly += mark == '*';
    counts->wrong += mark == 'x';
    counts->limited += mark == '-';
}

/* ---- limits ---- */

static const char *limits[MAX_LIMITS];
static int limit_cells[MAX_LIMITS];

static void note_limit(const char *limit)
{
    for (int i = 0; limit != NULL && i < MAX_LIMITS; i++)
        if (limits[i] == NULL || strcmp(limits[i], limit) == 0) {
            limits[i] = limit;
            limit_cells[i]++;
            return;
        }
}

/* ---- the table ---- */

static void print_cause(const struct cause *cause,
                        struct tally tallies[COLUMNS][2][2],
                        struct counts *counts)
{
    counts->causes++;
    for (size_t e = 0; e < MAX_EXAMPLES; e++)
        counts->examples += cause->examples[e].name != NULL;
    printf("  %-36s", cause->name);
    for (size_t c = 0; c < COLUMNS; c++) {
        char marks[5] = "";
        for (int i = 0; i < 4; i++) {
            const struct tally *tally = &tallies[c][i / 2][i % 2];
            marks[i] = mark_of(tally);
            count(counts, marks[i]);
            note_limit(tally->limit);
        }
        printf(" %s", marks);
    }
    printf("\n");
}

static void print_heads(void)
{
    printf("%-38s", "");
    for (size_t c = 0; c < COLUMNS; c++)
        printf(" %4s", columns[c].head);
    printf("\n");
}

void matrix_print(void)
{
    struct counts counts = {0};

    print_heads();
    for (int s = 0; s < SECTIONS; s++) {
        printf("%s\n", sections[s].name);
        for (size_t c = 0; sections[s].causes[c].name != NULL; c++)
            print_cause(&sections[s].causes[c], results->cells[s][c], &counts);
    }
    printf("\nA cell: the first request and a later one over IPv4, the same "
           "over IPv6.\n+ as it must be, * but for a limit, - a limit, x not "
           "as it must be, . not tried\n");
    for (int i = 0; i < MAX_LIMITS && limits[i] != NULL; i++)
        printf("* - in %d cells: %s\n", limit_cells[i], limits[i]);
    printf("%d causes with %d examples, %d cells: %d +, %d *, %d -, %d x\n"
           "%ld crawls, %ld pages\n",
           counts.causes, counts.examples, counts.cells, counts.well,
           counts.partly, counts.limited, counts.wrong, results->crawls,
           results->pages);
}
