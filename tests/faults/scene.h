/*
 * scene.h - one crawl that meets a fault: its pages, the servers for them, and
 * what must come of it.
 */
#ifndef TESTS_FAULTS_SCENE_H
#define TESTS_FAULTS_SCENE_H

#include "cells.h"

#include "tests/scripted.h"

enum {
    MAX_PAGES = 420,
    MAX_OPTIONS = 104,
    MAX_VARIABLES = 4,
    MAX_SERVERS = 3,
    MAX_KEPT = 16,
};

/* A page of the crawl and its line in the manifest, up to the URL. */
struct scene_page {
    char *url;
    char *line;
    bool asked; /* else it is found: linked from one that is asked for */
};

struct scene {
    struct cell cell;
    struct scene_page pages[MAX_PAGES];
    size_t count;
    char *options[MAX_OPTIONS];
    size_t option_count;
    char *variables[MAX_VARIABLES]; /* of the environment: NAME=VALUE */
    size_t variable_count;
    struct scripted *servers[MAX_SERVERS];
    size_t server_count;
    int kept[MAX_KEPT]; /* descriptors that stay open meanwhile */
    size_t kept_count;
    /* ---- what a maker may set ---- */
    char healthy[128]; /* NUMBER behind it is a healthy page; "" the site's */
    const char *healthy_body; /* of such a page */
    size_t concurrency;       /* 0: two at first, one later */
    int timeout_ms;           /* 0: far more than it takes */
    bool reuses;              /* a connection that was kept, where any is */
    const char *said;         /* in the line that is shown for the page */
    char warned[128];         /* on stderr; "": nothing may be said there */
    char unlink[128];         /* a file to be removed, or "" */
};

void scene_make(struct scene *scene, const struct cell *cell);
void scene_end(struct scene *scene);

/* ---- for makers ---- */

/* A page, which `line` must become of; without `line` it must not fail. */
__attribute__((format(printf, 3, 4))) void
scene_asks(struct scene *scene, const char *line, const char *url, ...);
__attribute__((format(printf, 3, 4))) void
scene_finds(struct scene *scene, const char *line, const char *url, ...);

__attribute__((format(printf, 2, 3))) void
scene_option(struct scene *scene, const char *format, ...);
__attribute__((format(printf, 2, 3))) void
scene_variable(struct scene *scene, const char *format, ...);

/* A server for the length of the scene; "deaf" as scripted.h has it. */
struct scripted *scene_serve(struct scene *scene, bool deaf, script *play,
                             const void *data);

/* What must be said on stderr. */
__attribute__((format(printf, 2, 3))) void scene_warns(struct scene *scene,
                                                       const char *format, ...);

/* How many healthy pages there are beside those of the scene. */
size_t healthy_count(const struct cell *cell);

/* Closes the descriptor when the scene is over. */
int scene_keep(struct scene *scene, int fd);

/* A time limit that is soon over. */
void scene_stalls(struct scene *scene);

/* "ok STATUS SIZE DIGEST", in a static buffer. */
const char *ok_line(int status, const void *body, size_t size);
const char *ok_text(int status, const char *body);

/* ---- the practice site ---- */

/* Starts one for each family there is. */
void sites_start(void);
void sites_stop(void);

/* "http://127.0.0.1:PORT", or of [::1]; NULL where there is no such family. */
const char *site_base(int family);
const char *site_port(int family);

/* What its pages /1 to /3 must come to. */
const char *site_line(int family, int page);

/* A page as it comes over a plain socket: its body's "ok ..." line. */
const char *fetched_line(const char *base, const char *path, int status);

#endif
