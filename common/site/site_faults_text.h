/*
 * site_faults_text.h - the words the fault tables are written in.
 *
 * Only site_faults_*.c include it. A table's line reads: a fault with this
 * name, outcome, status and summary sends these bytes and ends so.
 */
#ifndef COMMON_SITE_FAULTS_TEXT_H
#define COMMON_SITE_FAULTS_TEXT_H

#include "site_faults.h"

#define FAULT(name_, outcome_, status_, summary_) \
    .name = name_, .outcome = outcome_, .status = status_, .summary = summary_

/* A string literal as bytes, its last NUL left out, any other kept. */
#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

#define SENDS(literal)          .head = BYTES(literal)
#define THEN(literal)           .tail = BYTES(literal)
#define REPEATS(times_, piece_) .piece = BYTES(piece_), .times = times_

/* The whole answer most faults are a distortion of. */
#define OK    "HTTP/1.1 200 OK\r\n"
#define HTML  "Content-Type: text/html\r\n"
#define CLOSE "Connection: close\r\n"
#define PAGE  "<p>whole</p>\n" /* 13 bytes: 0xd */
#define SIZE  "Content-Length: 13\r\n"
#define WHOLE OK HTML CLOSE SIZE "\r\n" PAGE

/* The same in chunks, and with an end that only the close marks. */
#define CHUNKED   "Transfer-Encoding: chunked\r\n"
#define CHUNKS    "5\r\n<p>wh\r\n8\r\nole</p>\n\r\n0\r\n\r\n"
#define IN_CHUNKS OK HTML CLOSE CHUNKED "\r\n"
#define TO_CLOSE  OK HTML CLOSE "\r\n"

/* The same text many times over; a literal ends at 4095 bytes in C11. */
#define TIMES_4(text)  text text text text
#define TIMES_16(text) TIMES_4(TIMES_4(text))
#define KIBIBYTE       TIMES_16(TIMES_4("sixteen letters "))

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

#endif
