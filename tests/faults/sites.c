/*
 * sites.c - see scene.h: the practice site, once for each family of addresses,
 * and what it says to a client that is no stage.
 */
#include "scene.h"

#include "common/buffer.h"
#include "tests/run.h"

#include <check.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEALTHY_PAGES = 3 };

static struct server {
    struct site site;
    char base[64];
    char lines[HEALTHY_PAGES + 1][64];
} servers[2]; /* IPv4, IPv6 */
static bool has_6;

static struct server *server_of(int family)
{
    return &servers[family == AF_INET6];
}

/* ---- a client on plain sockets ---- */

/* Connects to where "http://HOST:PORT" says. */
static int dial(const char *base)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST};
    struct addrinfo *address;
    char host[64];
    const char *begin = base + strlen("http://"), *port = strrchr(base, ':');
    bool in_brackets = *begin == '[';

    begin += in_brackets;
    snprintf(host, sizeof host, "%.*s", (int)(port - begin) - in_brackets,
             begin);
    ck_assert_int_eq(getaddrinfo(host, port + 1, &hints, &address), 0);
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(connect(fd, address->ai_addr, address->ai_addrlen), 0);
    freeaddrinfo(address);
    return fd;
}

/* All that comes until the server closes. The caller frees. */
static struct buffer fetch_all(const char *base, const char *path)
{
    struct buffer all = {0};
    char request[512];
    int fd = dial(base);
    ssize_t n;

    snprintf(request, sizeof request,
             "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path,
             base + strlen("http://"));
    ck_assert_int_gt(send(fd, request, strlen(request), MSG_NOSIGNAL), 0);
    do {
        ck_assert_int_eq(buffer_reserve(&all, 65536), 0);
        n = recv(fd, all.data + all.length, 65536, 0);
        ck_assert_int_ge(n, 0);
        all.length += (size_t)n;
    } while (n > 0);
    close(fd);
    return all;
}

const char *fetched_line(const char *base, const char *path, int status)
{
    struct buffer all = fetch_all(base, path);
    const char *end = memmem(all.data, all.length, "\r\n\r\n", 4);

    ck_assert_ptr_nonnull(end);
    size_t head = (size_t)(end + 4 - all.data);
    const char *line = ok_line(status, all.data + head, all.length - head);
    buffer_free(&all);
    return line;
}

/* ---- the sites ---- */

static void start(int family, const char *host)
{
    struct server *server = server_of(family);

    server->site =
        site_start((const char *const[]){host, "--latency=0", "--quiet", NULL});
    strcpy(server->base, server->site.url);
    *strrchr(server->base, '/') = '\0';
    for (int page = 1; page <= HEALTHY_PAGES; page++) {
        char path[8];
        snprintf(path, sizeof path, "/%d", page);
        snprintf(server->lines[page], sizeof server->lines[page], "%s",
                 fetched_line(server->base, path, 200));
    }
}

/* Whether this machine has the IPv6 loopback address. */
static bool look_for_6(void)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6,
                                   .sin6_addr = in6addr_loopback};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool has = fd >= 0 && bind(fd, (void *)&address, sizeof address) == 0;

    if (fd >= 0)
        close(fd);
    return has;
}

void sites_start(void)
{
    start(AF_INET, "--host=127.0.0.1");
    has_6 = look_for_6();
    if (has_6)
        start(AF_INET6, "--host=::1");
}

void sites_stop(void)
{
    site_stop(&servers[0].site);
    if (has_6)
        site_stop(&servers[1].site);
}

const char *site_base(int family)
{
    return family == AF_INET6 && !has_6 ? NULL : server_of(family)->base;
}

const char *site_port(int family)
{
    return strrchr(site_base(family), ':') + 1;
}

const char *site_line(int family, int page)
{
    return server_of(family)->lines[page];
}
