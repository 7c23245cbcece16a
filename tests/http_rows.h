/*
 * http_rows.h - answers, and what the reader must make of each: one row or
 * more for every line of the tables "Head" and "Body", and for those of
 * "Closing and stalling" that the text of an answer decides.
 */
#ifndef TESTS_HTTP_ROWS_H
#define TESTS_HTTP_ROWS_H

#include "common/http.h"

enum { ROWS_MAX_BODY = 100 }; /* bytes; the reader's limit for every row */

/* What else holds for a row. */
enum {
    KEEP = 1,     /* the connection may be kept alive */
    HTML = 2,     /* it is text/html */
    CLOSED = 4,   /* the verdict comes only as the server closes */
    BY_CLOSE = 8, /* only the close ends the body */
};

struct row {
    const char *what; /* the sentence that the row proves */
    const char *answer;
    size_t size;
    enum http_verdict verdict;
    int status; /* this and what follows: for HTTP_DONE */
    const char *body;
    size_t body_size;
    int flags;
    const char *location;
    size_t extra; /* bytes after the answer, which are not used */
};

/* A literal and its size: there may be NULs in it. */
#define BYTES(literal) literal, sizeof(literal) - 1

/* What a row says, after its sentence and the bytes of the answer. */
#define FAILS(what, answer, verdict, flags)                        \
    {                                                              \
        what, BYTES(answer), verdict, 0, BYTES(""), flags, NULL, 0 \
    }
#define MALFORMED(what, answer) FAILS(what, answer, HTTP_MALFORMED, 0)
#define MALFORMED_AT_CLOSE(what, answer) \
    FAILS(what, answer, HTTP_MALFORMED, CLOSED)
#define TRUNCATED(what, answer) FAILS(what, answer, HTTP_TRUNCATED, CLOSED)
#define TOO_LARGE(what, answer) FAILS(what, answer, HTTP_TOO_LARGE, 0)

#define DONE(what, answer, status, body, flags, location, extra)              \
    {                                                                         \
        what, BYTES(answer), HTTP_DONE, status, BYTES(body), flags, location, \
            extra                                                             \
    }
#define WHOLE(what, answer, body, flags) \
    DONE(what, answer, 200, body, flags, NULL, 0)
#define HI_KEPT(what, answer) WHOLE(what, answer, "hi", KEEP)
#define HI_ONCE(what, answer) WHOLE(what, answer, "hi", 0)
#define HI_AND_MORE(what, answer, extra) \
    DONE(what, answer, 200, "hi", 0, NULL, extra)
#define STATUS(what, answer, status) \
    DONE(what, answer, status, "hi", KEEP, NULL, 0)
#define MOVED(what, answer, location) \
    DONE(what, answer, 302, "hi", KEEP, location, 0)
#define NO_BODY(what, answer, status, flags, extra) \
    DONE(what, answer, status, "", flags, NULL, extra)

/* What answers are made of. */
#define OK         "HTTP/1.1 200 OK\r\n"
#define FOUND      "HTTP/1.1 302 Found\r\n"
#define LENGTH_2   "Content-Length: 2\r\n"
#define CHUNKED    "Transfer-Encoding: chunked\r\n"
#define HI         LENGTH_2 "\r\nhi"
#define CHUNKED_HI "\r\n2\r\nhi\r\n0\r\n\r\n"
#define TEN        "0123456789"
#define FIFTY      TEN TEN TEN TEN TEN

