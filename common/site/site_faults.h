/*
 * site_faults.h - the fault menu: every way in which the site misbehaves.
 *
 * A fault is data: bytes to send, in which pieces, how fast, and what becomes
 * of the connection afterwards. The tables are in site_faults_*.c, one for
 * each kind; site_play.h plays them.
 */
#ifndef COMMON_SITE_FAULTS_H
#define COMMON_SITE_FAULTS_H

#include "site_request.h"

#include <event2/buffer.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that may hold NULs. */
struct bytes {
    const char *data;
    size_t size;
};

enum { FAULT_FOREVER = 0 }; /* in `times` */

enum fault_pace {
    FAULT_AT_ONCE,   /* as fast as the client takes it */
    FAULT_DRIPS,     /* the pieces one by one, FAULT_DRIP_MS apart */
    FAULT_BYTE_WISE, /* the head byte by byte, FAULT_BYTE_MS apart */
};

enum {
    FAULT_DRIP_MS = 50, /* slow enough to drip over any timeout */
    FAULT_BYTE_MS = 1,  /* enough for a byte to be a segment of its own */
};

/* What becomes of the connection when everything was sent. */
enum fault_ending {
    FAULT_CLOSES,      /* is closed both ways */
    FAULT_RESETS,      /* is reset: SO_LINGER 0, then close */
    FAULT_WAITS,       /* stays; the client has to leave, reads are discarded */
    FAULT_HALF_CLOSES, /* is shut on our side; the other as in FAULT_WAITS */
    FAULT_IGNORES,     /* stays, and nothing is read from it any more */
    FAULT_GOES_STALE,  /* stays, and closes when the next request arrives */
    FAULT_KEEPS,       /* carries the next request, if the client likes */
};

struct fault {
    const char *name;    /* in /fault/NAME */
    const char *outcome; /* what a crawler makes of it, in one word */
    int status;          /* the answer's, where the outcome is "ok"; else 0 */
    const char *summary; /* what happens */

    struct bytes head;    /* sent first */
    struct bytes piece;   /* sent then, `times` times; none if empty */
    uint32_t times;       /* or FAULT_FOREVER */
    struct bytes tail;    /* sent last */
    struct bytes at_zero; /* sent instead of the head where N is 0 */
    const char *rest;     /* what /fault/NAME means: /fault/NAME + rest */

    enum fault_pace pace;
    enum fault_ending ending;
    bool expands;   /* head and pieces hold {placeholders}: fault_expand() */
    bool early;     /* begins with the request line, the rest left unread */
    bool sprinkled; /* --faults may choose it: it ends soon by itself */
};

struct fault_group {
    const char *title;
    const struct fault *faults;
    size_t count;
};

enum { FAULT_GROUPS = 4 };

extern const struct fault_group fault_closing; /* site_faults_closing.c */
extern const struct fault_group fault_head;    /* site_faults_head.c */
extern const struct fault_group fault_body;    /* site_faults_body.c */
extern const struct fault_group fault_links;   /* site_faults_links.c */

extern const struct fault_group *const fault_groups[FAULT_GROUPS];

/* Who asks for a fault, and how: what its placeholders stand for. */
struct fault_call {
    struct text host;   /* of this site, with its port */
    struct text target; /* that was asked for */
    struct text rest;   /* of it after the name: "" or "/3" */
    uint32_t number;    /* in the rest; 0 if there is none */
};

/*
 * The fault that a path (no query) asks for, or NULL. Sets call->rest and
 * call->number.
 */
const struct fault *fault_find(struct text path, struct fault_call *call);

/*
 * The fault that a page has where a share of `rate` of all pages has one, or
 * NULL. It depends on the seed and the page's number only.
 */
const struct fault *fault_of_page(uint64_t seed, double rate, uint32_t page);

/*
 * Appends `text` to `out` and puts for {host}, {HOST} (in capitals), {self},
 * {rest}, {number}, {next}, {previous} what `call` says, for {count} `count`.
 * Returns 0, or -1 where memory ran out.
 */
int fault_expand(struct evbuffer *out, struct bytes text,
                 const struct fault_call *call, uint32_t count);

/*
 * Appends the menu as plain text, one fault a line, with tabs between name,
 * outcome, status (or -) and summary. Returns 0, or -1 where memory ran out.
 */
int fault_list(struct evbuffer *out);

#endif
