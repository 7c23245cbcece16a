/*
 * race.c - runs the stages against each other and compares them.
 *
 * The practice site is started once; then each entrant runs as a process of
 * its own, in turn, A B C and again A B C, so that a machine that grows hot
 * or busy in the meantime is hot and busy for all. Nothing here takes part
 * in a crawl, and nothing of a stage is linked in.
 */
#include "race.h"

#include "experiment.h"
#include "race_arguments.h"
#include "race_child.h"
#include "race_entrants.h"
#include "race_files.h"
#include "race_run.h"
#include "race_table.h"
#include "race_timeline.h"

#include "common/command_line.h"
#include "common/machine.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* On a terminal: one line on stderr that says who runs, until it is wiped. */
static void show_progress(const struct race *race, const struct entrant *who,
                          size_t run)
{
    if (race->options.quiet || race->options.verbose || !isatty(STDERR_FILENO))
        return;
    if (who == NULL)
        fputs("\r\033[K", stderr);
    else
        fprintf(stderr, "\r\033[Krun %zu of %zu: %s", run + 1,
                race->options.runs, who->label);
    fflush(stderr);
}

static void say_run(const struct race *race, const struct entrant *who,
                    size_t run)
{
    const struct run *this_run = &who->runs[run];

    if (!race->options.verbose)
        return;
    if (this_run->state == RUN_GOOD)
        fprintf(stderr, "race: run %zu of %zu: %s: %.3f s\n", run + 1,
                race->options.runs, who->label, this_run->figure[FIGURE_WALL]);
    else if (this_run->state == RUN_BAD)
        fprintf(stderr, "race: run %zu of %zu: %s: %s\n", run + 1,
                race->options.runs, who->label, this_run->problem);
}

static void run_all(struct race *race)
{
    for (size_t run = 0; run < race->options.runs; run++) {
        for (size_t i = 0; i < race->entrant_count && !race->over; i++) {
            show_progress(race, &race->entrants[i], run);
            race_run(race, i, run);
            say_run(race, &race->entrants[i], run);
        }
    }
    show_progress(race, NULL, 0);
}

/* The practice site, or none if the user has one. Returns 0 or 1. */
static int start_site(struct race *race, const char *program)
{
    char problem[600];

    if (race->options.url_count > 0)
        return 0;
    if (race_site_start(&race->site, program, &race->options, problem,
                        sizeof problem) == 0)
        return 0;
    if (problem[0] != '\0')
        fprintf(stderr, "race: %s\n", problem);
    return 1;
}

/* Returns 0, or 1 if the race could not begin, that being said. */
static int hold_race(struct race *race, const char *program)
{
    child_signals_hold();
    if (start_site(race, program) != 0)
        return 1;
    if (race_urls_list(race) < 0) {
        fputs("race: no memory for the URLs\n", stderr);
        return 1;
    }
    run_all(race);
    if (race->over && child_signal() == 0)
        fputs("race: the practice site died, and the race is over\n", stderr);
    return 0;
}

/* Whether the locale's characters are UTF-8. */
static bool has_blocks(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Prints and writes all there is. Returns 0, or 1 if that was not possible. */
static int report(struct race *race, const char *command)
{
    struct machine machine;

    machine_describe(&machine);
    race_table_print(race, &machine, stdout);
    race_problems_print(race, stdout);
    if (race->options.timeline)
        race_timeline_print(race, has_blocks(), stdout);
    int result = 0;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "race: cannot write to stdout: %s\n", strerror(errno));
        result = 1;
    }
    if (race_files_write(race, &machine, command) < 0)
        result = 1;
    if (race->wrong || race->manifests.count > 1) {
        fputs("race: not all is well, see above\n", stderr);
        result = 1;
    }
    return result;
}

/* From the options to the exit status; what it makes, it leaves in *race. */
static int race_main(struct race *race, const char *stages, const char *site,
                     const char *command)
{
    int status = entrants_find(race, stages);

    if (status != 0)
        return status;
    if (race->options.url_count == 0 && access(site, X_OK) < 0)
        return race_bad_usage("no practice site at %s: build it with `make`, "
                              "or name one with --site=FILE or --url=URL",
                              site);
    if (race_directory_make(race) < 0) {
        fprintf(stderr, "race: no directory for temporary files: %s\n",
                strerror(errno));
        return 1;
    }
    status = hold_race(race, site);
    race_site_stop(&race->site);
    child_signals_release();
    if (status == 0)
        status = report(race, command);
    return child_signal() != 0 ? 128 + child_signal() : status;
}

static void race_free(struct race *race)
{
    race_directory_remove(race);
    race_urls_free(race);
    entrants_free(race);
    manifests_free(&race->manifests);
    race_options_free(&race->options);
}

/*
 * Where our programs are, in words that may stand in a file of data: relative
 * if we were called so. The caller frees it; NULL with errno.
 */
static char *find_programs(const struct race_options *options,
                           const char *argv0)
{
    const char *slash = strrchr(argv0, '/');

    if (options->stages != NULL)
        return strdup(options->stages);
    if (options->experiment != NULL && slash != NULL && slash > argv0)
        return strndup(argv0, (size_t)(slash - argv0));
    return race_own_directory(argv0);
}

int main(int argc, char **argv)
{
    struct race race = {.site = {.out = -1}};
    int status = race_options_read(&race.options, argc, argv);

    if (status != RACE_GO_ON)
        return status;
    setlocale(LC_CTYPE, ""); /* what may be printed; numbers keep the point */
    char *stages = find_programs(&race.options, argv[0]);
    char *site = NULL;
    char *command = command_line_text(argc, argv);

    if (stages != NULL && asprintf(&site, "%s/site", stages) < 0)
        site = NULL;
    if (site == NULL || command == NULL) {
        fputs("race: no memory to begin with\n", stderr);
        status = 1;
    } else {
        status =
            (race.options.experiment != NULL ? experiment_main : race_main)(
                &race, stages, race.options.site ? race.options.site : site,
                command);
    }
    race_free(&race);
    free(command);
    free(site);
    free(stages);
    return status;
}
