/*
 * 60-crawl-busy-wait - stage 04: non-blocking sockets, but polled in a loop
 * without select.
 */
#include "common/clock.h"
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAGES = 4 };

static const int64_t DELAY = NS_PER_S / 20;

static void serve_one(int conn)
{
    char target[16], page[32];

    receive_target(conn, target, sizeof target);
    sleep_ns(DELAY);
    snprintf(page, sizeof page, "page %s", target);
    send_all(conn, page);
}

struct fetched {
    bool started;
    long wasted;
    char reply[64];
};

/* Sends what goes, again and again, until all is sent. */
static void send_busily(int fd, const char *request)
{
    while (*request != '\0') {
        ssize_t n = send(fd, request, strlen(request), MSG_NOSIGNAL);
        if (n > 0)
            request += n;
        else
            must(errno == EAGAIN || errno == ENOTCONN ? 0 : -1, "send");
    }
}

/* docs: 04-twin-receive */
/* Asks for bytes, again and again, until there are no more to come. */
static void receive_busily(int fd, struct fetched *fetched)
{
    size_t length = 0;

    for (;;) {
        ssize_t n = recv(fd, fetched->reply + length,
                         sizeof fetched->reply - 1 - length, 0);
        if (n < 0) {
            must(errno == EAGAIN ? 0 : -1, "receive");
            fetched->wasted++;
        } else if (n == 0) {
            break;
        } else {
            length += (size_t)n;
        }
    }
    fetched->reply[length] = '\0';
}

static struct fetched fetch(const struct sockaddr_in *address, int number)
{
    struct fetched fetched = {0};
    char request[64];
    int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

    int fd = must(socket(AF_INET, type, 0), "socket");
    int status = connect(fd, (const struct sockaddr *)address, sizeof *address);
    fetched.started = status == 0 || errno == EINPROGRESS;
    snprintf(request, sizeof request, "GET /%d HTTP/1.0\r\nHost: test\r\n\r\n",
             number);
    send_busily(fd, request);
    receive_busily(fd, &fetched);
    close(fd);
    return fetched;
}

int main(void)
{
    struct slow_site site = slow_site_new(PAGES, serve_one);

    slow_site_start(&site);
    int64_t zero = clock_now_ns();
    for (int number = 0; number < PAGES; number++) {
        struct fetched fetched = fetch(&site.address, number);
        printf("<%s> connect began: %s, polled in vain: %s\n", fetched.reply,
               truth(fetched.started), truth(fetched.wasted > 10));
    }
    printf("total at least the sum of delays: %s\n",
           truth(clock_now_ns() - zero >= PAGES * DELAY));
    slow_site_join(&site);
}
