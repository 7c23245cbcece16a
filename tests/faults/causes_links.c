/*
 * causes_links.c - see cells.h: where redirects and links lead.
 */
#include "makers.h"

#include <stddef.h>

static const struct links_found
    spellings = {"/fault/spellings", 200, "/fault/whole", NULL, NULL},
    awkward = {"/fault/awkward-html", 200,
               "/fault/whole/1 /fault/whole/2 /fault/whole/3 /fault/whole/4 "
               "/fault/whole/5?a=1&b=2 /fault/whole/6 /fault/whole/7 "
               "/fault/whole/8 /fault/whole/9 /fault/whole/10 /fault/whole/11 "
               "/fault/whole/12",
               NULL, NULL},
    base_href = {"/fault/base-href", 200, "/fault/whole/based", NULL, NULL},
    elsewhere = {"/fault/links-elsewhere", 200, "/fault/whole/here", NULL,
                 NULL},
    in_text = {"/fault/links-in-text", 200, NULL, NULL, NULL},
    in_404 = {"/fault/links-in-404", 404, NULL, NULL, NULL},
    long_link = {"/fault/long-link", 200, "/fault/whole/short", "--verbose",
                 "/fault/long-link: 1 links too long (8192 bytes) or too "
                 "many: left"};

static const struct endless_links calendar = {"/fault/calendar", "calendar/", 1,
                                              200, 0},
                                  million = {"/fault/million-links", "", 0, 404,
                                             1000000};

const struct cause causes_links[] = {
    /*
     * A to A, A to B to A, endless new targets; an empty Location (it is the
     * page itself): `redirects`
     */
    {"A to A", {MENU("redirect-self")}},
    {"A to B to A", {MENU("redirect-pair")}},
    {"endless new targets", {MENU("redirect-endless")}},
    {"an empty Location", {MENU("redirect-empty-location")}},
    /*
     * a redirect to another origin or to a scheme not spoken (file:, ftp:,
     * javascript:, mailto:, https:): not followed: the answer stands, `ok` with
     * its 3xx
     */
    {"redirect to another origin",
     {MENU("redirect-other-origin"), MENU("redirect-other-port")}},
    {"redirect to a scheme not spoken",
     {MENU("redirect-file"), MENU("redirect-ftp"), MENU("redirect-javascript"),
      MENU("redirect-mailto"), MENU("redirect-https")}},
    /* a page asked for with such a scheme: `scheme` */
    {"a page of a scheme not spoken",
     {SCENE("mailto:", scheme_not_spoken, "mailto:someone@example.org"),
      SCENE("https:", scheme_not_spoken, "https://127.0.0.1/x"),
      SCENE("ftp:", scheme_not_spoken, "ftp://127.0.0.1/x"),
      SCENE("file:", scheme_not_spoken, "file:///etc/passwd"),
      SCENE("javascript:", scheme_not_spoken, "javascript:alert(1)")}},
    /* no Location: the answer stands, `ok` with its 3xx */
    {"a redirect without Location", {MENU("redirect-no-location")}},
    /*
     * Location relative, `//host`, with blanks or bytes above 127: escaped,
     * resolved, followed
     */
    {"Location relative, escaped, followed",
     {MENU("redirect-relative"), MENU("redirect-absolute"),
      MENU("redirect-scheme-relative"), MENU("redirect-dots"),
      MENU("redirect-fragment"), MENU("redirect-query"),
      MENU("redirect-blanks"), MENU("redirect-high-bytes"),
      MENU("redirect-escaped-line-end"), MENU("redirect-chain"),
      MENU("redirect-to"), MENU("redirect-301"), MENU("redirect-302"),
      MENU("redirect-303"), MENU("redirect-307"), MENU("redirect-308")}},
    /*
     * Location that is no URL, or with control bytes: `malformed`; never raw
     * into a request line
     */
    {"Location no URL, with control bytes",
     {MENU("redirect-bad-url"), MENU("redirect-bad-port"),
      MENU("redirect-no-host"), MENU("redirect-control"),
      MENU("redirect-tab")}},
    /*
     * 401, 404, 418, 429, 500, 599: `ok` with that status: an answer is an
     * answer
     */
    {"an answer is an answer: 401 to 599",
     {MENU("whole"), MENU("status"), MENU("status-401"), MENU("status-404"),
      MENU("status-418"), MENU("status-429"), MENU("status-500"),
      MENU("status-503"), MENU("status-599")}},
    /*
     * one page under a hundred spellings (dot segments, fragment, case of host,
     * default port, percent-encoding): fetched once
     */
    {"one page under a hundred spellings",
     {SCENE("asked for", hundred_spellings_asked_for, NULL),
      SCENE("linked", links_followed, &spellings), MENU("spellings")}},
    /*
     * unclosed tags, comments, scripts, entities in href, `<base href>`: no
     * crash, the links a browser would see
     */
    {"unclosed tags, scripts, <base href>",
     {SCENE("awkward", links_followed, &awkward),
      SCENE("base", links_followed, &base_href),
      SCENE("elsewhere", links_followed, &elsewhere),
      SCENE("in text", links_followed, &in_text),
      SCENE("in a 404", links_followed, &in_404), MENU("awkward-html"),
      MENU("base-href"), MENU("links-elsewhere"), MENU("links-in-text"),
      MENU("links-in-404")}},
    /*
     * a million links; a link of 1 MB; an endless calendar: `--max-pages` and
     * length limits hold and are reported
     */
    {"a million links",
     {{"followed", links_without_end, &million, HEAVY, 0},
      {"million-links", NULL, NULL, HEAVY, 0}}},
    {"a link of 1 MB",
     {{"followed", links_followed, &long_link, HEAVY, 0},
      {"long-link", NULL, NULL, HEAVY, 0}}},
    {"an endless calendar",
     {SCENE("followed", links_without_end, &calendar), MENU("calendar")}},
    {NULL, {MENU(NULL)}},
};
