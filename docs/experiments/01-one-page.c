/*
 * 01-one-page - fetches a page with a socket that blocks, and says how long
 * each call kept us: `01-one-page PORT` asks the site on that port for `/`.
 */
#include "common/clock.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

static const char REQUEST[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                              "Connection: close\r\n\r\n";
static int64_t last_ns;

static void tell(const char *call, long result)
{
    double ms = (double)(clock_now_ns() - last_ns) / NS_PER_MS;

    printf("%-8s returned %4ld after %7.3f ms\n", call, result, ms);
    last_ns = clock_now_ns();
}

int main(int argc, char **argv)
{
    char answer[16 * 1024];
    ssize_t n;
    struct sockaddr_in site = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)atoi(argc > 1 ? argv[1] : "0"))};

    int fd = socket(AF_INET, SOCK_STREAM, 0);
    last_ns = clock_now_ns();
    tell("connect", connect(fd, (struct sockaddr *)&site, sizeof site));
    tell("send", send(fd, REQUEST, sizeof REQUEST - 1, MSG_NOSIGNAL));
    do /* until 0: the site has closed its side */
        tell("recv", n = recv(fd, answer, sizeof answer, 0));
    while (n > 0);
}
