/*
 * ear.h - for the suites about connections: a protocol that says what it hears
 * (see said of loop_by_hand.h), and does then what the test wants.
 */
#ifndef TESTS_EAR_H
#define TESTS_EAR_H

#include "stages/07-loop/transport.h"

#include <assert.h>

struct ear {
    struct protocol protocol;
    struct transport *transport; /* from made to lost */
    const char *name;            /* said before what it hears; "" */
    /* What it does besides, or NULL. */
    void (*on_made)(struct ear *ear);
    void (*on_data)(struct ear *ear);
    void (*on_eof)(struct ear *ear);
    void (*on_pause)(struct ear *ear);
    void (*on_resume)(struct ear *ear);
    void (*on_lost)(struct ear *ear);
    bool keep;                 /* what eof_received() returns */
    bool deaf;                 /* data are counted, and not said */
    size_t heard;              /* bytes that came */
    bool lost;                 /* it is over */
    const struct error *error; /* for that reason */
    void *data;                /* of the test */
};

static inline void ear_says(struct ear *ear, const char *what)
{
    speak(words(ear->name));
    speak(words(what));
    speak(words(" "));
}

static inline void ear_does(struct ear *ear, void (*action)(struct ear *ear))
{
    if (action != NULL)
        action(ear);
}

static inline void ear_made(struct protocol *protocol,
                            struct transport *transport)
{
    struct ear *ear = (struct ear *)protocol;

    ear->transport = transport;
    ear_says(ear, "made");
    ear_does(ear, ear->on_made);
}

static inline void ear_data(struct protocol *protocol, const char *data,
                            size_t size)
{
    struct ear *ear = (struct ear *)protocol;
    char text[64];

    ear->heard += size;
    snprintf(text, sizeof text, "data:%.*s", size < 50 ? (int)size : 50, data);
    if (!ear->deaf)
        ear_says(ear, text);
    ear_does(ear, ear->on_data);
}

static inline bool ear_eof(struct protocol *protocol)
{
    struct ear *ear = (struct ear *)protocol;

    ear_says(ear, "eof");
    ear_does(ear, ear->on_eof);
    return ear->keep;
}

static inline void ear_pause(struct protocol *protocol)
{
    struct ear *ear = (struct ear *)protocol;

    ear_says(ear, "pause");
    ear_does(ear, ear->on_pause);
}

static inline void ear_resume(struct protocol *protocol)
{
    struct ear *ear = (struct ear *)protocol;

    ear_says(ear, "resume");
    ear_does(ear, ear->on_resume);
}

static inline void ear_lost(struct protocol *protocol,
                            const struct error *error)
{
    struct ear *ear = (struct ear *)protocol;

    assert(!ear->lost); /* Check's would allocate */
    ear_says(ear, error == NULL ? "lost" : "broken");
    ear->error = error;
    ear->lost = true;
    ear_does(ear, ear->on_lost);
    ear->transport = NULL;
}

static const struct protocol_type ear_type = {
    .connection_made = ear_made,
    .data_received = ear_data,
    .eof_received = ear_eof,
    .pause_writing = ear_pause,
    .resume_writing = ear_resume,
    .connection_lost = ear_lost,
};

/* Its address must stay: it is the protocol. */
static inline struct ear ear_new(const char *name)
{
    return (struct ear){.protocol = {&ear_type}, .name = name};
}

/* A factory: the ear itself, once. */
static inline struct protocol *give_ear(void *ear)
{
    return &((struct ear *)ear)->protocol;
}

/* ---- what an ear may do ---- */

static inline void do_close(struct ear *ear)
{
    transport_close(ear->transport);
}

static inline void do_abort(struct ear *ear)
{
    transport_abort(ear->transport);
}

static inline void do_pause(struct ear *ear)
{
    transport_pause_reading(ear->transport);
}

static inline void do_write(struct ear *ear)
{
    ck_assert(transport_write(ear->transport, "w", 1));
}

#endif
