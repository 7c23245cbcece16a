/*
 * connect.c - see connect.h: several addresses, the first one wins.
 *
 *     sock, _, _ = await staggered_race(
 *         (partial(self._connect_sock, address) for address in infos),
 *         happy_eyeballs_delay)
 */
#include "connect.h"

#include "loop_internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

/* A connection on its way. */
struct attempt {
    struct loop_connect_any *race;
    int fd;
    const struct addrinfo *address;
    struct attempt *next;
    bool over;            /* it was known at once how it went: */
    int error;            /* 0, or an errno */
    struct handle handle; /* to be told so in the next pass */
};

/* ---- in which order ---- */

/* The nth address of that family, or of the others, from 0; or NULL. */
static const struct addrinfo *nth_of(const struct addrinfo *list, int family,
                                     bool same, size_t n)
{
    for (; list != NULL; list = list->ai_next)
        if ((list->ai_family == family) == same && n-- == 0)
            return list;
    return NULL;
}

static size_t count_of(const struct addrinfo *list, int family, bool same)
{
    size_t count = 0;

    while (nth_of(list, family, same, count) != NULL)
        count++;
    return count;
}

/*
 * The nth to be tried: the family of the first address and the others take
 * turns, and what one has more than the other comes last.
 */
static const struct addrinfo *nth_in_turn(const struct addrinfo *list, size_t n)
{
    int family = list->ai_family;
    size_t first = count_of(list, family, true);
    size_t others = count_of(list, family, false);
    size_t pairs = first < others ? first : others;

    if (n >= 2 * pairs)
        return nth_of(list, family, first > others, n - pairs);
    return nth_of(list, family, n % 2 == 0, n / 2);
}

/* ---- attempts ---- */

static void wake(void *data)
{
    struct loop_connect_any *race = data;

    if (!future_done(&race->future))
        future_set_result(&race->future, NULL);
}

/* What the machine was short of another address would want as well. */
static bool is_shortage(int error, const struct addrinfo *address)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS ||
           error == ENOMEM ||
           /* No port is free; of IPv6 it says that there is none here. */
           (error == EADDRNOTAVAIL && address->ai_family == AF_INET);
}

/*
 * What is said in the end if none stands: why the last one failed, unless the
 * machine was short of something. That there is no IPv6 is no news.
 */
static void failed(struct loop_connect_any *race,
                   const struct addrinfo *address, const struct error *error)
{
    bool starved = is_shortage(error->number, address);

    if (race->error == NULL || starved ||
        (!race->starved && error->number != EADDRNOTAVAIL))
        race->error = error;
    race->starved |= starved;
}

static void attempt_free(struct attempt *attempt, bool with_socket)
{
    struct attempt **link = &attempt->race->attempts;

    while (*link != attempt)
        link = &(*link)->next;
    *link = attempt->next;
    loop_remove_writer(attempt->race->loop, attempt->fd);
    handle_cancel(attempt->race->loop, &attempt->handle);
    if (with_socket)
        close(attempt->fd);
    free(attempt);
}

/* Whether both are the same host and port. */
static bool is_same_address(const struct sockaddr *a, const struct sockaddr *b)
{
    const struct sockaddr_in *a4 = (const void *)a, *b4 = (const void *)b;
    const struct sockaddr_in6 *a6 = (const void *)a, *b6 = (const void *)b;

    if (a->sa_family != b->sa_family)
        return false;
    if (a->sa_family == AF_INET)
        return a4->sin_port == b4->sin_port &&
               a4->sin_addr.s_addr == b4->sin_addr.s_addr;
    return a->sa_family == AF_INET6 && a6->sin6_port == b6->sin6_port &&
           IN6_ARE_ADDR_EQUAL(&a6->sin6_addr, &b6->sin6_addr);
}

/*
 * Where nobody listens on a port of this machine, the kernel may happen to
 * choose it for our own end: then we would talk to ourselves.
 */
static bool is_connected_to_itself(const struct attempt *attempt)
{
    union {
        struct sockaddr any;
        struct sockaddr_storage storage;
    } own = {.any.sa_family = AF_UNSPEC};
    socklen_t size = sizeof own;

    return getsockname(attempt->fd, &own.any, &size) == 0 &&
           is_same_address(&own.any, attempt->address->ai_addr);
}

/*
 * To connect again says how the first time went. Over loopback it is over by
 * then, and the socket need not be watched.
 */
static bool is_over(struct attempt *attempt)
{
    const struct addrinfo *address = attempt->address;

    if (connect(attempt->fd, address->ai_addr, address->ai_addrlen) < 0 &&
        errno != EISCONN) {
        if (errno == EALREADY || errno == EINPROGRESS || errno == EINTR)
            return false;
        attempt->error = errno;
    }
    return attempt->over = true;
}

