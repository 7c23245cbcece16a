/*
 * 62-crawl-generator-tasks - stage 06: the crawl with futures, tasks and
 * generators.
 */
#include "stages/05-callbacks/selector.h"
#include "stages/06-futures/task.h"

#include "common/clock.h"
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAGES = 4 };

static const int64_t UNIT = NS_PER_S / 10;
static const char *const TARGETS[PAGES] = {"/x", "/y", "/z", "/void"};
static const int DELAY[PAGES] = {3, 1, 2, 0};

static struct selector *watch;

static void serve_one(int conn)
{
    char target[16], page[32];
    int i = 0;

    receive_target(conn, target, sizeof target);
    while (i < PAGES - 1 && strcmp(target, TARGETS[i]) != 0)
        i++;
    sleep_ns(DELAY[i] * UNIT);
    snprintf(page, sizeof page, "page %s", target);
    if (DELAY[i] > 0)
        send_all(conn, page);
}

/*
 *     def ready(sock, event):
 *         box = Box()
 *         watch.register(sock, event, box)
 *         yield box
 *         watch.unregister(sock)
 */
struct ready {
    struct coroutine co;
    int sock;
    int event;
    struct future box;
};

static void settle(void *box, int events)
{
    (void)events;
    future_set_result(box, NULL);
}

static struct future *ready(struct coroutine *co)
{
    struct ready *self = (struct ready *)co;

    CO_BEGIN(self);
    self->box = future_new();
    must(selector_register(watch, self->sock, self->event, settle, &self->box),
         "register");
    CO_AWAIT(self, self->box);
    CO_FINALLY(self);
    must(selector_unregister(watch, self->sock), "unregister");
    CO_END(self);
}

static struct ready ready_new(int sock, int event)
{
    return (struct ready){.co = CO_INIT(ready), .sock = sock, .event = event};
}

/*
 *     def fetch(address, target):
 *         print("begin", target)
 *         with socket.socket() as sock:
 *             sock.setblocking(False)
 *             sock.connect_ex(address)
 *             yield from ready(sock, selectors.EVENT_WRITE)
 *             sock.sendall(f"GET {target} HTTP/1.0\r\n\r\n".encode())
 *             text = b""
 *             while True:
 *                 yield from ready(sock, selectors.EVENT_READ)
 *                 chunk = sock.recv(4096)
 *                 if not chunk:
 *                     break
 *                 text += chunk
 *         if not text:
 *             raise ConnectionError("empty page " + target)
 *         print("end", target)
 *         return text.decode()
 */
struct fetch {
    struct coroutine co;
    const struct sockaddr_in *address;
    const char *target;
    int sock;
    struct ready ready;
    char text[64];
    size_t length;
    struct error empty_page;
    char message[32];
};

static void send_request(struct fetch *self)
{
    char request[64];

    snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", self->target);
    send_all(self->sock, request);
}

/* Returns false when there is no more to come. */
static bool receive(struct fetch *self)
{
    ssize_t n = recv(self->sock, self->text + self->length,
                     sizeof self->text - 1 - self->length, 0);

    if (n < 0) /* readiness is a hint */
        must(errno == EAGAIN ? 0 : -1, "receive");
    if (n > 0)
        self->length += (size_t)n;
    return n != 0;
}

static const struct error *connection_error(struct fetch *self)
{
    snprintf(self->message, sizeof self->message, "empty page %s",
             self->target);
    self->empty_page = (struct error){.message = self->message};
    return &self->empty_page;
}

static struct future *fetch(struct coroutine *co)
{
    struct fetch *self = (struct fetch *)co;

    CO_BEGIN(self);
    printf("begin %s\n", self->target);
    self->sock = start_connect(self->address);
    self->ready = ready_new(self->sock, SELECTOR_WRITE);
    CO_AWAIT(self, self->ready);
    send_request(self);
    do {
        self->ready = ready_new(self->sock, SELECTOR_READ);
        CO_AWAIT(self, self->ready);
    } while (receive(self));
    if (self->length == 0)
        CO_RAISE(self, connection_error(self));
    printf("end %s\n", self->target);
    CO_FINALLY(self);
    close(self->sock);
    CO_END(self);
}

static int live;

static void is_done(void *nothing)
{
    (void)nothing;
    live--;
}

static void runner_start(struct task *runner, struct fetch *frame)
{
    *runner = task_new(&frame->co);
    live++;
    future_on_done(&runner->done, is_done, NULL);
    task_start(runner);
}

int main(void)
{
    struct slow_site site = slow_site_new(PAGES, serve_one);
    struct fetch frames[PAGES];
    struct task runners[PAGES];
    struct selector_ready event;

    watch = selector_new(NULL);
    must(watch == NULL ? -1 : 0, "make a selector");
    slow_site_start(&site);
    for (int i = 0; i < PAGES; i++) {
        frames[i] = (struct fetch){.co = CO_INIT(fetch),
                                   .address = &site.address,
                                   .target = TARGETS[i]};
        runner_start(&runners[i], &frames[i]);
    }
    while (live > 0) {
        must(selector_select(watch, SELECTOR_FOREVER), "select");
        while (selector_next(watch, &event))
            event.callback(event.data, event.events);
    }
    for (int i = 0; i < PAGES; i++) {
        const struct error *error = runners[i].done.co.error;
        if (error == NULL)
            printf("value: %s\n", frames[i].text);
        else
            printf("error: %s\n", error->message);
    }
    slow_site_join(&site);
    selector_free(watch);
}
