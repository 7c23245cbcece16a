/*
 * tries.c - see tries.h.
 */
#include "tries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MAX_CRAWLS = 200,
    MAX_FAILURES = 200,
    MODES = 3,
    /*
     * Who asks the kernel again and again makes calls by the thousand, and
     * one is like the other: beyond so many only each twice as far is hurt.
     */
    SPINS_APART = 48,
};

static const struct {
    enum failure_mode mode;
    const char *suffix; /* in $HURT */
} modes[MODES] = {{MODE_ONCE, ""}, {MODE_ON, ":on"}, {MODE_OFTEN, ":often"}};

static struct tries_options options;
static unsigned turn; /* points seen so far */
static struct point points[MAX_FAILURES][MODES];

/*
 * A crawl, and how many calls of each kind it makes: by itself, and with the
 * order that some failures come with.
 */
static struct crawl {
    const struct variant *variant;
    const struct shape *shape;
    unsigned made[2][HURT_CALL_COUNT];
} crawls[MAX_CRAWLS];
static size_t crawl_count;

/* Two failures at once: what they may do is what either may. */
static struct pair {
    struct point point;
    struct failure both;
    char outcomes[64];
    struct pair *next;
} * pairs;

/* ---- crawls, and their calls ---- */

static void find_crawls(crawl_wanted *wanted)
{
    for (const struct shape *s = shapes; s->name != NULL; s++)
        for (const struct variant *v = variants; v->name != NULL; v++)
            if (wanted(v, s) && crawl_count < MAX_CRAWLS)
                crawls[crawl_count++] =
                    (struct crawl){.variant = v, .shape = s};
}

/* As many at a time as the machine can do, or wait for. */
static void limit_runs(const struct crawl *crawl)
{
    int processors = (int)sysconf(_SC_NPROCESSORS_ONLN);

    runs_limit(crawl->variant->spins ? processors
               : crawl->shape->waits ? 12 * processors
                                     : 4 * processors);
}

static void over_counted(struct run *run)
{
    /* Where they are counted: nobody else looks at them meanwhile. */
    memcpy((unsigned *)run->about, run->made, sizeof run->made);
    options.whole(run);
}

/* What the others of the shape are held against has the machine to itself. */
static void run_first_of_each_shape(void)
{
    const struct shape *before = NULL;

    for (size_t i = 0; i < crawl_count; i++) {
        struct crawl *crawl = &crawls[i];
        if (crawl->shape == before)
            continue;
        before = crawl->shape;
        runs_start(crawl->variant, crawl->shape, "", crawl->made[0],
                   over_counted);
        runs_await_all();
    }
}

static const char *companion(void)
{
    const struct failure *failure = failures;

    while (failure->with == NULL)
        failure++;
    return failure->with;
}

static void count_calls(void)
{
    for (size_t i = 0; i < crawl_count; i++) {
        struct crawl *crawl = &crawls[i];
        limit_runs(crawl);
        runs_start(crawl->variant, crawl->shape, "", crawl->made[0],
                   over_counted);
        runs_start(crawl->variant, crawl->shape, companion(), crawl->made[1],
                   over_counted);
    }
    runs_await_all();
}

static enum hurt_call call_of(const struct failure *failure)
{
    static const char *const names[] = {
#define NAME(name) #name,
        HURT_CALLS(NAME)
#undef NAME
    };
    int call = 0;

    while (strcmp(names[call], failure->call) != 0)
        call++;
    return call;
}

/* How often it is called where it can fail so. */
static unsigned count_of(const struct crawl *crawl,
                         const struct failure *failure)
{
    return crawl->made[failure->with != NULL][call_of(failure)];
}

/* ---- one failure ---- */

/* Adds an order to the text, for $HURT. */
static void add_order(char *text, size_t size, const struct failure *failure,
                      unsigned n, int mode)
{
    size_t length = strlen(text);

    snprintf(text + length, size - length, "%s%s%s%s:%u:%s%s",
             length > 0 ? "," : "", failure->with != NULL ? failure->with : "",
             failure->with != NULL ? "," : "", failure->call, n, failure->what,
             modes[mode].suffix);
}

static void try_point(const struct crawl *crawl, int index, int mode,
                      unsigned n)
{
    const struct failure *failure = &failures[index];
    char orders[256] = "";

    if (turn++ % options.every != 0)
        return;
    points[index][mode] = (struct point){failure, modes[mode].mode};
    add_order(orders, sizeof orders, failure, n, mode);
    runs_start(crawl->variant, crawl->shape, orders, &points[index][mode],
               options.hurt);
}

