/*
 * causes_head.c - see cells.h: heads that are none, are odd, or have no end.
 */
#include "makers.h"

#include <stddef.h>

#define EVERYTHING                                             \
    "\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"       \
    "HTTP/1.1 200 OK\nX-Folded: a\r\n b\r\nno colon\r\n"       \
    "Transfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\n<p>wh\r\n" \
    "8 \nole</p>\n\r\n00\r\nX: 1\r\n\r\n"

static const struct cut goes_on = {EVERYTHING, "go on", "<p>whole</p>\n"};

const struct cause causes_head[] = {
    /*
     * HTTP/0.9 text, HTTP/2 frames, TLS record, a mail banner: `malformed`, the
     * text says what it looks like
     */
    {"HTTP/0.9 text", {MENU("http09")}},
    {"HTTP/2 frames", {MENU("http2-frames")}},
    {"TLS record", {MENU("tls-record")}},
    {"a mail banner, other text or bytes",
     {MENU("smtp-banner"), MENU("ssh-banner"), MENU("binary")}},
    /*
     * status not three digits or below 100; version not `HTTP/1.` and one
     * digit; anything but one blank between them: `malformed`
     */
    {"status not three digits, below 100",
     {MENU("status-two-digits"), MENU("status-four-digits"),
      MENU("status-letters"), MENU("status-negative"), MENU("status-none"),
      MENU("status-below-100"), MENU("status-zero")}},
    {"version not HTTP/1. and one digit",
     {MENU("version-2"), MENU("version-2-short"), MENU("version-0"),
      MENU("version-two-digits"), MENU("version-no-digit"),
      MENU("version-letter"), MENU("version-lower"), MENU("version-icy")}},
    {"not one blank between them",
     {MENU("two-blanks"), MENU("tab-for-blank"), MENU("no-blank"),
      MENU("blank-before-version")}},
    /*
     * no reason phrase; LF-only lines; header folding in an ordinary header;
     * blank line before the status line; status 600 to 999: accepted
     */
    {"no reason phrase, or an odd one",
     {MENU("no-reason"), MENU("empty-reason"), MENU("high-bytes-in-reason"),
      MENU("version-1.0"), MENU("version-1.9")}},
    {"LF-only lines", {MENU("lf-only")}},
    {"folding in an ordinary header", {MENU("folded-header")}},
    {"blank line before the status line", {MENU("blank-line-before-status")}},
    {"status 600 to 999", {MENU("status-600"), MENU("status-999")}},
    /*
     * a header line without colon or name, or beginning with a blank before the
     * first header; space before the colon of an ordinary header: that line is
     * skipped
     */
    {"a header line that is none",
     {MENU("no-colon"), MENU("no-name"), MENU("blank-before-first-header")}},
    {"space before an ordinary colon",
     {MENU("space-before-colon"), MENU("headers-in-capitals"),
      MENU("no-blank-after-colon")}},
    /*
     * bare CR or NUL anywhere in the head; space before the colon or folding in
     * a framing header: `malformed`
     */
    {"bare CR in the head",
     {MENU("bare-cr"), MENU("bare-cr-in-status-line"),
      MENU("bare-cr-for-line-end")}},
    {"NUL in the head",
     {MENU("nul-in-head"), MENU("nul-in-name"), MENU("nul-in-status-line")}},
    {"space or folding in a framing header",
     {MENU("space-before-colon-length"), MENU("space-before-colon-coding"),
      MENU("folded-content-length"), MENU("folded-coding")}},
    /*
     * one huge line, too many headers, endless head, blank lines for ever
     * before it: `too-large`, memory bounded
     */
    {"one huge line",
     {MENU("long-line"), MENU("huge-line"), MENU("huge-status-line"),
      MENU("endless-line")}},
    {"too many headers", {MENU("many-headers"), MENU("too-many-headers")}},
    {"endless head", {MENU("huge-head"), MENU("endless-head")}},
    {"blank lines for ever before it", {MENU("endless-blanks")}},
    /* 1xx before the answer, once or a thousand times: skipped */
    {"1xx before the answer",
     {MENU("one-1xx"), MENU("early-hints"), MENU("thousand-1xx"),
      MENU("endless-1xx")}},
    /* 1xx or 101 as the only answer: `malformed` */
    {"1xx as the only answer", {MENU("only-1xx"), MENU("only-101")}},
    /* cut at every byte, fed byte by byte: the same result as in one piece */
    {"cut at every byte",
     {{"each byte", cut_anywhere, &goes_on, 0, sizeof EVERYTHING}}},
    {"fed byte by byte",
     {SCENE("byte by byte", byte_by_byte, &goes_on), MENU("byte-by-byte"),
      MENU("byte-by-byte-chunks")}},
    {NULL, {MENU(NULL)}},
};
