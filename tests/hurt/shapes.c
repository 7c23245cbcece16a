/*
 * shapes.c - see shapes.h.
 */
#include "shapes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct variant variants[] = {
    {"01-blocking", "01-blocking", NULL, false},
    {"02-processes", "02-processes", NULL, false},
    {"03-threads", "03-threads", NULL, false},
    {"04-busy-wait", "04-busy-wait", NULL, true},
    {"05-callbacks", "05-callbacks", NULL, false},
    {"05-callbacks-poll", "05-callbacks", "--selector=poll", false},
    {"05-callbacks-select", "05-callbacks", "--selector=select", false},
    {"06-futures", "06-futures", NULL, false},
    {"06-flat", "06-flat", NULL, false},
    {"06-stackful", "06-stackful", NULL, false},
    {"07-loop", "07-loop", NULL, false},
    {"07-loop-debug", "07-loop", "--debug", false},
    {"07-loop-keep-alive", "07-loop", "--keep-alive", false},
    {"07-loop-processes", "07-loop", "--processes=2", false},
    {NULL, NULL, NULL, false},
};

const struct shape shapes[] = {
    {.name = "plain",
     .arguments = {"-c2", "http://{site}/", "http://{site}/1",
                   "--input-file={dir}/../list"}},
    {.name = "follow", .arguments = {"-f", "http://{site}/"}, .follows = true},
    {.name = "redirect",
     .arguments = {"--max-redirects=2", "http://{site}/fault/redirect-to/whole",
                   "http://{site}/fault/redirect-pair", "http://{site}/1"}},
    {.name = "chunked",
     .arguments = {"http://{site}/fault/chunks", "http://{site}/fault/trailers",
                   "http://{site}/fault/chunk-short-then-close"}},
    {.name = "timeout",
     .arguments = {"-t{timeout}", "http://{site}/fault/stop-in-body",
                   "http://{site}/1"},
     .waits = true},
    {.name = "name",
     .arguments = {"http://site.test:{port}/", "http://twice.test:{port}/1"},
     .names = true,
     .no_stdin = true},
    {.name = "outputs",
     .arguments = {"--json", "--trace={dir}/trace", "--har={dir}/har",
                   "--trace-events={dir}/events", "http://{site}/",
                   "http://{site}/2"},
     .stale = true,
     .all_outputs = true},
    {.name = NULL},
};

/* What stands for `name`, of `length` letters, or NULL. */
static const char *stands_for(const char *name, size_t length, const char *site,
                              const char *dir)
{
    if (length == 4 && strncmp(name, "site", length) == 0)
        return site;
    if (length == 4 && strncmp(name, "port", length) == 0)
        return strchr(site, ':') + 1;
    if (length == 3 && strncmp(name, "dir", length) == 0)
        return dir;
    if (length == 7 && strncmp(name, "timeout", length) == 0)
        return getenv("PATIENT") != NULL ? "2s" : "300ms";
    return NULL;
}

char *shape_argument(const char *argument, const char *site, const char *dir)
{
    char *text = malloc(4096), *end = text;

    while (text != NULL && *argument != '\0') {
        size_t length = strcspn(argument, "{");
        end += sprintf(end, "%.*s", (int)length, argument);
        argument += length;
        if (*argument == '\0')
            break;
        length = strcspn(argument, "}");
        const char *value = stands_for(argument + 1, length - 1, site, dir);
        end += sprintf(end, "%s", value != NULL ? value : "?");
        argument += length + 1;
    }
    if (text != NULL)
        *end = '\0';
    return text;
}
