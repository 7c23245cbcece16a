/*
 * causes_closing.c - see cells.h: connections that end, or do not, when they
 * should.
 */
#include "makers.h"

#include <stddef.h>

#define BODY  "<p>whole</p>\n"
#define WHOLE "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" BODY
#define CHUNKS                                              \
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" \
    "5\r\n<p>wh\r\n8;x=1\r\nole</p>\n\r\n0\r\nX: 1\r\n\r\n"
#define TO_CLOSE "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" BODY

static const struct cut closes_whole = {WHOLE, "close", BODY},
                        closes_chunks = {CHUNKS, "close", BODY},
                        resets_whole = {WHOLE, "reset", BODY},
                        resets_chunks = {CHUNKS, "reset", BODY},
                        resets_to_close = {TO_CLOSE, "reset", NULL};

static const struct early
    early_whole = {WHOLE, "wait", NULL, BODY},
    early_chunks = {CHUNKS, "wait", NULL, BODY},
    early_to_close = {TO_CLOSE, "shut", NULL, BODY},
    early_nonsense = {"SSH-2.0-x\r\n", "wait", "malformed - - -", NULL},
    early_then_closed = {WHOLE, "close", NULL, BODY},
    early_then_reset = {CHUNKS, "reset", NULL, BODY},
    early_to_reset = {TO_CLOSE, "close", "reset - - -", NULL},
    early_part = {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", "shut",
                  "reset - - -", NULL},
    early_part_closed = {"HTTP/1.1 200 OK\r\nContent-Le", "close",
                         "reset - - -", NULL},
    nothing_shut = {"", "shut", "reset - - -", NULL},
    nothing_closed = {"", "close", "reset - - -", NULL},
    nothing_at_all = {"", "wait", "timeout - - -", NULL};

static const struct stale
    closed_then_whole = {"", "close", WHOLE, "close", NULL, BODY},
    reset_then_whole = {"", "reset", WHOLE, "close", NULL, BODY},
    closed_then_reset = {"", "close", "", "reset", "reset - - -", NULL},
    reset_then_closed = {"", "reset", "", "close", "truncated - - -", NULL},
    closed_then_nonsense = {"",      "close",           "220 mail\r\n",
                            "close", "malformed - - -", NULL},
    broken_on_both = {"HTTP/1.1 2", "close",           "HTTP/1.1 2",
                      "close",      "truncated - - -", NULL};

const struct cause causes_closing[] = {
    /* accepted, then reset; reset inside head or body: `reset` */
    {"accepted, then reset", {{"reset-at-once", NULL, NULL, ANEW, 0}}},
    {"reset inside head or body",
     {MENU("reset-in-head"),
      MENU("reset-in-body"),
      MENU("reset-in-chunks"),
      {"at each byte", cut_anywhere, &resets_whole, ANEW, sizeof WHOLE},
      {"in chunks", cut_anywhere, &resets_chunks, ANEW, sizeof CHUNKS}}},
    /*
     * closed with nothing sent; inside the head; before Content-Length is
     * reached; without the last chunk: `truncated`
     */
    {"closed with nothing sent", {{"close-at-once", NULL, NULL, ANEW, 0}}},
    {"closed inside the head",
     {MENU("close-in-status-line"), MENU("close-in-head"),
      MENU("close-before-blank-line")}},
    {"closed before Content-Length",
     {MENU("close-before-body"),
      MENU("close-in-body"),
      {"at each byte", cut_anywhere, &closes_whole, ANEW, sizeof WHOLE}}},
    {"closed without the last chunk",
     {MENU("close-without-last-chunk"),
      MENU("close-in-chunk-size"),
      MENU("close-before-last-blank-line"),
      {"at each byte", cut_anywhere, &closes_chunks, ANEW, sizeof CHUNKS}}},
    /* reset after a whole Content-Length body: `ok` */
    {"reset after a whole body",
     {MENU("reset-after-body"), MENU("reset-after-chunks")}},
    /* a reset ends a body that only the close delimits: `reset`, never `ok` */
    {"a reset for the close of a body",
     {MENU("reset-close-delimited"),
      {"at each byte", cut_anywhere, &resets_to_close, ANEW, sizeof TO_CLOSE}}},
    /*
     * server half-closes and reads on; closes with our request unread after a
     * whole answer: `ok`
     */
    {"half-closes and reads on", {MENU("half-close-reads-on")}},
    {"answers, closes, request unread",
     {MENU("close-unread"),
      SCENE("long request", answered_early, &early_then_closed),
      SCENE("reset", answered_early, &early_then_reset)}},
    /*
     * never answers; drips the head; drips the body; stops in mid-body; never
     * reads our request; neither length nor close: `timeout` for the page as a
     * whole; no quadratic work on drips
     */
    {"never answers", {{"stall", NULL, NULL, STALLS, 0}}},
    {"drips the head", {{"drip-head", NULL, NULL, STALLS, 0}}},
    {"drips the body",
     {{"drip-body", NULL, NULL, STALLS, 0},
      {"drip-chunks", NULL, NULL, STALLS, 0},
      {"drip-to-close", NULL, NULL, STALLS, 0}}},
    {"stops in head or body",
     {{"stop-in-head", NULL, NULL, STALLS, 0},
      {"stop-in-body", NULL, NULL, STALLS, 0},
      {"stop-in-chunk", NULL, NULL, STALLS, 0}}},
    {"never reads our request",
     {{"never-reads", NULL, NULL, STALLS, 0},
      {"long request", answered_early, &nothing_at_all, STALLS, 0}}},
    {"neither length nor close",
     {{"no-length-no-close", NULL, NULL, STALLS, 0}}},
    /*
     * answers before our request is out; closes while we send: the answer if
     * whole, else `reset`; no SIGPIPE
     */
    {"answers before our request is out",
     {MENU("early-answer"), SCENE("whole", answered_early, &early_whole),
      SCENE("chunks", answered_early, &early_chunks),
      SCENE("to the close", answered_early, &early_to_close),
      SCENE("nonsense", answered_early, &early_nonsense)}},
    {"closes while we send",
     {{"close-while-sending", NULL, NULL, ANEW, 0},
      {"shut", answered_early, &nothing_shut, ANEW, 0},
      {"closed", answered_early, &nothing_closed, ANEW, 0},
      SCENE("part, shut", answered_early, &early_part),
      SCENE("part, closed", answered_early, &early_part_closed),
      SCENE("to the close", answered_early, &early_to_reset)}},
    /*
     * kept-alive connection went stale (stage 07): one silent try on a fresh
     * one, then the outcome
     */
    {"kept connection went stale",
     {MENU("stale"),
      MENU("stale-idle"),
      MENU("stale-reset"),
      {"closed, whole", gone_stale, &closed_then_whole, ANEW, 0},
      {"reset, whole", gone_stale, &reset_then_whole, ANEW, 0},
      {"closed, reset", gone_stale, &closed_then_reset, ANEW, 0},
      {"reset, closed", gone_stale, &reset_then_closed, ANEW, 0},
      {"closed, nonsense", gone_stale, &closed_then_nonsense, ANEW, 0},
      SCENE("broken, no more", gone_stale, &broken_on_both)}},
    /* bytes after the response: ignored, connection not reused */
    {"bytes after the response",
     {MENU("extra-bytes"), MENU("extra-answer"), MENU("extra-after-chunks")}},
    {NULL, {MENU(NULL)}},
};
