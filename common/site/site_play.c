/*
 * site_play.c - plays a fault: its head, its pieces, its tail.
 *
 * Each step appends a little, so that a body without end takes no more memory
 * than a short one: the next step is taken when the client has the last.
 */
#include "site_play.h"

#include <stdlib.h>
#include <string.h>

static int add_bytes(struct evbuffer *out, struct bytes bytes)
{
    return bytes.size > 0 ? evbuffer_add(out, bytes.data, bytes.size) : 0;
}

/* The request's bytes will be gone when the pieces are made: keep the host. */
static int keep_host(struct play *play, struct text host)
{
    char *copy = malloc(host.length + 1);

    if (copy == NULL)
        return -1;
    memcpy(copy, host.data, host.length);
    play->host = (struct bytes){copy, host.length};
    return 0;
}

static int add_head(const struct fault *fault, const struct fault_call *call,
                    struct evbuffer *out)
{
    bool at_zero = call->number == 0 && fault->at_zero.size > 0;
    struct bytes head = at_zero ? fault->at_zero : fault->head;

    if (fault->expands)
        return fault_expand(out, head, call, 0);
    return add_bytes(out, head);
}

int play_begin(struct play *play, const struct fault *fault,
               const struct fault_call *call, struct evbuffer *out)
{
    *play = (struct play){.fault = fault};
    if (fault->pace == FAULT_BYTE_WISE)
        return 0;
    if (fault->expands && fault->piece.size > 0 &&
        keep_host(play, call->host) != 0)
        return -1;
    return add_head(fault, call, out);
}

static enum play_step next_byte(struct play *play, struct evbuffer *out)
{
    const struct bytes *head = &play->fault->head;

    if (evbuffer_add(out, head->data + play->done, 1) != 0)
        return PLAY_FAILED;
    play->done++;
    return play->done < head->size ? PLAY_LATER : PLAY_OVER;
}

static bool has_pieces(const struct play *play)
{
    const struct fault *fault = play->fault;

    return fault->piece.size > 0 &&
           (fault->times == FAULT_FOREVER || play->count < fault->times);
}

static int add_piece(struct play *play, struct evbuffer *out)
{
    const struct fault *fault = play->fault;
    struct fault_call call = {.host = {play->host.data, play->host.size}};
    uint32_t count = play->count++;

    if (fault->expands)
        return fault_expand(out, fault->piece, &call, count);
    return add_bytes(out, fault->piece);
}

enum play_step play_next(struct play *play, struct evbuffer *out)
{
    const struct fault *fault = play->fault;
    bool drips = fault->pace == FAULT_DRIPS;

    if (fault->pace == FAULT_BYTE_WISE)
        return next_byte(play, out);
    while (has_pieces(play)) {
        if (add_piece(play, out) != 0)
            return PLAY_FAILED;
        if (drips)
            return PLAY_LATER;
        if (evbuffer_get_length(out) >= PLAY_AT_ONCE)
            return PLAY_ON;
    }
    if (add_bytes(out, fault->tail) != 0)
        return PLAY_FAILED;
    return PLAY_OVER;
}

int play_pause_ms(const struct play *play)
{
    return play->fault->pace == FAULT_BYTE_WISE ? FAULT_BYTE_MS : FAULT_DRIP_MS;
}

void play_end(struct play *play)
{
    free((char *)play->host.data);
    *play = (struct play){0};
}
