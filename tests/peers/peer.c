/*
 * peer.c - see peer.h.
 */
#include "peer.h"

#include "common/bench.h"
#include "common/clock.h"
#include "common/units.h"
#include "common/usage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const outcome_words[] = {
    [PEER_OK] = "ok",
    [PEER_CONNECT] = "connect",
    [PEER_TIMEOUT] = "timeout",
    [PEER_RESET] = "reset",
    [PEER_TRUNCATED] = "truncated",
    [PEER_MALFORMED] = "malformed",
    [PEER_SYSTEM] = "system",
};

static int complain(const struct peer *peer, const char *about,
                    const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", peer->name, about, what);
    return 2;
}

/* ---- the command line ---- */

/* --trace and --max-pages are what build/race gives: taken, and ignored. */
static const struct option long_options[] = {
    {"concurrency", required_argument, NULL, 'c'},
    {"input-file", required_argument, NULL, 'i'},
    {"keep-alive", no_argument, NULL, 'k'},
    {"timeout", required_argument, NULL, 't'},
    {"json", no_argument, NULL, 'j'},
    {"manifest", required_argument, NULL, 'm'},
    {"trace", required_argument, NULL, 'x'},
    {"max-pages", required_argument, NULL, 'x'},
    {NULL, 0, NULL, 0},
};

/* Returns false if the option or its value is wrong. */
static bool set_option(struct peer *peer, int letter, const char **input)
{
    uint64_t count;

    switch (letter) {
    case 'c':
        if (units_count(optarg, &count) < 0 || count < 1 || count > 1000000)
            return false;
        peer->concurrency = (size_t)count;
        return true;
    case 'i':
        *input = optarg;
        return true;
    case 'k':
        peer->keep_alive = true;
        return true;
    case 't':
        return units_duration(optarg, &peer->timeout_ns) == 0 &&
               peer->timeout_ns > 0;
    case 'j':
        peer->json = true;
        return true;
    case 'm':
        peer->manifest = optarg;
        return true;
    default:
        return letter == 'x';
    }
}

/* ---- the list ---- */

/* http://ADDRESS:PORT/PATH; the port may be missing. Returns false if not. */
static bool read_url(struct peer_page *page, const char *url)
{
    char host[sizeof "255.255.255.255"];
    struct in_addr address;
    unsigned long port = 80;

    if (strncmp(url, "http://", 7) != 0)
        return false;
    const char *authority = url + 7;
    const char *path = strchr(authority, '/');
    size_t length = strcspn(authority, ":/");
    if (path == NULL || length >= sizeof host || path - url > UINT8_MAX ||
        strlen(url) > PEER_REQUEST_MAX / 2)
        return false;
    memcpy(host, authority, length);
    host[length] = '\0';
    if (authority[length] == ':')
        port = strtoul(authority + length + 1, NULL, 10);
    if (inet_pton(AF_INET, host, &address) != 1 || port < 1 || port > 65535)
        return false;
    *page = (struct peer_page){.url = url,
                               .address = address.s_addr,
                               .port = htons((uint16_t)port),
                               .path = (uint8_t)(path - url)};
    return true;
}

static int add_url(struct peer *peer, const char *url)
{
    if (read_url(&peer->pages[peer->page_count++], url))
        return PEER_GO_ON;
    return complain(peer, url, "a peer wants URLs like http://127.0.0.1:80/");
}

static int read_file(struct peer *peer, const char *path)
{
    FILE *file = fopen(path, "re");
    size_t got = 1;

    while (file != NULL && got > 0) {
        if (buffer_reserve(&peer->list, 64 * 1024) < 0)
            break;
        got = fread(peer->list.data + peer->list.length, 1, 64 * 1024, file);
        peer->list.length += got;
    }
    bool whole = file != NULL && got == 0 && !ferror(file) &&
                 buffer_append(&peer->list, "", 1) == 0;
    int error = errno;
    if (file != NULL)
        fclose(file);
    return whole ? PEER_GO_ON : complain(peer, path, strerror(error));
}

static size_t count_lines(const struct buffer *list)
{
    size_t lines = 1; /* the last may have no end */

    for (size_t i = 0; i < list->length; i++)
        lines += list->data[i] == '\n';
    return lines;
}

static int read_list(struct peer *peer, const char *input, char **urls,
                     size_t url_count)
{
    char *rest;
    int status = input != NULL ? read_file(peer, input) : PEER_GO_ON;

    if (status != PEER_GO_ON)
        return status;
    size_t most = url_count + count_lines(&peer->list);
    peer->pages = malloc(most * sizeof peer->pages[0]);
    if (peer->pages == NULL)
        return complain(peer, "the list", strerror(errno));
    for (size_t i = 0; i < url_count && status == PEER_GO_ON; i++)
        status = add_url(peer, urls[i]);
    for (char *url = input != NULL ? strtok_r(peer->list.data, "\r\n", &rest)
                                   : NULL;
         url != NULL && status == PEER_GO_ON;
         url = strtok_r(NULL, "\r\n", &rest))
        status = add_url(peer, url);
    if (status == PEER_GO_ON && peer->page_count == 0)
        return complain(peer, "no URL", "give one, or a list with -i FILE");
    return status;
}

