/*
 * phases.h - what a page waited for, one thing after the other.
 *
 * A page's times say when it got how far. Here they become stretches of time
 * without a gap between them, from the page's start to its end: what is drawn
 * as bars and what a HAR calls timings.
 */
#ifndef COMMON_PHASES_H
#define COMMON_PHASES_H

#include "page.h"

enum phase {
    PHASE_BLOCKED, /* not yet at work on the hop that the answer came from */
    PHASE_RESOLVE,
    PHASE_CONNECT,
    PHASE_SEND,
    PHASE_WAIT, /* for the answer's first byte */
    PHASE_READ, /* the rest of it */
    PHASES,
};

/* By clock_now_ns(); both 0 for a phase that the page did not go through. */
struct span {
    int64_t begin;
    int64_t end;
};

/* "blocked", "resolve", "connect": static text. */
const char *phase_name(enum phase phase);

/*
 * The phases of a page that was begun. One that failed, failed in its last
 * phase, which lasts to its end. Redirects followed are in PHASE_BLOCKED, and
 * so is all of a page of which nothing but start and end is known.
 *
 * Simplified: a page that ends before a connection used again has taken the
 * whole request is said to have been resolving till then.
 */
void phases_of(const struct page_result *result, struct span spans[PHASES]);

#endif
