/*
 * judge.h - whether a crawl came to what it must.
 */
#ifndef TESTS_FAULTS_JUDGE_H
#define TESTS_FAULTS_JUDGE_H

#include "scene.h"

#include "tests/run.h"

/* The number of a healthy page of the crawl, 1 to 3: its URL; own buffer. */
const char *healthy_url(const struct scene *scene, size_t number);

/*
 * Returns NULL, or what is wrong with it, which the caller frees. `trace` is
 * the path of its trace, or NULL.
 */
char *judge(const struct scene *scene, const struct ended *ended,
            const char *manifest, const char *trace);

#endif