static const struct row rows[] = {
    /* ---- what is no answer ---- */
    MALFORMED("a line of text is HTTP/0.9 or none", "<html>hello</html>"),
    MALFORMED("HTTP/2 frames are malformed",
              "\0\0\x06\4\0\0\0\0\0\0\3\0\0\0\x64"),
    MALFORMED("an HTTP/2 frame after a blank line is malformed",
              "\r\n\0\0\x06\4"),
    MALFORMED("a TLS alert is malformed", "\x15\3\1\0\2\2\x28"),
    MALFORMED("a TLS handshake is malformed", "\x16\3\1\0\x7a\2\0\0"),
    MALFORMED("a mail server's greeting is malformed",
              "220 mail.example.org ESMTP\r\n"),
    MALFORMED("a POP3 greeting is malformed", "+OK ready\r\n"),
    MALFORMED("an IMAP greeting is malformed", "* OK ready\r\n"),
    MALFORMED("an SSH banner is malformed", "SSH-2.0-OpenSSH_9.2\r\n"),
    MALFORMED("lower-case http is no HTTP", "http/1.1 200 OK\r\n\r\n"),
    MALFORMED("a blank before the status line is malformed", " " OK HI),
    MALFORMED("a line of blanks before the status line is malformed",
              " \r\n" OK HI),
    MALFORMED("a byte order mark is malformed", "\xef\xbb\xbf" OK HI),

    /* ---- the status line ---- */
    HI_KEPT("a plain answer", OK HI),
    HI_KEPT("no reason phrase", "HTTP/1.1 200\r\n" HI),
    HI_KEPT("no reason phrase, but its blank", "HTTP/1.1 200 \r\n" HI),
    HI_KEPT("a reason phrase of any bytes", "HTTP/1.1 200  \xff\t:\x7f\r\n" HI),
    HI_KEPT("lines that end with LF alone",
            "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"),
    HI_KEPT("no reason phrase before LF alone", "HTTP/1.1 200\n" HI),
    HI_KEPT("a blank line before the status line", "\r\n" OK HI),
    HI_KEPT("many blank lines before the status line",
            "\r\n\n\n\r\n\r\n" OK HI),
    STATUS("status 400 is a status", "HTTP/1.1 400 It is\r\n" HI, 400),
    STATUS("status 401 is a status", "HTTP/1.1 401 It is\r\n" HI, 401),
    STATUS("status 404 is a status", "HTTP/1.1 404 It is\r\n" HI, 404),
    STATUS("status 418 is a status", "HTTP/1.1 418 It is\r\n" HI, 418),
    STATUS("status 429 is a status", "HTTP/1.1 429 It is\r\n" HI, 429),
    STATUS("status 500 is a status", "HTTP/1.1 500 It is\r\n" HI, 500),
    STATUS("status 599 is a status", "HTTP/1.1 599 It is\r\n" HI, 599),
    STATUS("status 600 is a status", "HTTP/1.1 600 It is\r\n" HI, 600),
    STATUS("status 999 is a status", "HTTP/1.1 999 It is\r\n" HI, 999),
    STATUS("status 205 is a status", "HTTP/1.1 205 It is\r\n" HI, 205),
    HI_KEPT("a higher minor version is HTTP/1.1", "HTTP/1.9 200 OK\r\n" HI),
    MALFORMED("status 099 is below 100", "HTTP/1.1 099 OK\r\n" HI),
    MALFORMED("status 000 is below 100", "HTTP/1.1 000 OK\r\n" HI),
    MALFORMED("a status of two digits", "HTTP/1.1 20 OK\r\n" HI),
    MALFORMED("a status of two digits and no more", "HTTP/1.1 20\r\n" HI),
    MALFORMED("a status of four digits", "HTTP/1.1 2000 OK\r\n" HI),
    MALFORMED("a status in hex", "HTTP/1.1 2a0 OK\r\n" HI),
    MALFORMED("a negative status", "HTTP/1.1 -200 OK\r\n" HI),
    MALFORMED("no status", "HTTP/1.1\r\n" HI),
    MALFORMED("no status, but its blank", "HTTP/1.1 \r\n" HI),
    MALFORMED("words for a status", "HTTP/1.1 OK\r\n" HI),
    MALFORMED("a status that runs into its phrase", "HTTP/1.1 200OK\r\n" HI),
    MALFORMED("a tab after the status", "HTTP/1.1 200\tOK\r\n" HI),
    MALFORMED("two blanks after the version", "HTTP/1.1  200 OK\r\n" HI),
    MALFORMED("a tab after the version", "HTTP/1.1\t200 OK\r\n" HI),
    MALFORMED("version 2", "HTTP/2 200 OK\r\n" HI),
    MALFORMED("version 2.0", "HTTP/2.0 200 OK\r\n" HI),
    MALFORMED("version 0.9", "HTTP/0.9 200 OK\r\n" HI),
    MALFORMED("version 1", "HTTP/1 200 OK\r\n" HI),
    MALFORMED("version 1.", "HTTP/1. 200 OK\r\n" HI),
    MALFORMED("version 1.x", "HTTP/1.x 200 OK\r\n" HI),
    MALFORMED("version 1.10", "HTTP/1.10 200 OK\r\n" HI),
    MALFORMED("version 11", "HTTP/11 200 OK\r\n" HI),
    MALFORMED("a blank within the version", "HTTP /1.1 200 OK\r\n" HI),

    /* ---- header lines ---- */
    HI_KEPT("headers unknown to us are left", OK "Server: x\r\nX: \r\n" HI),
    HI_KEPT("a header line without colon is skipped",
            OK "no colon here\r\n" HI),
    HI_KEPT("a Content-Length without colon is skipped",
            OK "Content-Length 7\r\n" HI),
    HI_KEPT("a header line without name is skipped", OK ": nameless\r\n" HI),
    HI_KEPT("a first header that begins with a blank is skipped",
            OK " Content-Length: 7\r\n" HI),
    HI_KEPT("it is skipped with a tab as well",
            OK "\tTransfer-Encoding: gzip\r\n" HI),
    HI_KEPT("an ordinary header with a blank before its colon is skipped",
            OK "Location : /x\r\nServer : y\r\n" HI),
    HI_KEPT("with a tab before its colon as well",
            OK "Connection\t: close\r\n" HI),
    HI_KEPT("the folded line after a skipped one is skipped",
            OK "Location : /x\r\n /y\r\n" HI),
    HI_KEPT("a folded ordinary header is accepted",
            OK "X: a\r\n b\r\n\tc\r\n" HI),
    HI_KEPT("a folded line that looks like a length is none",
            OK "X: a\r\n Content-Length: 7\r\n" HI),
    HI_KEPT("a folded line that is blank is one", OK "X: a\r\n \r\n" HI),
    HI_KEPT("a name that only begins like a length is another",
            OK "Content-Length-X: 7\r\nX-Content-Length: 7\r\n" HI),
    HI_KEPT("bytes above 127 and control bytes are left",
            OK "X\x01\xff: \x7f\xfe\x02\r\n" HI),
    MALFORMED("a bare CR in the status line", "HTTP/1.1 200 O\rK\r\n" HI),
    MALFORMED("a bare CR after the status", "HTTP/1.1 200\rOK\r\n" HI),
    MALFORMED("two CRs at the end of the status line",
              "HTTP/1.1 200 OK\r\r\n" HI),
    MALFORMED("a bare CR in a header name", OK "X\rY: 1\r\n" HI),
    MALFORMED("a bare CR in a header value", OK "X: a\rb\r\n" HI),
    MALFORMED("a bare CR for a line end", OK "X: a\r" HI),
    MALFORMED("a bare CR where the head would end", OK LENGTH_2 "\rhi"),
    MALFORMED("a bare CR before the status line", "\r" OK HI),
    MALFORMED("a NUL in the status line", "HTTP/1.1 200 O\0K\r\n" HI),
    MALFORMED("a NUL in a header name", OK "X\0: 1\r\n" HI),
    MALFORMED("a NUL in a header value", OK "X: \0\r\n" HI),
    MALFORMED("a NUL in a header of a 1xx answer",
              "HTTP/1.1 100 C\r\nX: \0\r\n\r\n" OK HI),

    /* ---- Content-Type and Location ---- */
    WHOLE("text/html is HTML", OK "Content-Type: text/html\r\n" HI, "hi",
          KEEP | HTML),
    WHOLE("its parameters and its case do not matter",
          OK "cONTENT-tYPE:TEXT/Html ;charset=utf-8\r\n" HI, "hi", KEEP | HTML),
    HI_KEPT("no Content-Type is no HTML", OK HI),
    HI_KEPT("text/plain is no HTML",
            OK "Content-Type: text/plain; text/html\r\n" HI),
    HI_KEPT("text/html5 is no HTML", OK "Content-Type: text/html5\r\n" HI),
    HI_KEPT("an empty Content-Type is no HTML", OK "Content-Type:\r\n" HI),
    WHOLE("of two Content-Types the first counts",
          OK "Content-Type: text/html\r\nContent-Type: image/png\r\n" HI, "hi",
          KEEP | HTML),
    WHOLE("a folded Content-Type is unfolded",
          OK "Content-Type:\r\n text/html;\r\n charset=x\r\n" HI, "hi",
          KEEP | HTML),
    HI_KEPT("a type folded within is no HTML",
            OK "Content-Type: text/html\r\n x\r\n" HI),
    MOVED("a Location", FOUND "Location: /there\r\n" HI, "/there"),
    MOVED("a Location without a blank, and with many",
          FOUND "LOCATION:\t /a b\xff \t\r\n" HI, "/a b\xff"),
    MOVED("an empty Location is one", FOUND "Location:\r\n" HI, ""),
    MOVED("of two Locations the first counts",
          FOUND "Location: /1\r\nLocation: /2\r\n" HI, "/1"),
    MOVED("of two Locations the first counts though empty",
          FOUND "Location: \r\nLocation: /2\r\n" HI, ""),
    MOVED("a folded Location is joined by one blank",
          FOUND "Location: /a \r\n \t b\r\n  \r\n c\r\n" HI, "/a b c"),
    MOVED("a Location folded at once has no blank before it",
          FOUND "Location:\r\n /a\r\n" HI, "/a"),
    MOVED("control bytes in a Location are left to the URL",
          FOUND "Location: /a\tb\x01\r\n" HI, "/a\tb\x01"),
    MOVED("a Location as the last header",
          FOUND LENGTH_2 "Location: /z\r\n\r\nhi", "/z"),

    /* ---- 1xx answers ---- */
    HI_KEPT("100 before the answer is skipped",
            "HTTP/1.1 100 Continue\r\n\r\n" OK HI),
    HI_KEPT(
        "102 and 103 with headers, and a blank line, are skipped",
        "HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\nLink: x\r\n\r\n\r\n" OK HI),
    HI_KEPT("headers of a 1xx answer are not those of the answer",
            "HTTP/1.1 103 E\r\n"
            "Location: /x\r\n"
            "Content-Type: text/html\r\n"
            "Connection: close\r\n"
            "Content-Length: 7\r\n"
            "Transfer-Encoding: chunked\r\n\r\n" OK HI),
    HI_KEPT("a version 1.0 of a 1xx answer is not that of the answer",
            "HTTP/1.0 100 C\r\n\r\n" OK HI),
    MALFORMED_AT_CLOSE("100 as the only answer",
                       "HTTP/1.1 100 Continue\r\n\r\n"),
    MALFORMED_AT_CLOSE("103 as the only answer, with blank lines after",
                       "HTTP/1.1 103 E\r\nLink: x\r\n\r\n\r\n\r"),
    MALFORMED("101 switches the protocol",
              "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n"),
    MALFORMED("101 switches it after 100 as well",
              "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 101 S\r\n"),
    MALFORMED("text after a 1xx answer is no answer",
              "HTTP/1.1 100 C\r\n\r\nhello"),

    /* ---- Content-Length ---- */
    HI_KEPT("leading zeros do not count",
            OK "Content-Length: 000000000000000000000000002\r\n\r\nhi"),
    HI_KEPT("blanks around the length", OK "content-length: \t 2 \t\r\n\r\nhi"),
    HI_KEPT("no blank before the length", OK "CONTENT-LENGTH:2\r\n\r\nhi"),
    HI_KEPT("the same length twice", OK LENGTH_2 LENGTH_2 "\r\nhi"),
    HI_KEPT("the same length as a list",
            OK "Content-Length: 2, 2 ,02\r\n\r\nhi"),
    WHOLE("length 0 is a body of none", OK "Content-Length: 0\r\n\r\n", "",
          KEEP),
    WHOLE("NUL and binary bytes in text/html are kept",
          OK "Content-Type: text/html\r\n"
             "Content-Length: 8\r\n\r\n"
             "\0\r\n\n\xff\0\r\0",
          "\0\r\n\n\xff\0\r\0", KEEP | HTML),
    HI_AND_MORE("bytes after the body are not used", OK HI "more", 4),
    HI_AND_MORE("an answer after the body is not used", OK HI OK, 17),
    MALFORMED("a negative length", OK "Content-Length: -2\r\n\r\nhi"),
    MALFORMED("a signed length", OK "Content-Length: +2\r\n\r\nhi"),
    MALFORMED("a length in hex", OK "Content-Length: 0x2\r\n\r\nhi"),
    MALFORMED("an empty length", OK "Content-Length: \r\n\r\nhi"),
    MALFORMED("a length with letters", OK "Content-Length: 2b\r\n\r\nhi"),
    MALFORMED("a length of letters", OK "Content-Length: two\r\n\r\nhi"),
    MALFORMED("a length with a blank within",
              OK "Content-Length: 1 5\r\n\r\nhi"),
    MALFORMED("a length with a fraction", OK "Content-Length: 2.0\r\n\r\nhi"),
    MALFORMED("a quoted length", OK "Content-Length: \"2\"\r\n\r\nhi"),
    MALFORMED("a list with two different lengths",
              OK "Content-Length: 2, 3\r\n\r\nhi"),
    MALFORMED("a list that ends empty", OK "Content-Length: 2,\r\n\r\nhi"),
    MALFORMED("a list that begins empty", OK "Content-Length: ,2\r\n\r\nhi"),
    MALFORMED("two different lengths",
              OK LENGTH_2 "Content-Length: 3\r\n\r\nhi!"),
    MALFORMED("a blank before the colon of a length",
              OK "Content-Length : 2\r\n\r\nhi"),
    MALFORMED("a tab before the colon of a length",
              OK "Content-Length\t: 2\r\n\r\nhi"),
    MALFORMED("a folded length", OK "Content-Length:\r\n 2\r\n\r\nhi"),
    MALFORMED("a length with a folded blank line", OK LENGTH_2 " \r\n\r\nhi"),
    MALFORMED("a length folded to a longer one", OK LENGTH_2 "\t2\r\n\r\nhi"),
    MALFORMED("a broken length beside chunks",
              OK CHUNKED "Content-Length: x\r\n" CHUNKED_HI),
    TOO_LARGE("a length beyond the limit, before any of the body",
              OK "Content-Length: 101\r\n\r\n"),
    TOO_LARGE("a length of 25 digits",
              OK "Content-Length: 9999999999999999999999999\r\n\r\n"),
    TOO_LARGE("a length of 2^64",
              OK "Content-Length: 18446744073709551616\r\n\r\n"),
    TOO_LARGE("a length of 2^64 + 2",
              OK "Content-Length: 18446744073709551618\r\n\r\n"),
    TRUNCATED("closed before Content-Length is reached", OK LENGTH_2 "\r\nh"),
    TRUNCATED("closed before the body begins", OK LENGTH_2 "\r\n"),

    /* ---- chunks ---- */
    HI_KEPT("chunks", OK CHUNKED "\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n"),
    HI_KEPT("a coding in any case",
            OK "transfer-encoding: \tChunKED \r\n" CHUNKED_HI),
    HI_KEPT("chunk lines that end with LF alone", OK CHUNKED "\n2\nhi\n0\n\n"),
    HI_KEPT("blanks after a chunk size",
            OK CHUNKED "\r\n2  \t\r\nhi\r\n0 \r\n\r\n"),
    WHOLE("a chunk size in hex of either case",
          OK CHUNKED "\r\n0A\r\n0123456789\r\na\r\n0123456789\r\n00\r\n\r\n",
          "01234567890123456789", KEEP),
    HI_KEPT("leading zeros of a chunk size do not count",
            OK CHUNKED "\r\n"
                       "00000000000000000000002\r\n"
                       "hi\r\n"
                       "0000000000000000000000\r\n\r\n"),
    HI_KEPT("chunk extensions",
            OK CHUNKED "\r\n2;a=b;c=\"d;\xff\"\r\nhi\r\n0 ; last\r\n\r\n"),
    HI_KEPT("trailers are left", OK CHUNKED "\r\n"
                                            "2\r\n"
                                            "hi\r\n"
                                            "0\r\n"
                                            "X: y\r\n"
                                            " folded\r\n"
                                            "Content-Length: 9\r\n"
                                            "Location: /x\r\n"
                                            "no colon\n\r\n"),
    WHOLE("no chunk but the last", OK CHUNKED "\r\n0\r\n\r\n", "", KEEP),
    WHOLE("binary bytes in chunks",
          OK CHUNKED "\r\n6\r\n\0\r\n0\r\n\r\n0\r\n\r\n", "\0\r\n0\r\n", KEEP),
    HI_AND_MORE("bytes after the last chunk are not used",
                OK CHUNKED CHUNKED_HI "0\r\n\r\n", 5),
    HI_ONCE("chunks win over a length",
            OK "Content-Length: 7\r\n" CHUNKED CHUNKED_HI),
    HI_ONCE("chunks win over a length that comes later",
            OK CHUNKED "Content-Length: 1\r\n" CHUNKED_HI),
    HI_ONCE("chunks win over a length beyond the limit",
            OK CHUNKED "Content-Length: 1000\r\n" CHUNKED_HI),
    HI_ONCE("chunks in HTTP/1.0 end the connection",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" CHUNKED CHUNKED_HI),
    MALFORMED("Transfer-Encoding: gzip",
              OK "Transfer-Encoding: gzip\r\n" CHUNKED_HI),
    MALFORMED("Transfer-Encoding: identity",
              OK "Transfer-Encoding: identity\r\n" CHUNKED_HI),
    MALFORMED("Transfer-Encoding: none at all",
              OK "Transfer-Encoding: \r\n" CHUNKED_HI),
    MALFORMED("Transfer-Encoding: chunked before the last",
              OK "Transfer-Encoding: chunked, gzip\r\n" CHUNKED_HI),
    MALFORMED("Transfer-Encoding: another before chunked",
              OK "Transfer-Encoding: gzip, chunked\r\n" CHUNKED_HI),
    MALFORMED("Transfer-Encoding: identity before chunked",
              OK "Transfer-Encoding: identity, chunked\r\n" CHUNKED_HI),
    MALFORMED("Transfer-Encoding: chunked twice",
              OK "Transfer-Encoding: chunked, chunked\r\n" CHUNKED_HI),
    MALFORMED("Transfer-Encoding: chunked with a parameter",
              OK "Transfer-Encoding: chunked;a=b\r\n" CHUNKED_HI),
    MALFORMED("Transfer-Encoding: a list that ends empty",
              OK "Transfer-Encoding: chunked,\r\n" CHUNKED_HI),
    MALFORMED("Transfer-Encoding: chunked quoted",
              OK "Transfer-Encoding: \"chunked\"\r\n" CHUNKED_HI),
    MALFORMED("Transfer-Encoding: chunked with a control byte",
              OK "Transfer-Encoding: \vchunked\r\n" CHUNKED_HI),
    MALFORMED("chunked in two headers", OK CHUNKED CHUNKED CHUNKED_HI),
    MALFORMED("an unknown coding in a second header",
              OK CHUNKED "Transfer-Encoding: gzip\r\n" CHUNKED_HI),
    MALFORMED("a blank before the colon of a coding",
              OK "Transfer-Encoding : chunked\r\n" CHUNKED_HI),
    MALFORMED("a folded coding",
              OK "Transfer-Encoding:\r\n chunked\r\n" CHUNKED_HI),
    MALFORMED("a chunk size that is not hex",
              OK CHUNKED "\r\ng\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size of no digits",
              OK CHUNKED "\r\n\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size of blanks", OK CHUNKED "\r\n \r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size that begins with a blank",
              OK CHUNKED "\r\n 2\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size with a plus",
              OK CHUNKED "\r\n+2\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size with a minus",
              OK CHUNKED "\r\n-2\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size with a prefix",
              OK CHUNKED "\r\n0x2\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size with letters behind",
              OK CHUNKED "\r\n2g\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size with digits behind a blank",
              OK CHUNKED "\r\n2 2\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size that is an extension only",
              OK CHUNKED "\r\n;a=b\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size of 17 digits",
              OK CHUNKED "\r\n10000000000000000\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a chunk size of 17 digits after zeros",
              OK CHUNKED "\r\n00010000000000000000\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a bare CR in a chunk size", OK CHUNKED "\r\n2\rhi\r\n0\r\n\r\n"),
    MALFORMED("a bare CR behind a chunk size",
              OK CHUNKED "\r\n2 \r \r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a bare CR in a chunk extension",
              OK CHUNKED "\r\n2;a\rb\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a NUL in a chunk extension",
              OK CHUNKED "\r\n2;\0\r\nhi\r\n0\r\n\r\n"),
    MALFORMED("a bare CR in a trailer", OK CHUNKED "\r\n0\r\nX: a\rb\r\n\r\n"),
    MALFORMED("a bare CR for the end of the trailers",
              OK CHUNKED "\r\n0\r\n\rX"),
    MALFORMED("no line end after a chunk", OK CHUNKED "\r\n2\r\nhi0\r\n\r\n"),
    MALFORMED("a chunk longer than its size",
              OK CHUNKED "\r\n2\r\nhi!\r\n0\r\n\r\n"),
    MALFORMED("a bare CR after a chunk", OK CHUNKED "\r\n2\r\nhi\r0\r\n\r\n"),
    MALFORMED("two CRs after a chunk", OK CHUNKED "\r\n2\r\nhi\r\r\n0\r\n\r\n"),
    MALFORMED("two line ends after a chunk",
              OK CHUNKED "\r\n2\r\nhi\r\n\r\n0\r\n\r\n"),
    TOO_LARGE("a chunk beyond the limit, before any of it",
              OK CHUNKED "\r\n65\r\n"),
    TOO_LARGE("a chunk of 16 digits", OK CHUNKED "\r\nFFFFFFFFFFFFFFFF\r\n"),
    TOO_LARGE("chunks that are beyond the limit together",
              OK CHUNKED "\r\n2\r\nhi\r\n63\r\n"),
    TRUNCATED("a chunk announces 64 bytes and has 3",
              OK CHUNKED "\r\n40\r\nabc"),
    TRUNCATED("closed within a chunk size", OK CHUNKED "\r\n2"),
    TRUNCATED("closed behind a chunk", OK CHUNKED "\r\n2\r\nhi"),
    TRUNCATED("closed without the last chunk", OK CHUNKED "\r\n2\r\nhi\r\n"),
    TRUNCATED("closed without the end of the trailers",
              OK CHUNKED "\r\n2\r\nhi\r\n0\r\n"),
    TRUNCATED("closed within the trailers",
              OK CHUNKED "\r\n2\r\nhi\r\n0\r\nX: y"),

    /* ---- bodies that the close ends, and none ---- */
    WHOLE("neither length nor chunks: the close ends it", OK "\r\nhi", "hi",
          CLOSED | BY_CLOSE),
    WHOLE("the close ends an empty body", OK "\r\n", "", CLOSED | BY_CLOSE),
    WHOLE("the close ends HTTP/1.0 though it says keep-alive",
          "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nhi", "hi",
          CLOSED | BY_CLOSE),
    WHOLE("a body of exactly the limit",
          OK "Content-Length: 100\r\n\r\n" FIFTY FIFTY, FIFTY FIFTY, KEEP),
    WHOLE("a body of exactly the limit, until the close", OK "\r\n" FIFTY FIFTY,
          FIFTY FIFTY, CLOSED | BY_CLOSE),
    WHOLE("a body of exactly the limit, in chunks",
          OK CHUNKED "\r\n32\r\n" FIFTY "\r\n32\r\n" FIFTY "\r\n0\r\n\r\n",
          FIFTY FIFTY, KEEP),
    FAILS("a body one byte beyond the limit, until the close",
          OK "\r\n" FIFTY FIFTY "!", HTTP_TOO_LARGE, BY_CLOSE),
    NO_BODY("204 has no body", "HTTP/1.1 204 No Content\r\n\r\n", 204, KEEP, 0),
    NO_BODY("304 has no body", "HTTP/1.1 304 Not Modified\r\n\r\n", 304, KEEP,
            0),
    NO_BODY("204 with length 0",
            "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", 204, KEEP,
            0),
    NO_BODY("204 has no body though it announces one",
            "HTTP/1.1 204 No Content\r\n" HI, 204, 0, 2),
    NO_BODY("204 has no body though it announces one that does not come",
            "HTTP/1.1 204 No Content\r\n" LENGTH_2 "\r\n", 204, 0, 0),
    NO_BODY("204 has no body though it announces chunks",
            "HTTP/1.1 204 No Content\r\n" CHUNKED CHUNKED_HI, 204, 0, 12),
    NO_BODY("304 has no body though it announces one beyond the limit",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n", 304, 0,
            0),
    NO_BODY("304 has no body though one comes",
            "HTTP/1.1 304 Not Modified\r\n\r\nhi", 304, 0, 2),
    MALFORMED("a broken length is malformed in 204 as well",
              "HTTP/1.1 204 No Content\r\nContent-Length: x\r\n\r\n"),

    /* ---- whether the connection is kept ---- */
    HI_ONCE("Connection: close", OK "Connection: close\r\n" HI),
    HI_ONCE("close in any case and in a list",
            OK "Connection: Upgrade , CLOSE\r\n" HI),
    HI_ONCE("close in a second header",
            OK "Connection: keep-alive\r\nConnection: close\r\n" HI),
    HI_ONCE("close in a folded line", OK "Connection: x,\r\n close\r\n" HI),
    HI_KEPT("an option that only begins like close",
            OK "Connection: closed\r\n" HI),
    HI_KEPT("an empty Connection", OK "Connection:\r\n" HI),
    HI_ONCE("Connection as the last header",
            OK LENGTH_2 "Connection: close\r\n\r\nhi"),
    HI_ONCE("HTTP/1.0 is not kept", "HTTP/1.0 200 OK\r\n" HI),
    HI_KEPT("HTTP/1.0 is kept when it says so",
            "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n" HI),
    HI_ONCE("HTTP/1.0 that says both is not kept",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n" HI),

    /* ---- closed too early ---- */
    TRUNCATED("closed with nothing sent", ""),
    TRUNCATED("closed after a blank line", "\r\n"),
    TRUNCATED("closed within a blank line", "\r"),
    TRUNCATED("closed within the name of the protocol", "HTT"),
    TRUNCATED("closed within the version", "HTTP/1."),
    TRUNCATED("closed within the status", "HTTP/1.1 20"),
    TRUNCATED("closed after the status", "HTTP/1.1 200"),
    TRUNCATED("closed within the line end of the status line",
              "HTTP/1.1 200 OK\r"),
    TRUNCATED("closed after the status line", OK),
    TRUNCATED("closed within a header", OK "Content-Le"),
    TRUNCATED("closed after a header", OK LENGTH_2),
    TRUNCATED("closed within the blank line", OK LENGTH_2 "\r"),
    TRUNCATED("closed within a 1xx answer", "HTTP/1.1 100 Continue\r\n"),
    TRUNCATED("closed within the answer after a 1xx answer",
              "HTTP/1.1 100 Continue\r\n\r\nHTTP"),
};

enum { ROWS = sizeof rows / sizeof rows[0] };

#endif