static void try_failure(const struct crawl *crawl, int index)
{
    const struct failure *failure = &failures[index];
    unsigned count = count_of(crawl, failure);

    for (int mode = 0; mode < MODES; mode++) {
        if (!(failure->modes & modes[mode].mode))
            continue;
        unsigned most = modes[mode].mode == MODE_OFTEN && count > 2 ? 2 : count;
        for (unsigned n = 1; n <= most;
             n += crawl->variant->spins && n >= SPINS_APART ? n : 1)
            try_point(crawl, index, mode, n);
    }
}

/* Bytes that a file may have: from none to more than the longest gets. */
static void try_disk(const struct crawl *crawl, int index)
{
    static const unsigned sizes[] = {0, 1, 60, 130, 200, 400, 1000, 3000};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        try_point(crawl, index, 0, sizes[i]);
}

/* ---- two failures ---- */

static unsigned below(unsigned most)
{
    return (unsigned)rand() % most;
}

/* One that is called, and needs no other. */
static const struct failure *any_failure(const struct crawl *crawl)
{
    const struct failure *failure;
    unsigned count = 0;

    while (failures[count].call != NULL)
        count++;
    do
        failure = &failures[below(count)];
    while (failure->with != NULL || count_of(crawl, failure) == 0);
    return failure;
}

static int any_mode(const struct failure *failure)
{
    int mode;

    do
        mode = (int)below(MODES);
    while (!(failure->modes & modes[mode].mode));
    return mode;
}

static void try_pair(const struct crawl *crawl)
{
    struct pair *pair = calloc(1, sizeof *pair);
    char orders[256] = "";

    if (pair == NULL || count_of(crawl, &failures[0]) == 0) {
        free(pair); /* it went wrong as it is */
        return;
    }
    for (int i = 0; i < 2; i++) {
        const struct failure *failure = any_failure(crawl);
        unsigned n = 1 + below(count_of(crawl, failure));
        add_order(orders, sizeof orders, failure, n, any_mode(failure));
        pair->both.may |= (failure->may | MAY_FLIGHT) & ~MAY_FIRST;
        strcat(pair->outcomes, failure->outcomes);
        strcat(pair->outcomes, " ");
    }
    pair->both.outcomes = pair->outcomes;
    pair->point = (struct point){&pair->both, MODE_ON};
    pair->next = pairs;
    pairs = pair;
    runs_start(crawl->variant, crawl->shape, orders, &pair->point,
               options.hurt);
}

/* ---- all of them ---- */

static void try_crawl(const struct crawl *crawl)
{
    limit_runs(crawl);
    for (unsigned i = 0; i < options.pairs; i++)
        try_pair(crawl);
    for (int i = 0; failures[i].call != NULL; i++)
        if (call_of(&failures[i]) == HURT_disk)
            try_disk(crawl, i);
        else
            try_failure(crawl, i);
    for (const struct storm *storm = storms; storm->name != NULL; storm++)
        if (turn++ % options.every == 0)
            runs_start(crawl->variant, crawl->shape, storm->orders, NULL,
                       options.hurt);
}

void tries_make(const struct tries_options *wanted_options,
                crawl_wanted *wanted)
{
    options = *wanted_options;
    srand(options.seed);
    find_crawls(wanted);
    run_first_of_each_shape();
    count_calls();
    for (size_t i = 0; i < crawl_count; i++)
        try_crawl(&crawls[i]);
}

void tries_end(void)
{
    while (pairs != NULL) {
        struct pair *next = pairs->next;
        free(pairs);
        pairs = next;
    }
}

/* ---- from what was typed in ---- */

const struct point *tries_point(const char *orders)
{
    static struct point point;
    const char *last = strrchr(orders, ',');
    char call[32], what[32], mode[8] = "";

    if (sscanf(last != NULL ? last + 1 : orders, "%31[^:]:%*u:%31[^:]:%7s",
               call, what, mode) < 2)
        return NULL;
    for (const struct failure *f = failures; f->call != NULL; f++)
        if (strcmp(f->call, call) == 0 && strcmp(f->what, what) == 0) {
            point = (struct point){f, mode[0] == '\0' ? MODE_ONCE : MODE_ON};
            return &point;
        }
    return NULL;
}