int peer_open(struct peer *peer, const char *name, int argc, char **argv)
{
    const char *input = NULL;
    int letter;

    *peer = (struct peer){.name = name,
                          .concurrency = 10,
                          .timeout_ns = 30 * NS_PER_S,
                          .start_ns = clock_now_ns()};
    while ((letter = getopt_long(argc, argv, "c:i:t:", long_options, NULL)) !=
           -1) {
        if (!set_option(peer, letter, &input)) {
            fprintf(stderr,
                    "usage: %s [-c N] [-i FILE] [--keep-alive] [--json] "
                    "[--manifest=FILE] [--timeout=TIME] URL...\n",
                    name);
            return 2;
        }
    }
    signal(SIGPIPE, SIG_IGN); /* a closed connection is an answer of send */
    bench_raise_descriptor_limit();
    return read_list(peer, input, argv + optind, (size_t)(argc - optind));
}

/* ---- the pages ---- */

struct peer_page *peer_take(struct peer *peer)
{
    if (peer->taken == peer->page_count || peer->in_flight == peer->concurrency)
        return NULL;
    if (++peer->in_flight > peer->max_in_flight)
        peer->max_in_flight = peer->in_flight;
    return &peer->pages[peer->taken++];
}

void peer_finish(struct peer *peer, struct peer_page *page,
                 enum peer_outcome outcome)
{
    page->outcome = (uint8_t)outcome;
    peer->in_flight--;
}

struct sockaddr_in peer_address(const struct peer_page *page)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = page->port,
                                .sin_addr.s_addr = page->address};
}

static char *add(char *end, const char *text, size_t length)
{
    memcpy(end, text, length);
    return end + length;
}

/* By memcpy: printf() would cost as much as a good part of the rest. */
size_t peer_request(const struct peer *peer, const struct peer_page *page,
                    char request[PEER_REQUEST_MAX])
{
    static const char agent[] = "\r\nUser-Agent: seven-crawlers/1.0\r\n";
    static const char last[] = "Connection: close\r\n";
    const char *path = page->url + page->path;
    char *end = request;

    end = add(end, "GET ", 4);
    end = add(end, path, strlen(path));
    end = add(end, " HTTP/1.1\r\nHost: ", 17);
    end = add(end, page->url + 7, page->path - 7u);
    end = add(end, agent, sizeof agent - 1);
    if (!peer->keep_alive)
        end = add(end, last, sizeof last - 1);
    end = add(end, "\r\n", 2);
    return (size_t)(end - request);
}

enum peer_outcome peer_outcome_of(int error)
{
    switch (error) {
    case ECONNREFUSED:
    case ENETUNREACH:
    case EHOSTUNREACH:
        return PEER_CONNECT;
    case ECONNRESET:
    case EPIPE:
        return PEER_RESET;
    case ETIMEDOUT:
        return PEER_TIMEOUT;
    default:
        return PEER_SYSTEM;
    }
}

/* ---- the report ---- */

static int by_url(const void *a, const void *b)
{
    const struct peer_page *x = a, *y = b;

    return strcmp(x->url, y->url);
}

struct totals {
    size_t failed;
    uint64_t bytes;
    uint64_t digest; /* the sum of the lines' digests */
};

static void add_line(struct totals *totals, FILE *file,
                     const struct peer_page *page)
{
    char line[PEER_REQUEST_MAX];
    int length;

    if (page->outcome == PEER_OK)
        length =
            snprintf(line, sizeof line, "ok %d %" PRIu64 " %016" PRIx64 " %s",
                     (int)page->status, page->bytes, page->digest, page->url);
    else
        length = snprintf(line, sizeof line, "%s - - - %s",
                          outcome_words[page->outcome], page->url);
    totals->digest += digest_add(DIGEST_EMPTY, line, (size_t)length);
    totals->failed += page->outcome != PEER_OK;
    totals->bytes += page->outcome == PEER_OK ? page->bytes : 0;
    if (file != NULL)
        fprintf(file, "%s\n", line);
}

static void write_json(const struct peer *peer, const struct totals *totals,
                       double wall_s)
{
    struct usage usage = usage_now();

    printf("{\"stage\": \"%s\", \"pages\": %zu, \"failed\": %zu, \"bytes\": "
           "%" PRIu64 ", \"digest\": \"%016" PRIx64 "\", ",
           peer->name, peer->page_count, totals->failed, totals->bytes,
           totals->digest);
    printf("\"wall_s\": %.6f, \"user_s\": %.6f, \"sys_s\": %.6f, "
           "\"max_rss_kib\": %ld, \"max_in_flight\": %zu, \"workers\": 1, ",
           wall_s, usage.user_s, usage.sys_s, usage.max_rss_kib,
           peer->max_in_flight);
    printf("\"voluntary_switches\": %ld, \"involuntary_switches\": %ld",
           usage.voluntary_switches, usage.involuntary_switches);
    if (peer->waits > 0)
        printf(", \"waits\": %" PRIu64 ", \"retries\": %" PRIu64, peer->waits,
               peer->retries);
    puts("}");
}

int peer_close(struct peer *peer)
{
    double wall_s = (double)(clock_now_ns() - peer->start_ns) / 1e9;
    struct totals totals = {0};
    FILE *file = peer->manifest != NULL ? fopen(peer->manifest, "we") : NULL;

    if (peer->manifest != NULL && file == NULL)
        return complain(peer, peer->manifest, strerror(errno));
    qsort(peer->pages, peer->page_count, sizeof peer->pages[0], by_url);
    for (size_t i = 0; i < peer->page_count; i++)
        add_line(&totals, file, &peer->pages[i]);
    if (file != NULL && fclose(file) != 0)
        return complain(peer, peer->manifest, strerror(errno));
    if (peer->json)
        write_json(peer, &totals, wall_s);
    buffer_free(&peer->list);
    free(peer->pages);
    return totals.failed > 0 ? 1 : 0;
}
