/*
 * 4-measure - fetches pages one after another and says where the time went:
 * for each a line with the microseconds that it spent connecting, sending,
 * waiting for the first byte and reading the rest; then a sum.
 *
 *     4-measure URL...
 */
#include "common/clock.h"
#include "common/http.h"
#include "common/url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* By clock_now_ns(). */
struct moments {
    int64_t begun, connected, sent, first_byte, done;
};

/* CPU time of this process so far, user and system together. */
static int64_t cpu_ns(void)
{
    /* your turn: ask clock_gettime(), or getrusage(). */
    return 0;
}

/* your turn: keep in `at` when each of the moments was. */
static int fetch(const struct url *url, struct moments *at)
{
    struct sockaddr_in site = {.sin_family = AF_INET};
    struct buffer request = {0};
    static char piece[16 * 1024];
    ssize_t n = -1;

    *at = (struct moments){0};
    site.sin_port = htons((uint16_t)atoi(url->port));
    inet_pton(AF_INET, url->host, &site.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (http_request(&request, url->authority, url->target, false) < 0 ||
        connect(fd, (struct sockaddr *)&site, sizeof site) < 0)
        goto end;
    if (send(fd, request.data, request.length, MSG_NOSIGNAL) < 0)
        goto end;
    while ((n = recv(fd, piece, sizeof piece, 0)) > 0)
        continue;
end:
    buffer_free(&request);
    close(fd);
    return n < 0 ? -1 : 0;
}

static long us(int64_t from_ns, int64_t to_ns)
{
    return (long)((to_ns - from_ns) / NS_PER_US);
}

int main(int argc, char **argv)
{
    int64_t begun = clock_now_ns();
    struct moments at;
    struct url url;

    puts("connect send first-byte rest");
    for (int i = 1; i < argc; i++) {
        if (url_parse(&url, argv[i]) < 0)
            return 2;
        if (fetch(&url, &at) < 0)
            perror(argv[i]);
        printf("%ld %ld %ld %ld\n", us(at.begun, at.connected),
               us(at.connected, at.sent), us(at.sent, at.first_byte),
               us(at.first_byte, at.done));
        url_free(&url);
    }
    double wall = (double)(clock_now_ns() - begun);
    double cpu = (double)cpu_ns();
    double waiting = 0; /* your turn: percent of the wall time without CPU */
    printf("wall %.1f ms, CPU %.1f ms, waiting %.0f%%\n", wall / NS_PER_MS,
           cpu / NS_PER_MS, waiting);
}
