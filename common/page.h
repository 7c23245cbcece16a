/*
 * page.h - one page asked for, and what became of it.
 *
 * A page is one line of the manifest. It is known by the normal form of its
 * URL; redirects are hops of the page, not pages of their own.
 */
#ifndef COMMON_PAGE_H
#define COMMON_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#define HASH_NONFATAL_OOM 1 /* uthash: report it, do not exit */
#include <uthash.h>

/* The one word for what became of a page, the same in every stage. */
enum outcome {
    OUTCOME_NONE, /* not over yet */
    OUTCOME_OK,   /* a complete HTTP answer, whatever its status */
    OUTCOME_RESOLVE,
    OUTCOME_CONNECT,
    OUTCOME_TIMEOUT,
    OUTCOME_RESET,
    OUTCOME_TRUNCATED,
    OUTCOME_MALFORMED,
    OUTCOME_TOO_LARGE,
    OUTCOME_REDIRECTS,
    OUTCOME_SCHEME,
    OUTCOME_WORKER,
    OUTCOME_CANCELLED,
    OUTCOME_SYSTEM,
};

/* The outcome as the manifest spells it: "ok", "too-large". Static text. */
const char *outcome_name(enum outcome outcome);

/*
 * What a fetch finds out about its page: plain data without pointers of its
 * own, so that it can be copied from one process to another.
 */
struct page_result {
    enum outcome outcome;
    int status;         /* of the answer, for OUTCOME_OK */
    int error;          /* errno that goes with the outcome, or 0 */
    bool starved;       /* failed for want of descriptors, ports or memory */
    bool keep_alive;    /* the request did not ask the server to close */
    unsigned redirects; /* hops behind the one that the times are of */
    const char *why;    /* in words, or NULL; static text, never freed */
    uint64_t bytes;     /* of the body as received */
    uint64_t digest;    /* of the body */
    /* Times by clock_now_ns(), 0 for what did not happen. */
    int64_t start;      /* taken in hand */
    int64_t hop;        /* the hop began that the times below are of */
    int64_t resolved;   /* the host's addresses were known */
    int64_t connected;  /* a connection stood */
    int64_t sent;       /* the request's last byte was handed to the kernel */
    int64_t first_byte; /* the answer's first byte arrived */
    int64_t done;       /* the outcome was known */
    uint64_t waits;     /* returns from a call that waited */
    uint64_t retries;   /* calls that answered "not yet" */
};

struct links;

/* Owned by the frontier from frontier_add() on, until frontier_free(). */
struct page {
    char *url; /* normal form: the page's name */
    struct page_result result;
    int worker;          /* which of the stage's workers has it, from 0 */
    int workers_lost;    /* workers that died of it or with it */
    size_t ended_before; /* the frontier's `ended` when it was taken */
    struct links *links; /* found in it, resolved; NULL when none; owned */
    struct page *next;   /* in the list that the page is in */
    UT_hash_handle hh;   /* in the frontier, by url */
};

/*
 * Writes why a page failed into `text`, as "refused by the server: Connection
 * reset by peer": at most `size` bytes with the NUL.
 */
void page_explain(const struct page *page, char *text, size_t size);

#endif
