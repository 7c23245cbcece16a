/*
 * 2-fix - prints how many bytes the body of an answer has. It receives at
 * most so many bytes at a time as it is told, 4096 if it is told nothing.
 *
 *     2-fix http://127.0.0.1:PORT/1 [BYTES]
 */
#include "common/http.h"
#include "common/url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE = 4096 };

/* Connects to the site of this URL and asks for it; a socket, or -1. */
static int ask(const char *text)
{
    struct sockaddr_in site = {.sin_family = AF_INET};
    struct buffer request = {0};
    struct url url;

    if (url_parse(&url, text) < 0)
        return -1;
    site.sin_port = htons((uint16_t)atoi(url.port));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || inet_pton(AF_INET, url.host, &site.sin_addr) != 1 ||
        connect(fd, (struct sockaddr *)&site, sizeof site) < 0 ||
        http_request(&request, url.authority, url.target, false) < 0 ||
        send(fd, request.data, request.length, MSG_NOSIGNAL) < 0) {
        perror(text);
        close(fd);
        fd = -1;
    }
    buffer_free(&request);
    url_free(&url);
    return fd;
}

/* Reads the answer to its end. Returns the size of its body, or -1: none. */
static long body_bytes(int fd, size_t at_once)
{
    char piece[AT_ONCE];
    long bytes = -1;
    ssize_t n;

    while ((n = recv(fd, piece, at_once, 0)) > 0) {
        if (bytes >= 0) { /* the head is behind us */
            bytes += n;
            continue;
        }
        /* your turn: what is wrong with looking for the blank line here? */
        const char *blank = memmem(piece, (size_t)n, "\r\n\r\n", 4);
        if (blank != NULL)
            bytes = piece + n - (blank + 4);
    }
    return bytes;
}

int main(int argc, char **argv)
{
    size_t at_once = argc > 2 ? (size_t)atoi(argv[2]) : AT_ONCE;
    int fd = ask(argc > 1 ? argv[1] : "");

    if (fd < 0 || at_once < 1 || at_once > AT_ONCE)
        return 1;
    long bytes = body_bytes(fd, at_once);
    close(fd);
    if (bytes < 0)
        fprintf(stderr, "%s: no blank line ends the head\n", argv[1]);
    else
        printf("%ld bytes\n", bytes);
    return bytes < 0 ? 1 : 0;
}
