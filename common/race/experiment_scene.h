/*
 * experiment_scene.h - sets the race up for one scene of an experiment.
 */
#ifndef COMMON_RACE_EXPERIMENT_SCENE_H
#define COMMON_RACE_EXPERIMENT_SCENE_H

#include "experiment_plan.h"
#include "race.h"

/*
 * Sets race->options as the scene says, and race->entrants to the contenders,
 * all of them in their order, with one run each, not tried, without figures.
 * Returns 0, or -1 with errno ENOMEM. scene_close() in any case.
 */
int scene_open(struct race *race, const struct plan *plan,
               const struct scene *scene, const char *programs);

/* Starts its practice site, and lists the URLs. Returns 0, or -1 after having
 * said why, unless a signal came. */
int scene_start_site(struct race *race, const char *site);

/* Stops the site and frees all of it. */
void scene_close(struct race *race);

#endif
