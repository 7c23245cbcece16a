/*
 * menu.c - see makers.h: what the practice site has of faults.
 */
#include "makers.h"

#include "tests/faults.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PAGE "<p>whole</p>\n" /* what most of them distort */

/* ---- the bodies of the menu's answers ---- */

enum kind { EMPTY, MILLION, BINARY, AS_FETCHED };

/* Those that are not PAGE, by the beginning of their names. */
static const struct body {
    const char *name;
    enum kind kind;
} bodies[] = {
    {"length-zero", EMPTY},        {"chunks-empty", EMPTY},
    {"status-204-", EMPTY},        {"status-304-", EMPTY},
    {"redirect-other-", EMPTY},    {"redirect-file", EMPTY},
    {"redirect-ftp", EMPTY},       {"redirect-javascript", EMPTY},
    {"redirect-mailto", EMPTY},    {"redirect-https", EMPTY},
    {"million-chunks", MILLION},   {"nul-in-html", BINARY},
    {"spellings", AS_FETCHED},     {"awkward-html", AS_FETCHED},
    {"base-href", AS_FETCHED},     {"links-", AS_FETCHED},
    {"million-links", AS_FETCHED}, {"long-link", AS_FETCHED},
    {"calendar", AS_FETCHED},
};

static const struct body *find_body(const char *name)
{
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        if (strncmp(name, bodies[i].name, strlen(bodies[i].name)) == 0)
            return &bodies[i];
    return NULL;
}

static const char *million_line(int status)
{
    enum { SIZE = 1000000 };
    char *body = malloc(SIZE);

    memset(body, 'x', SIZE);
    const char *line = ok_line(status, body, SIZE);
    free(body);
    return line;
}

static const char *answer_line(const char *base, const char *name, int status)
{
    static const char binary[] = "<p>\0\0\x01\x7f\x80\xff\xfe\0 "
                                 "<a href=\"/\">/</a>\0\0\n";
    const struct body *body = find_body(name);
    char path[128];

    if (body == NULL)
        return ok_text(status, PAGE);
    switch (body->kind) {
    case EMPTY:
        return ok_text(status, "");
    case MILLION:
        return million_line(status);
    case BINARY:
        return ok_line(status, binary, sizeof binary - 1);
    case AS_FETCHED:
        break;
    }
    snprintf(path, sizeof path, "/fault/%s", name);
    return fetched_line(base, path, status);
}

/* What tests/faults.h says of it: "outcome status". */
static const char *listed_line(const char *name)
{
    for (size_t i = 0; faults[i].path != NULL; i++)
        if (strcmp(faults[i].path + strlen("/fault/"), name) == 0)
            return faults[i].line;
    ck_abort_msg("%s is not on the menu", name);
}

static const char *menu_line(const char *base, const char *name)
{
    static char line[64];
    const char *listed = listed_line(name);
    int status;

    if (sscanf(listed, "ok %d", &status) == 1)
        return answer_line(base, name, status);
    snprintf(line, sizeof line, "%s- -", listed);
    return line;
}

void menu_page(struct scene *scene, const struct cell *cell, const void *data)
{
    const char *base = site_base(cell->family);
    const char *name = cell->example->name;

    (void)data;
    if (cell->example->traits & STALLS)
        scene_stalls(scene);
    scene->reuses = strncmp(name, "redirect", strlen("redirect")) != 0;
    scene_option(scene, "--max-redirects=5");
    scene_asks(scene, menu_line(base, name), "%s/fault/%s", base, name);
}

/* ---- links ---- */

/* Pages that are healthy, and link to nothing. */
static void stay_without_links(struct scene *scene, const char *base)
{
    snprintf(scene->healthy, sizeof scene->healthy, "%s/fault/whole/healthy",
             base);
    scene->healthy_body = PAGE;
}

void links_followed(struct scene *scene, const struct cell *cell,
                    const void *data)
{
    const struct links_found *links = data;
    const char *base = site_base(cell->family), *paths = links->found;
    char path[128];
    int length;

    scene_option(scene, "--follow");
    if (links->option != NULL)
        scene_option(scene, "%s", links->option);
    if (links->warned != NULL)
        scene_warns(scene, "%s", links->warned);
    stay_without_links(scene, base);
    scene_asks(scene, fetched_line(base, links->path, links->status), "%s%s",
               base, links->path);
    for (; paths != NULL && sscanf(paths, "%127s%n", path, &length) == 1;
         paths += length)
        scene_finds(scene, ok_text(200, PAGE), "%s%s", base, path);
}

void links_without_end(struct scene *scene, const struct cell *cell,
                       const void *data)
{
    enum { MAX_PAGES_TAKEN = 9 };
    const struct endless_links *links = data;
    const char *base = site_base(cell->family);
    int found = MAX_PAGES_TAKEN - 1 - (int)healthy_count(cell);
    int left = links->known_left - found;

    scene_option(scene, "--follow");
    scene_option(scene, "--max-pages=%d", MAX_PAGES_TAKEN);
    stay_without_links(scene, base);
    scene_warns(scene, "%d page%s left: --max-pages=%d was reached",
                left < 1 ? 1 : left, left > 1 ? "s" : "", MAX_PAGES_TAKEN);
    scene_asks(scene, fetched_line(base, links->path, 200), "%s%s", base,
               links->path);
    for (int i = links->first; i < links->first + found; i++) {
        char path[64];
        snprintf(path, sizeof path, "/fault/%s%d", links->here, i);
        scene_finds(scene, fetched_line(base, path, links->status), "%s%s",
                    base, path);
    }
}

void hundred_spellings_asked_for(struct scene *scene, const struct cell *cell,
                                 const void *data)
{
    static const char *const spellings[] = {
        "/fault/whole#",        "/fault/./whole#",   "/x/../fault/whole#",
        "/./fault/y/../whole#", "/%66ault/wh%6Fle#", "/f%61ult/wh%6fle#",
        "/fault/%77hole#",      "/../fault/whole#",  "/fault/z/%2e%2E/whole#",
        "/fault/whole#a/../b",
    };
    int label = cell->family == AF_INET ? '4' : '6';

    (void)data;
    scene_asks(scene, ok_text(200, PAGE), "http://%c.list.test:%s/fault/whole",
               label, site_port(cell->family));
    for (int i = 1; i < 100; i++)
        scene_option(scene, "%s://%c.%s.test:%s%s%d",
                     i % 3 == 0 ? "HTTP" : "http", label,
                     i % 2 == 0 ? "List" : "list", site_port(cell->family),
                     spellings[i % 10], i);
}

void scheme_not_spoken(struct scene *scene, const struct cell *cell,
                       const void *data)
{
    (void)cell;
    scene_asks(scene, "scheme - - -", "%s", (const char *)data);
}
