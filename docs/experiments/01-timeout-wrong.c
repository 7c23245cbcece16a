/*
 * 01-timeout-wrong - lets each recv wait 200 ms at most, and takes that for a
 * limit of the page: `01-timeout-wrong PORT FAULT`. An alarm ends it.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

static void give_up(int signal)
{
    (void)signal;
    static const char text[] = "still reading after a second\n";
    _exit(write(STDOUT_FILENO, text, sizeof text - 1) < 0 ? 2 : 1);
}

int main(int argc, char **argv)
{
    struct timeval limit = {.tv_usec = 200 * 1000};
    struct sockaddr_in site = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)atoi(argc > 1 ? argv[1] : "0"))};
    char text[4096];
    ssize_t n;

    signal(SIGALRM, give_up);
    alarm(1);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    connect(fd, (struct sockaddr *)&site, sizeof site);
    dprintf(fd, "GET /fault/%s HTTP/1.1\r\nHost: x\r\n\r\n", argv[argc - 1]);
    while ((n = recv(fd, text, sizeof text, 0)) > 0)
        continue;
    puts(n < 0 ? "timed out" : "the site has closed");
}
