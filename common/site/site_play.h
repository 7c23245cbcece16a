/*
 * site_play.h - plays a fault: turns its table row into bytes, step by step.
 */
#ifndef COMMON_SITE_PLAY_H
#define COMMON_SITE_PLAY_H

#include "site_faults.h"

#include <event2/buffer.h>
#include <stdint.h>

enum { PLAY_AT_ONCE = 64 * 1024 }; /* bytes appended in one step, or so */

/* A fault on its way. */
struct play {
    const struct fault *fault;
    size_t done;       /* bytes of a byte-wise head */
    uint32_t count;    /* pieces */
    struct bytes host; /* of the pieces' placeholders; owned */
};

enum play_step {
    PLAY_ON,     /* send what was appended, then take the next step */
    PLAY_LATER,  /* send it, then wait play_pause_ms() for the next step */
    PLAY_OVER,   /* send it, then comes the fault's ending */
    PLAY_FAILED, /* memory ran out */
};

/*
 * Begins a fault and appends its head to `out`; later steps do not need
 * `call`. Returns 0, or -1 where memory ran out. play_end() frees.
 */
int play_begin(struct play *play, const struct fault *fault,
               const struct fault_call *call, struct evbuffer *out);

/* Appends what comes next to `out`, at least one byte unless it is over. */
enum play_step play_next(struct play *play, struct evbuffer *out);

/* The pause after PLAY_LATER, in milliseconds. */
int play_pause_ms(const struct play *play);

/* Frees what a fault on its way holds; all zero is fine. */
void play_end(struct play *play);

#endif
