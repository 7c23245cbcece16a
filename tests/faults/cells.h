/*
 * cells.h - what the matrix is made of: causes, each with its examples, by
 * stages, by when it happens in a crawl, by family of addresses.
 */
#ifndef TESTS_FAULTS_CELLS_H
#define TESTS_FAULTS_CELLS_H

#include <stdbool.h>
#include <stddef.h>

struct scene;
struct cell;

/* Sets up what the cell's crawl will meet, and says what must become of it. */
typedef void scene_maker(struct scene *scene, const struct cell *cell,
                         const void *data);

enum trait {
    STALLS = 1, /* a page of it ends by its time limit */
    HEAVY = 2,  /* megabytes: left to `make faults` */
    ANEW = 4,   /* on a kept connection it is asked for once more */
};

struct example {
    const char *name; /* NULL ends a list; of the site's menu without a maker */
    scene_maker *make;
    const void *data; /* for the maker */
    unsigned traits;
    int parts; /* so many pages, each a case of its own; 0: one */
};

enum { MAX_EXAMPLES = 20, SECTIONS = 5, MAX_CAUSES = 40 };

struct cause {
    const char *name; /* NULL ends a list */
    struct example examples[MAX_EXAMPLES];
};

/* A section of the table of failures. */
struct section {
    const char *name;
    const struct cause *causes; /* at most MAX_CAUSES */
};
extern const struct section sections[SECTIONS];

extern const struct cause causes_connecting[], causes_closing[], causes_head[],
    causes_body[], causes_links[];

/* A stage, in one way. */
struct column {
    const char *head;
    const char *program;
    const char *option; /* or NULL */
    bool keeps;         /* connections, for the next page */
};

enum { COLUMNS = 8 };
extern const struct column columns[COLUMNS];

/* As the first request of a slot, or behind healthy pages in the only one. */
enum when { FIRST, LATER };

struct cell {
    const struct example *example;
    const struct column *column;
    enum when when;
    int family; /* AF_INET, AF_INET6 */
    int part;   /* of the example's; -1: all of them */
};

/* Why this cell cannot be filled, or NULL. */
const char *cell_limit(const struct cell *cell);

#endif
