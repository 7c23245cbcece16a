/*
 * makers.h - the scenes there are; causes.c says what each of them is for.
 */
#ifndef TESTS_FAULTS_MAKERS_H
#define TESTS_FAULTS_MAKERS_H

#include "scene.h"

/* An example of the practice site's menu; another one, without a trait. */
#define MENU(name)             \
    {                          \
        name, NULL, NULL, 0, 0 \
    }
#define SCENE(name, make, data) \
    {                           \
        name, make, data, 0, 0  \
    }

/* ---- menu.c: pages of the practice site ---- */

/* The fault of the menu that the example is named after. */
scene_maker menu_page;

/* Its links are followed. */
scene_maker links_followed; /* data: a struct links_found */
struct links_found {
    const char *path;
    int status;         /* of that page */
    const char *found;  /* "/one /two": these are whole; NULL: none */
    const char *option; /* one more, or NULL */
    const char *warned; /* on stderr, or NULL */
};

/* It links to pages without end: /fault/HERE/1, 2 ... of which few are taken */
scene_maker links_without_end; /* data: a struct endless_links */
struct endless_links {
    const char *path;
    const char *here;
    int first;      /* the number of the first one */
    int status;     /* of those pages */
    int known_left; /* how many are known and not taken, less those taken */
};

scene_maker hundred_spellings_asked_for;
scene_maker scheme_not_spoken; /* data: the URL */

/* ---- connect.c: connections that do not come about, or late ---- */

scene_maker refused, unreachable, all_dead, never_completes,
    connected_to_itself;
scene_maker dead_then_alive, other_family_dead, silent_then_alive;
scene_maker name_fails; /* data: the name */
scene_maker name_never_answered;
scene_maker oddly_connected, oddly_refused; /* data: how, for $ODD_CONNECT */
scene_maker starved_beside_another, starved_alone; /* data: an int, errno */

/* ---- talk.c: servers that follow a script ---- */

struct cut {
    const char *answer;
    const char *how;  /* "go on", "close", "reset", "drip" */
    const char *body; /* NULL: it is no answer, cut there */
};
scene_maker cut_anywhere; /* data: a struct cut; a part for each byte */
scene_maker byte_by_byte; /* data: a struct cut */

struct early {
    const char *answer;
    const char *how;  /* "wait", "shut", "close", "reset" */
    const char *line; /* what it comes to; NULL: ok, with `body` */
    const char *body;
};
scene_maker answered_early; /* data: a struct early */

struct stale {
    const char *on_kept;   /* what is said on a connection that was kept */
    const char *kept_ends; /* and then: "close", "reset" */
    const char *on_fresh;  /* the same on one that was not */
    const char *fresh_ends;
    const char *line; /* as above: where it was not kept, there is no other */
    const char *body;
};
scene_maker gone_stale; /* data: a struct stale */

#endif
