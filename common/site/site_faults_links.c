/*
 * site_faults_links.c - redirects that lead nowhere, astray or in circles,
 * and pages whose links try a crawler.
 *
 * /fault/whole answers whatever follows its name, so it is where redirects
 * and links lead that are all right. Those which only a careless scanner
 * follows lead to /fault/hidden, which is no page: a 404.
 */
#include "site_faults_text.h"

#define MOVED(location)                                      \
    "HTTP/1.1 302 Found\r\nLocation: " location "\r\n" CLOSE \
    "Content-Length: 0\r\n\r\n"
#define MOVED_WITH(status)                                    \
    "HTTP/1.1 " status "\r\nLocation: /fault/whole\r\n" CLOSE \
    "Content-Length: 0\r\n\r\n"
#define STATUS(line) "HTTP/1.1 " line "\r\n" HTML CLOSE SIZE "\r\n" PAGE

#define HIDDEN       "<a href=\"/fault/hidden\">"
#define FOUND(where) "<a href=\"/fault/whole/" where "\">"

static const struct fault faults[] = {
    {FAULT("whole", "ok", 200, "nothing wrong: what the others distort"),
     SENDS(WHOLE)},

    /* ---- statuses ---- */
    {FAULT("status-401", "ok", 401, "401 Unauthorized"),
     SENDS(STATUS("401 Unauthorized")), .sprinkled = true},
    {FAULT("status-404", "ok", 404, "404 Not Found"),
     SENDS(STATUS("404 Not Found")), .sprinkled = true},
    {FAULT("status-418", "ok", 418, "418 I'm a teapot"),
     SENDS(STATUS("418 I'm a teapot")), .sprinkled = true},
    {FAULT("status-429", "ok", 429, "429 Too Many Requests"),
     SENDS(STATUS("429 Too Many Requests")), .sprinkled = true},
    {FAULT("status-500", "ok", 500, "500 Internal Server Error"),
     SENDS(STATUS("500 Internal Server Error")), .sprinkled = true},
    {FAULT("status-503", "ok", 503, "503 Service Unavailable"),
     SENDS(STATUS("503 Service Unavailable")), .sprinkled = true},
    {FAULT("status-599", "ok", 599, "599, which nobody has defined"),
     SENDS(STATUS("599 Whatever")), .sprinkled = true},
    {FAULT("status", "ok", 404, "/fault/status/N: the status N, 404 without N"),
     SENDS(STATUS("{number} As asked")), .rest = "/404", .expands = true},

    /* ---- redirects ---- */
    {FAULT("redirect-self", "redirects", 0, "leads to itself"),
     SENDS(MOVED("{self}")), .expands = true, .sprinkled = true},
    {FAULT("redirect-pair", "redirects", 0, "leads to another and back"),
     SENDS(MOVED("/fault/redirect-pair")),
     .at_zero = BYTES(MOVED("/fault/redirect-pair/1")), .expands = true},
    {FAULT("redirect-endless", "redirects", 0, "leads on, ever further"),
     SENDS(MOVED("/fault/redirect-endless/{next}")), .expands = true},
    {FAULT("redirect-empty-location", "redirects", 0,
           "leads to \"\": the page itself"),
     SENDS(MOVED("")), .sprinkled = true},
    {FAULT("redirect-chain", "ok", 200,
           "/fault/redirect-chain/N: N hops to an answer, 3 without N"),
     SENDS(MOVED("/fault/redirect-chain/{previous}")), .at_zero = BYTES(WHOLE),
     .rest = "/3", .expands = true},
    {FAULT("redirect-to", "ok", 200,
           "/fault/redirect-to/NAME: one hop to that fault, or to `whole`"),
     SENDS(MOVED("/fault{rest}")), .rest = "/whole", .expands = true},
    {FAULT("redirect-301", "ok", 200, "301 to a whole answer"),
     SENDS(MOVED_WITH("301 Moved Permanently")), .sprinkled = true},
    {FAULT("redirect-302", "ok", 200, "302 to a whole answer"),
     SENDS(MOVED_WITH("302 Found")), .sprinkled = true},
    {FAULT("redirect-303", "ok", 200, "303 to a whole answer"),
     SENDS(MOVED_WITH("303 See Other")), .sprinkled = true},
    {FAULT("redirect-307", "ok", 200, "307 to a whole answer"),
     SENDS(MOVED_WITH("307 Temporary Redirect")), .sprinkled = true},
    {FAULT("redirect-308", "ok", 200, "308 to a whole answer"),
     SENDS(MOVED_WITH("308 Permanent Redirect")), .sprinkled = true},
    {FAULT("redirect-no-location", "ok", 302, "302 without Location"),
     SENDS("HTTP/1.1 302 Found\r\n" HTML CLOSE SIZE "\r\n" PAGE),
     .sprinkled = true},
    {FAULT("redirect-other-origin", "ok", 302, "leads to another host"),
     SENDS(MOVED("http://elsewhere.invalid/")), .sprinkled = true},
    {FAULT("redirect-other-port", "ok", 302,
           "leads to another port of 127.0.0.1"),
     SENDS(MOVED("http://127.0.0.1:1/")), .sprinkled = true},
    {FAULT("redirect-file", "ok", 302, "leads to file:///etc/passwd"),
     SENDS(MOVED("file:///etc/passwd")), .sprinkled = true},
    {FAULT("redirect-ftp", "ok", 302, "leads to ftp:"),
     SENDS(MOVED("ftp://127.0.0.1/pub/")), .sprinkled = true},
    {FAULT("redirect-javascript", "ok", 302, "leads to javascript:"),
     SENDS(MOVED("javascript:alert(1)")), .sprinkled = true},
    {FAULT("redirect-mailto", "ok", 302, "leads to mailto:"),
     SENDS(MOVED("mailto:someone@example.invalid")), .sprinkled = true},
    {FAULT("redirect-https", "ok", 302, "leads to https: on the same host"),
     SENDS(MOVED("https://{host}/fault/whole")), .expands = true},
    {FAULT("redirect-absolute", "ok", 200, "`http://host/...`"),
     SENDS(MOVED("http://{host}/fault/whole")), .expands = true},
    {FAULT("redirect-scheme-relative", "ok", 200, "`//host/...`"),
     SENDS(MOVED("//{host}/fault/whole")), .expands = true},
    {FAULT("redirect-relative", "ok", 200, "`whole`: relative to this one"),
     SENDS(MOVED("whole"))},
    {FAULT("redirect-dots", "ok", 200, "`../fault/./x/../whole`"),
     SENDS(MOVED("../fault/./x/../whole"))},
    {FAULT("redirect-fragment", "ok", 200, "`/fault/whole#part`"),
     SENDS(MOVED("/fault/whole#part")), .sprinkled = true},
    {FAULT("redirect-query", "ok", 200, "`/fault/whole?a=1&b=/../c`"),
     SENDS(MOVED("/fault/whole?a=1&b=/../c")), .sprinkled = true},
    {FAULT("redirect-blanks", "ok", 200, "a Location with blanks"),
     SENDS(MOVED("/fault/whole/with two blanks")), .sprinkled = true},
    {FAULT("redirect-high-bytes", "ok", 200, "a Location beyond ASCII"),
     SENDS(MOVED("/fault/whole/caf\xc3\xa9\xff")), .sprinkled = true},
    {FAULT("redirect-escaped-line-end", "ok", 200,
           "a Location with %0d%0a, which is a URL"),
     SENDS(MOVED("/fault/whole/a%0d%0aX-Injected:%20b")), .sprinkled = true},
    {FAULT("redirect-bad-url", "malformed", 0, "a Location that is no URL"),
     SENDS(MOVED("http://[broken/")), .sprinkled = true},
    {FAULT("redirect-bad-port", "malformed", 0, "a Location with port 99999"),
     SENDS(MOVED("http://127.0.0.1:99999/")), .sprinkled = true},
    {FAULT("redirect-no-host", "malformed", 0, "a Location without a host"),
     SENDS(MOVED("http:///fault/whole")), .sprinkled = true},
    {FAULT("redirect-control", "malformed", 0, "a Location with control bytes"),
     SENDS(MOVED("/fault/whole/\x01\x1b\x7f")), .sprinkled = true},
    {FAULT("redirect-tab", "malformed", 0, "a Location with a tab inside"),
     SENDS(MOVED("/fault/who\tle")), .sprinkled = true},

    /* ---- links ---- */
    {FAULT("spellings", "ok", 200, "one page under a hundred spellings"),
     SENDS(TO_CLOSE),
     REPEATS(10, "<a href=\"/fault/whole#{count}\">0</a>\n"
                 "<a href=\"whole#{count}\">1</a>\n"
                 "<a href=\"./whole#{count}\">2</a>\n"
                 "<a href=\"../fault/whole#{count}\">3</a>\n"
                 "<a href=\"/x/.././fault/whole#{count}\">4</a>\n"
                 "<a href=\"/%66ault/wh%6Fle#{count}\">5</a>\n"
                 "<a href=\"/f%61ult/wh%6fle#{count}\">6</a>\n"
                 "<a href=\"http://{host}/fault/whole#{count}\">7</a>\n"
                 "<a href=\"HTTP://{HOST}/fault/whole#{count}\">8</a>\n"
                 "<a href=\"//{host}/fault/%77hole#{count}\">9</a>\n"),
     .expands = true},
    {FAULT("awkward-html", "ok", 200,
           "12 links, /fault/whole/1 to 12, and more that are none"),
     SENDS(TO_CLOSE "<!-- " HIDDEN " -- > -->" FOUND(
         "1") "one</a\n>"
              "<A HREF = '/fault/whole/2' >two<a href=/fault/whole/3>three"
              "<script>var s = '" HIDDEN "<\\/script>';</script>"
              "<style>" HIDDEN "</style><title>" HIDDEN "</title>"
              "<textarea>" HIDDEN "</textarea><!" HIDDEN ">"
              "<a href=\"/fault&#47;whole&#x2f;4\">4</a>"
              "<a href=\"/fault/whole/5?a=1&amp;b=2\">5</a>"
              "<a\nclass=x\n\thref\n=\n\"/fault/whole/6\"\n>6</a>"
              "<area href=\"/fault/whole/7\"/><a/href=/fault/whole/8>8</a>"
              "<a title=\">\" href=\"  /fault/whole/9\n \">9</a>"
              "<a href=\"/fault/whole/10\" href=\"/fault/hidden\">10</a>"
              "<link href=\"/fault/hidden\"><abbr href=\"/fault/hidden\">"
              "<a data-href=\"/fault/hidden\"><a href><a name=\"href\">"
              "</a href=\"/fault/hidden\">< a href=\"/fault/hidden\">"
              "<!---->" FOUND("11") "<!-->" FOUND(
                  "12") "<!-- never closed " HIDDEN "<a href=\"/fault/hidden")},
    {FAULT("base-href", "ok", 200, "links against `<base href>`"),
     SENDS(TO_CLOSE "<base target=x><base href=\"/fault/whole/\">"
                    "<base href=\"/fault/hidden/\">"
                    "<a href=\"based\">based</a>")},
    {FAULT("links-elsewhere", "ok", 200,
           "links to other origins, schemes and to no URL at all"),
     SENDS(TO_CLOSE "<a href=\"http://elsewhere.invalid/\">"
                    "<a href=\"https://{host}/\"><a href=\"ftp://{host}/\">"
                    "<a href=\"javascript:alert(1)\"><a href=\"mailto:a@b\">"
                    "<a href=\"file:///etc/passwd\"><a href=\"data:,x\">"
                    "<a href=\"http://[broken/\"><a href=\"http://{host}:x/\">"
                    "<a href=\"http:///\">" FOUND("here")),
     .expands = true},
    {FAULT("links-in-text", "ok", 200, "a link in text/plain: not followed"),
     SENDS(OK "Content-Type: text/plain\r\n" CLOSE "\r\n" HIDDEN)},
    {FAULT("links-in-404", "ok", 404, "a link in a 404: not followed"),
     SENDS("HTTP/1.1 404 Not Found\r\n" HTML CLOSE "\r\n" HIDDEN)},
    {FAULT("million-links", "ok", 200, "a million links, 14 MB"),
     SENDS(TO_CLOSE), REPEATS(1000000, "<a href={count}>"), .expands = true},
    {FAULT("long-link", "ok", 200, "a link of 1 MB, then a short one"),
     SENDS(TO_CLOSE "<a href=\"/fault/hidden/"), REPEATS(1000, KIBIBYTE),
     THEN("\">long</a>" FOUND("short"))},
    {FAULT("calendar", "ok", 200, "/fault/calendar/N leads to N + 1, for ever"),
     SENDS(TO_CLOSE "<a href=\"/fault/calendar/{next}\">next</a>"),
     .expands = true},
};

const struct fault_group fault_links = {"Redirects and links", faults,
                                        COUNT_OF(faults)};
