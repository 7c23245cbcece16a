/*
 * experiment_scene.c - see experiment_scene.h.
 */
#include "experiment_scene.h"

#include "race_arguments.h"
#include "race_entrants.h"

#include "common/units.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "04-busy-wait -c 1": its program, its -c and what else it is given. */
static int become(struct entrant *entrant, const struct contender *contender,
                  const struct scene *scene, const char *programs)
{
    const char *label = contender->label;
    const char *rest = strchr(label, ' ');
    size_t length = rest != NULL ? (size_t)(rest - label) : strlen(label);

    *entrant = (struct entrant){
        .label = strdup(label),
        .runs = calloc(1, sizeof *entrant->runs),
        .concurrency = contender->alone ? 1 : scene->concurrency,
    };
    if (rest != NULL && strncmp(rest, " -c ", 4) == 0)
        entrant->concurrency = strtoul(rest + 4, NULL, 10);
    else if (rest != NULL)
        snprintf(entrant->option, sizeof entrant->option, "%s", rest + 1);
    if (asprintf(&entrant->path, "%s/%.*s", programs, (int)length, label) < 0)
        entrant->path = NULL;
    return entrant->label != NULL && entrant->runs != NULL &&
                   entrant->path != NULL
               ? 0
               : -1;
}

static int add_entrants(struct race *race, const struct plan *plan,
                        const struct scene *scene, const char *programs)
{
    race->entrants = calloc(plan->contender_count, sizeof *race->entrants);
    if (race->entrants == NULL)
        return -1;
    for (size_t c = 0; c < plan->contender_count; c++) {
        struct entrant *entrant = &race->entrants[race->entrant_count++];
        if (become(entrant, &plan->experiment->contenders[c], scene, programs) <
            0)
            return -1; /* half made: it is freed with the others */
        for (int f = 0; f < FIGURES; f++)
            entrant->runs[0].figure[f] = NAN;
    }
    return 0;
}

static void set_options(struct race_options *options, const struct plan *plan,
                        const struct scene *scene)
{
    options->runs = 1;
    options->pages = scene->pages;
    options->latency = scene->latency;
    units_duration(scene->latency, &options->latency_ns);
    options->page_size = scene->size;
    options->concurrency = scene->concurrency;
    options->processes = scene->processes;
    options->follow = scene->follow;
    options->limit_ns = (int64_t)(plan->limit_s * 1e9);
    options->untraced = true;
    options->syscalls = plan->experiment->syscalls;
}

int scene_open(struct race *race, const struct plan *plan,
               const struct scene *scene, const char *programs)
{
    set_options(&race->options, plan, scene);
    return add_entrants(race, plan, scene, programs);
}

int scene_start_site(struct race *race, const char *site)
{
    char problem[600];

    if (race_site_start(&race->site, site, &race->options, problem,
                        sizeof problem) == 0) {
        if (race_urls_list(race) == 0)
            return 0;
        snprintf(problem, sizeof problem, "no memory for the URLs");
    }
    if (problem[0] != '\0')
        fprintf(stderr, "race: %s\n", problem);
    return -1;
}

void scene_close(struct race *race)
{
    race_site_stop(&race->site);
    race_urls_free(race);
    entrants_free(race);
    manifests_free(&race->manifests);
    race->manifests = (struct manifests){0};
}
