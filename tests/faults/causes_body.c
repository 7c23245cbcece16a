/*
 * causes_body.c - see cells.h: bodies whose end is said wrongly, or never
 * comes.
 */
#include "makers.h"

#include <stddef.h>

const struct cause causes_body[] = {
    /* Content-Length negative, signed, hex, empty, with letters: `malformed` */
    {"Content-Length that is no number",
     {MENU("length-negative"), MENU("length-plus"), MENU("length-hex"),
      MENU("length-empty"), MENU("length-letters"), MENU("length-word"),
      MENU("length-two-numbers"), MENU("length-fraction")}},
    /*
     * a length or a chunk announced beyond `--max-size`, however many digits
     * (leading zeros do not count): `too-large` at once; nothing is allocated
     * by announcement
     */
    {"announced beyond --max-size",
     {MENU("length-beyond"),
      MENU("length-huge-digits"),
      MENU("length-wraps-64-bits"),
      MENU("length-wraps-32-bits"),
      MENU("chunk-beyond"),
      MENU("chunk-16-digits"),
      {"length-over-limit", NULL, NULL, HEAVY, 0}}},
    {"leading zeros, and nothing at all",
     {MENU("length-leading-zeros"), MENU("chunk-leading-zeros"),
      MENU("chunk-last-zeros"), MENU("length-zero"), MENU("chunks-empty")}},
    /*
     * the same length twice, also as `15, 15`: accepted; two different ones:
     * `malformed`
     */
    {"the same length twice", {MENU("length-twice"), MENU("length-list")}},
    {"two different lengths",
     {MENU("length-differ"), MENU("length-list-differ")}},
    /* length and chunked together: chunked wins, connection not reused */
    {"length and chunked together",
     {MENU("length-and-chunked"), MENU("chunked-and-length")}},
    /*
     * chunked not last, unknown coding (`identity` and none at all too); chunk
     * size not hex, signed, 17+ digits; a bare CR in a chunk line; no line end
     * after a chunk: `malformed`
     */
    {"chunked not last, unknown coding",
     {MENU("chunked-not-last"), MENU("coding-unknown"),
      MENU("coding-unknown-chunked"), MENU("coding-identity"),
      MENU("coding-none"), MENU("coding-xchunked")}},
    {"chunk size that is none",
     {MENU("chunk-hex"), MENU("chunk-letters"), MENU("chunk-empty"),
      MENU("chunk-only-extension"), MENU("chunk-signed"),
      MENU("chunk-negative"), MENU("chunk-blank-before"),
      MENU("chunk-17-digits")}},
    {"bare CR in a chunk line",
     {MENU("chunk-bare-cr"), MENU("chunk-bare-cr-in-extension")}},
    {"no line end after a chunk",
     {MENU("chunk-no-line-end"), MENU("chunk-longer")}},
    /* blanks after a chunk size; LF-only chunk lines: accepted */
    {"chunks that are well, oddly written",
     {MENU("chunks"), MENU("chunk-capital"), MENU("chunk-blanks"),
      MENU("chunk-lf"), MENU("chunk-extension"), MENU("coding-in-capitals"),
      MENU("trailers")}},
    /* chunk extension or trailers over their limit: `too-large` */
    {"extension or trailers over the limit",
     {MENU("chunk-extension-long"), MENU("chunk-extension-endless"),
      MENU("trailers-long"), MENU("trailers-endless")}},
    /* chunk announces 1 MB and sends 3 bytes, then closes: `truncated` */
    {"chunk of 1 MB, of which 3 bytes come", {MENU("chunk-short-then-close")}},
    /* a million one-byte chunks: `ok`, linear time */
    {"a million one-byte chunks", {{"million-chunks", NULL, NULL, HEAVY, 0}}},
    /*
     * endless body, endless chunks, body over the limit: `too-large`, as soon
     * as it is known
     */
    {"body over the limit, or endless",
     {{"body-over-limit", NULL, NULL, HEAVY, 0},
      {"chunks-over-limit", NULL, NULL, HEAVY, 0},
      {"endless-body", NULL, NULL, HEAVY, 0},
      {"endless-chunks", NULL, NULL, HEAVY, 0}}},
    /* 204 and 304 with a length or a body: no body is read */
    {"204, 304 with a length or a body",
     {MENU("status-204-length"), MENU("status-204-body"),
      MENU("status-204-chunked"), MENU("status-304-length"),
      MENU("status-304-body"), MENU("status-304-chunked")}},
    /* NUL and binary bytes in text/html: kept by length */
    {"NUL and binary bytes in text/html",
     {MENU("nul-in-html"), MENU("close-delimited")}},
    {NULL, {MENU(NULL)}},
};
