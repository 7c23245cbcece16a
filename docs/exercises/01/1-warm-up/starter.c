/*
 * 1-warm-up - copies the answer of a page, head and body, to stdout.
 *
 *     1-warm-up http://127.0.0.1:PORT/1
 */
#include "common/http.h"
#include "common/url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* Copies what the site sends to stdout. Returns 0, or -1 with errno. */
static int copy_answer(int fd)
{
    char piece[4096];

    /* your turn: this is the first piece of the answer, not the answer. */
    ssize_t n = recv(fd, piece, sizeof piece, 0);
    if (n > 0)
        fwrite(piece, 1, (size_t)n, stdout);
    return n < 0 ? -1 : 0;
}

int main(int argc, char **argv)
{
    int fd = ask(argc == 2 ? argv[1] : "");

    if (fd < 0)
        return 1;
    int status = copy_answer(fd);
    if (status < 0)
        perror(argv[1]);
    close(fd);
    return status < 0 ? 1 : 0;
}
