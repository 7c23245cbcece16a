/*
 * 3-extend - fetches a page, and gives up when its time is over: prints
 * `ok N bytes`, `timeout`, or `failed` with the reason.
 *
 *     3-extend http://127.0.0.1:PORT/1 MILLISECONDS
 */
#include "common/clock.h"
#include "common/http.h"
#include "common/url.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Asks the site for the page. Returns 0, or -1 with errno. */
static int ask(int fd, const struct url *url, int64_t deadline_ns)
{
    struct sockaddr_in site = {.sin_family = AF_INET};
    struct buffer request = {0};
    int status = -1;

    site.sin_port = htons((uint16_t)atoi(url->port));
    inet_pton(AF_INET, url->host, &site.sin_addr);
    (void)deadline_ns; /* your turn: connect and send may wait, too. */
    if (connect(fd, (struct sockaddr *)&site, sizeof site) == 0 &&
        http_request(&request, url->authority, url->target, false) == 0 &&
        send(fd, request.data, request.length, MSG_NOSIGNAL) >= 0)
        status = 0;
    buffer_free(&request);
    return status;
}

/* Receives all of the answer. Returns its size, or -1 with errno. */
static long receive(int fd, int64_t deadline_ns)
{
    char piece[4096];
    long bytes = 0;
    ssize_t n;

    (void)deadline_ns; /* your turn: no recv may wait beyond it. */
    while ((n = recv(fd, piece, sizeof piece, 0)) > 0)
        bytes += n;
    return n < 0 ? -1 : bytes;
}

/* Whether a call came back because its time was over. */
static bool is_timeout(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINPROGRESS;
}

int main(int argc, char **argv)
{
    struct url url;

    if (argc != 3 || url_parse(&url, argv[1]) < 0)
        return 2;
    int64_t deadline_ns = clock_now_ns() + atoi(argv[2]) * NS_PER_MS;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    long bytes = ask(fd, &url, deadline_ns);
    if (bytes == 0)
        bytes = receive(fd, deadline_ns);
    if (bytes >= 0)
        printf("ok %ld bytes\n", bytes);
    else if (is_timeout(errno))
        puts("timeout");
    else
        printf("failed: %s\n", strerror(errno));
    close(fd);
    url_free(&url);
    return bytes < 0 ? 1 : 0;
}
