/*
 * race_problems.c - the part of race_table.h that is silent when all is well.
 */
#include "race_table.h"

#include <string.h>

enum { MOST_DIFFERENCES = 10 }; /* lines shown of two manifests */

static void print_bad_runs(const struct race *race,
                           const struct entrant *entrant, FILE *out)
{
    const char *last = NULL;

    for (size_t i = 0; i < race->options.runs; i++) {
        const struct run *run = &entrant->runs[i];
        if (run->state != RUN_BAD)
            continue;
        if (last != NULL && strcmp(last, run->problem) == 0)
            fprintf(out, "%s, run %zu: the same\n", entrant->label, i + 1);
        else
            fprintf(out, "%s, run %zu: %s\n", entrant->label, i + 1,
                    run->problem);
        last = run->problem;
    }
}

/* "01-blocking (3 runs), 07-loop (1 run)": who wrote this manifest. */
static void print_authors(const struct race *race, ptrdiff_t manifest,
                          FILE *out)
{
    const char *between = "";

    for (size_t i = 0; i < race->entrant_count; i++) {
        size_t runs = 0;
        for (size_t j = 0; j < race->options.runs; j++)
            runs += race->entrants[i].runs[j].state != RUN_NOT_TRIED &&
                    race->entrants[i].runs[j].manifest == manifest;
        if (runs == 0)
            continue;
        fprintf(out, "%s%s (%zu run%s)", between, race->entrants[i].label, runs,
                runs == 1 ? "" : "s");
        between = ", ";
    }
    fputc('\n', out);
}

static void print_disagreement(const struct race *race, FILE *out)
{
    size_t usual = manifests_usual(&race->manifests);

    fputs("\nThe manifests differ.\n- found by ", out);
    print_authors(race, (ptrdiff_t)usual, out);
    for (size_t i = 0; i < race->manifests.count; i++) {
        if (i == usual)
            continue;
        fputs("+ found by ", out);
        print_authors(race, (ptrdiff_t)i, out);
        if (manifests_show_difference(&race->manifests, usual, i,
                                      MOST_DIFFERENCES, out) < 0)
            fputs("  (they can no longer be read)\n", out);
    }
}

void race_problems_print(const struct race *race, FILE *out)
{
    bool bad = false;

    for (size_t i = 0; i < race->entrant_count; i++)
        for (size_t j = 0; j < race->options.runs; j++)
            bad = bad || race->entrants[i].runs[j].state == RUN_BAD;
    if (bad)
        fputs("\nNot all went well.\n", out);
    for (size_t i = 0; i < race->entrant_count; i++)
        print_bad_runs(race, &race->entrants[i], out);
    if (race->manifests.count > 1)
        print_disagreement(race, out);
}
