/*
 * race_site.c - see race_site.h.
 */
#include "race_site.h"

#include "common/buffer.h"
#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    START_SECONDS = 10, /* a site that needs longer to say its URL is stuck */
    LONGEST_LINE = 1024,
};

/* Reads on until the end of the first line. Returns what went wrong. */
static const char *read_line(struct race_site *site, struct buffer *line)
{
    int64_t deadline = clock_now_ns() + START_SECONDS * NS_PER_S;
    char byte;

    while (line->length < LONGEST_LINE) {
        switch (child_wait(&site->child, deadline, NULL, site->out)) {
        case CHILD_OVERDUE:
            return "did not say where it listens within 10 seconds";
        case CHILD_INTERRUPTED:
            return "";
        case CHILD_ENDED: /* what it printed before may still be in the pipe */
        default:
            break;
        }
        ssize_t got = read(site->out, &byte, 1);
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
            return "ended before it said where it listens";
        if (got < 0)
            continue;
        if (byte == '\n')
            return NULL;
        if (buffer_append(line, &byte, 1) < 0)
            return "said where it listens, and there was no memory for it";
    }
    return "did not say where it listens, but something longer";
}

/* "http://127.0.0.1:8000/" becomes site->url without its last slash. */
static const char *read_url(struct race_site *site)
{
    struct buffer line = {0};
    const char *problem = read_line(site, &line);

    while (line.length > 0 && strchr("/\r ", line.data[line.length - 1]))
        line.length--;
    if (problem == NULL &&
        (line.length < 8 || memcmp(line.data, "http://", 7) != 0))
        problem = "did not begin with a line like http://127.0.0.1:8000/";
    if (problem == NULL) {
        site->url = strndup(line.data, line.length);
        problem = site->url == NULL ? "left no memory" : NULL;
    }
    buffer_free(&line);
    return problem;
}

static int start(struct race_site *site, const char *program,
                 const struct race_options *options)
{
    char pages[48], latency[128], page_size[48];
    char *argv[] = {(char *)program, "--port=0", pages, latency, NULL, NULL};
    int ends[2];

    snprintf(pages, sizeof pages, "--pages=%zu", options->pages);
    snprintf(latency, sizeof latency, "--latency=%s", options->latency);
    snprintf(page_size, sizeof page_size, "--size=%s",
             options->page_size != NULL ? options->page_size : "");
    if (options->page_size != NULL)
        argv[4] = page_size;
    if (pipe(ends) < 0)
        return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int result = child_start(&site->child, argv, ends[1], STDERR_FILENO);
    int error = errno;
    close(ends[1]);
    site->out = ends[0];
    errno = error;
    return result;
}

int race_site_start(struct race_site *site, const char *program,
                    const struct race_options *options, char *problem,
                    size_t size)
{
    *site = (struct race_site){.out = -1};
    if (start(site, program, options) < 0) {
        snprintf(problem, size, "cannot start the site %s: %s", program,
                 strerror(errno));
        race_site_stop(site);
        return -1;
    }
    const char *why = read_url(site);
    if (why == NULL)
        return 0;
    if (why[0] != '\0')
        snprintf(problem, size, "the site %s %s", program, why);
    else
        problem[0] = '\0';
    race_site_stop(site);
    return -1;
}

void race_site_stop(struct race_site *site)
{
    child_stop(&site->child);
    if (site->out >= 0)
        close(site->out);
    free(site->url);
    *site = (struct race_site){.out = -1};
}
