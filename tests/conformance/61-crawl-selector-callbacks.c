/*
 * 61-crawl-selector-callbacks - stage 05: one selector, one small event loop,
 * callbacks per socket.
 */
#include "stages/05-callbacks/selector.h"

#include "common/clock.h"
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAGES = 4 };

static const int64_t UNIT = NS_PER_S / 5;
static const int DELAY[PAGES] = {3, 1, 4, 2}; /* of /a, /b, /c, /d */

static void serve_one(int conn)
{
    char target[16], page[32];

    receive_target(conn, target, sizeof target);
    sleep_ns(DELAY[target[1] - 'a'] * UNIT);
    snprintf(page, sizeof page, "page %s", target);
    send_all(conn, page);
}

struct page {
    struct selector *watch;
    int *todo;
    char target[4];
    int sock;
    char text[64];
    size_t length;
};

static selector_callback on_connected, on_readable;

static void begin(struct page *self, const struct sockaddr_in *address)
{
    printf("begin %s\n", self->target);
    self->sock = start_connect(address);
    must(selector_register(self->watch, self->sock, SELECTOR_WRITE,
                           on_connected, self),
         "register");
}

static void on_connected(void *data, int events)
{
    struct page *self = data;
    char request[64];

    (void)events;
    snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", self->target);
    send_all(self->sock, request);
    must(selector_modify(self->watch, self->sock, SELECTOR_READ, on_readable,
                         self),
         "modify");
}

static void on_readable(void *data, int events)
{
    struct page *self = data;

    (void)events;
    ssize_t n = recv(self->sock, self->text + self->length,
                     sizeof self->text - 1 - self->length, 0);
    if (n > 0)
        self->length += (size_t)n;
    if (n == 0) {
        printf("end %s -> %s\n", self->target, self->text);
        must(selector_unregister(self->watch, self->sock), "unregister");
        close(self->sock);
        --*self->todo;
    }
    if (n < 0)
        must(errno == EAGAIN ? 0 : -1, "receive");
}

int main(void)
{
    struct page pages[PAGES];
    struct slow_site site = slow_site_new(PAGES, serve_one);
    struct selector *watch = selector_new(NULL);
    struct selector_ready ready;
    int todo = PAGES;

    must(watch == NULL ? -1 : 0, "make a selector");
    slow_site_start(&site);
    int64_t zero = clock_now_ns();
    for (int i = 0; i < PAGES; i++) {
        pages[i] = (struct page){.watch = watch, .todo = &todo};
        snprintf(pages[i].target, sizeof pages[i].target, "/%c", 'a' + i);
        begin(&pages[i], &site.address);
    }
    while (todo > 0) {
        must(selector_select(watch, SELECTOR_FOREVER), "select");
        while (selector_next(watch, &ready))
            ready.callback(ready.data, ready.events);
    }
    printf("units: %d\n", (int)((clock_now_ns() - zero + UNIT / 10) / UNIT));
    slow_site_join(&site);
    selector_free(watch);
}