/* As sock_connect_now(). */
static int try_connect(const struct attempt *attempt, bool again)
{
    const struct addrinfo *address = attempt->address;
    int done;

    errno = attempt->error;
    if (attempt->over)
        done = attempt->error == 0 ? 1 : -1;
    else
        done = sock_connect_now(attempt->fd, address->ai_addr,
                                address->ai_addrlen, again);
    if (done <= 0 || !is_connected_to_itself(attempt))
        return done;
    errno = ECONNREFUSED;
    return -1;
}

/* It has come to an end: `done` as try_connect() has it, not 0. */
static void end_attempt(struct attempt *attempt, int done)
{
    struct loop_connect_any *race = attempt->race;
    bool wins = done > 0 && race->fd < 0;

    if (wins)
        race->fd = attempt->fd;
    if (done < 0)
        failed(race, attempt->address, error_from_errno(errno));
    attempt_free(attempt, !wins);
}

/* It is writable, or was over at once: both are told in the same pass. */
static void on_writable(void *data)
{
    struct attempt *attempt = data;
    struct loop_connect_any *race = attempt->race;
    int done = try_connect(attempt, true);

    if (done == 0)
        return;
    end_attempt(attempt, done);
    wake(race);
}

/* Returns NULL with errno. */
static struct attempt *attempt_new(struct loop_connect_any *race,
                                   const struct addrinfo *address)
{
    struct attempt *attempt = malloc(sizeof *attempt);

    if (attempt == NULL)
        return NULL;
    int fd = socket(address->ai_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        int error = errno;
        free(attempt);
        errno = error;
        return NULL;
    }
    *attempt = (struct attempt){
        .race = race, .fd = fd, .address = address, .next = race->attempts};
    race->attempts = attempt;
    return attempt;
}

static bool wait_for_end(struct attempt *attempt)
{
    struct loop *loop = attempt->race->loop;

    loop->census.retries++; /* it is on its way */
    if (is_over(attempt)) {
        attempt->handle =
            (struct handle){.callback = on_writable, .data = attempt};
        line_append(&loop->found, &attempt->handle);
        return true;
    }
    return loop_add_writer(loop, attempt->fd, on_writable, attempt);
}

/* Begins with an address; it may be over at once. */
static void begin_attempt(struct loop_connect_any *race,
                          const struct addrinfo *address)
{
    struct attempt *attempt = attempt_new(race, address);

    if (attempt == NULL) {
        failed(race, address, error_from_errno(errno));
        return;
    }
    int done = try_connect(attempt, false);
    if (done != 0) {
        end_attempt(attempt, done);
    } else if (!wait_for_end(attempt)) {
        failed(race, address, error_last());
        attempt_free(attempt, true);
    }
}

/* ---- the race ---- */

/* Begins with the next ones until one stands, or is on its way. */
static void begin_next(struct loop_connect_any *race)
{
    const struct addrinfo *address;
    const struct attempt *before = race->attempts;

    while (race->fd < 0 && race->attempts == before &&
           (address = nth_in_turn(race->list, race->begun)) != NULL) {
        race->begun++;
        begin_attempt(race, address);
    }
}

/* To be woken when an attempt ends, or it is time for the next address. */
static bool begin_wait(struct loop_connect_any *race)
{
    race->future = future_new(race->loop);
    race->timer = (struct timer){0};
    return nth_in_turn(race->list, race->begun) == NULL ||
           loop_call_later(race->loop, &race->timer, CONNECT_DELAY, wake, race);
}

static struct future *connect_any(struct coroutine *co)
{
    static const struct error nowhere =
        ERROR(&error_os, "there is no address to connect to");
    struct loop_connect_any *self = (struct loop_connect_any *)co;

    CO_BEGIN(self);
    if (self->list == NULL)
        CO_RAISE(self, &nowhere);
    begin_next(self);
    while (self->fd < 0 && self->attempts != NULL) {
        CO_CHECK(self, begin_wait(self));
        CO_AWAIT(self, self->future);
        timer_cancel(self->loop, &self->timer);
        begin_next(self);
    }
    if (self->fd < 0)
        CO_RAISE(self, self->error);
    self->result = number_value(self->fd);
    CO_FINALLY(self);
    timer_cancel(self->loop, &self->timer);
    while (self->attempts != NULL)
        attempt_free(self->attempts, true);
    if (self->co.error != NULL && self->fd >= 0)
        close(self->fd);
    CO_END(self);
}

struct loop_connect_any loop_connect_any(struct loop *loop,
                                         const struct addrinfo *list)
{
    return (struct loop_connect_any){
        .co = CO_INIT(connect_any), .loop = loop, .list = list, .fd = -1};
}
