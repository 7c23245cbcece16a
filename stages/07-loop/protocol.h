/*
 * protocol.h - what a transport tells: the callbacks' side of a connection.
 *
 * The Python it mirrors: asyncio.Protocol (protocols.py). A protocol is a
 * struct of the program's own with a struct protocol as first member, which
 * points to a table of functions:
 *
 *     struct echo {
 *         struct protocol protocol;
 *         struct transport *transport;
 *     };
 *     static const struct protocol_type echo_type = {
 *         .connection_made = echo_made, .data_received = echo_data, ...
 *     };
 *
 * They are called in this order: made once, then data any number of times,
 * eof at most once, lost once. Any of them may be NULL: then nothing happens.
 * Data and eof may fail with callback_raise(): then the connection is lost for
 * that reason.
 * If a transport could not be made, lost is all that is called: it is where a
 * protocol frees itself.
 */
#ifndef STAGES_07_LOOP_PROTOCOL_H
#define STAGES_07_LOOP_PROTOCOL_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

struct protocol;
struct transport;

struct protocol_type {
    /* There is a connection; the transport may be used until it is lost. */
    void (*connection_made)(struct protocol *protocol,
                            struct transport *transport);
    /* `size` bytes came, more than 0; they are gone after the call. */
    void (*data_received)(struct protocol *protocol, const char *data,
                          size_t size);
    /*
     * The peer will send no more. Returns true to keep the connection, so as
     * to write on; false, or if it is NULL: the transport closes itself.
     */
    bool (*eof_received)(struct protocol *protocol);
    /* There is too much to be written (see transport.h), and no longer so. */
    void (*pause_writing)(struct protocol *protocol);
    void (*resume_writing)(struct protocol *protocol);
    /*
     * It is over: `error` NULL, it was closed or ended in an orderly way. The
     * transport is gone after the call; the protocol may free itself in it.
     */
    void (*connection_lost)(struct protocol *protocol,
                            const struct error *error);
};

struct protocol {
    const struct protocol_type *type;
};

/*
 * Makes a protocol for a new connection. NULL: it is refused, and closed; it
 * may set error_last() to say why.
 */
typedef struct protocol *protocol_factory(void *data);

#endif
