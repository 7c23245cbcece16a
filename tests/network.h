/*
 * network.h - for the suites about connections: plain sockets on this machine
 * for the loop to talk to. To be included after loop_by_hand.h.
 */
#ifndef TESTS_NETWORK_H
#define TESTS_NETWORK_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/un.h>

/* ---- addresses ---- */

/* As getaddrinfo() gives them, but on our own. */
struct place {
    struct addrinfo info;
    struct sockaddr_storage address;
};

static inline struct sockaddr *place_address(struct place *place)
{
    return (struct sockaddr *)&place->address;
}

/* The port 0 of the loopback address of that family. */
static inline void place_at_loopback(struct place *place, int family)
{
    memset(place, 0, sizeof *place);
    place->info.ai_family = family;
    place->info.ai_addr = place_address(place);
    place->address.ss_family = (sa_family_t)family;
    if (family == AF_INET) {
        struct sockaddr_in *in = (struct sockaddr_in *)&place->address;
        in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        place->info.ai_addrlen = sizeof *in;
    } else {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&place->address;
        in6->sin6_addr = in6addr_loopback;
        place->info.ai_addrlen = sizeof *in6;
    }
}

static inline uint16_t place_port(const struct place *place)
{
    const struct sockaddr_in *in = (const void *)&place->address;

    return ntohs(in->sin_port); /* at the same place in both */
}

static inline bool has_ipv6(void)
{
    struct place place;

    place_at_loopback(&place, AF_INET6);
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool has =
        fd >= 0 && bind(fd, place_address(&place), place.info.ai_addrlen) == 0;
    if (fd >= 0)
        close(fd);
    return has;
}

/* ---- sockets that listen, and others ---- */

static inline int quiet_socket(int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(fd, 0);
    return fd;
}

/* Bound to a port of the kernel's choice, which goes into `place`. */
static inline int bound_socket(struct place *place, int family)
{
    int fd = quiet_socket(family);
    socklen_t size = sizeof place->address;

    place_at_loopback(place, family);
    ck_assert_int_eq(bind(fd, place_address(place), place->info.ai_addrlen), 0);
    ck_assert_int_eq(getsockname(fd, place_address(place), &size), 0);
    return fd;
}

static inline int listening_socket(struct place *place, int family)
{
    int fd = bound_socket(place, family);

    ck_assert_int_eq(listen(fd, 16), 0);
    return fd;
}

/* A place where nobody listens: its socket is bound, and keeps the port. */
static inline int refusing_socket(struct place *place, int family)
{
    return bound_socket(place, family);
}

/* A plain socket that is connected to that place; it blocks. */
static inline int connect_to(struct place *place)
{
    int fd = socket(place->info.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(connect(fd, place_address(place), place->info.ai_addrlen),
                     0);
    return fd;
}

static inline bool is_ready(int fd, short events)
{
    return poll(&(struct pollfd){.fd = fd, .events = events}, 1, 0) == 1;
}

/*
 * A place that never answers: as many wait there to be accepted as may, and
 * Linux drops what comes then. `fds` are the listener and those who wait.
 */
enum { MOST_IN_LINE = 8 };
struct silence {
    struct place place;
    int fds[MOST_IN_LINE];
    int count;
};

static inline void silence_make(struct silence *silence, int family)
{
    struct place *place = &silence->place;

    silence->fds[0] = bound_socket(place, family);
    ck_assert_int_eq(listen(silence->fds[0], 0), 0);
    silence->count = 1;
    bool answers = true;
    while (answers) {
        ck_assert_int_lt(silence->count, MOST_IN_LINE);
        int fd = quiet_socket(family);
        silence->fds[silence->count++] = fd;
        connect(fd, place_address(place), place->info.ai_addrlen);
        answers = is_ready(fd, POLLOUT);
    }
}

static inline void silence_end(struct silence *silence)
{
    while (silence->count > 0)
        close(silence->fds[--silence->count]);
}

/* ---- what came ---- */

/* What is there to be read, up to 255 bytes, as a string. */
static inline const char *take(int fd)
{
    static char text[256];
    ssize_t size = recv(fd, text, sizeof text - 1, MSG_DONTWAIT);

    text[size > 0 ? size : 0] = '\0';
    return size < 0 ? "nothing" : size == 0 ? "the end" : text;
}

#define ck_came(fd, text) ck_assert_str_eq(take(fd), text)

/* Reads until there is no more for now. Returns how many bytes there were. */
static inline size_t take_all(int fd)
{
    static char bytes[65536];
    size_t all = 0;
    ssize_t size;

    while ((size = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        all += (size_t)size;
    return all;
}

/* Closed so that the other end gets ECONNRESET. */
static inline void reset(int fd)
{
    const struct linger at_once = {1, 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
}

/* Two TCP sockets that are connected; both do not block. */
static inline void open_tcp_pair(int pair_of[2])
{
    struct place place;
    int listener = listening_socket(&place, AF_INET);

    pair_of[0] = connect_to(&place);
    pair_of[1] = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    ck_assert_int_ge(pair_of[1], 0);
    fcntl(pair_of[0], F_SETFL, O_NONBLOCK);
    close(listener);
}

/* ---- running ---- */

/* Runs it to its end, which must be a good one; returns its result. */
static inline void *run_well(struct coroutine *awaitable)
{
    void *result = NULL;

    ck_assert_msg(loop_run_until_complete(loop, awaitable, &result), "%s: %s",
                  error_name(error_last()), error_message(error_last()));
    return result;
}

/* It must fail so. */
static inline void run_badly(struct coroutine *awaitable, int number)
{
    ck_refused(loop_run_until_complete(loop, awaitable, NULL), error_os);
    ck_assert_int_eq(error_last()->number, number);
}

static inline struct task *start(struct coroutine *object)
{
    struct task *task = loop_create_task(loop, object);

    ck_assert_ptr_nonnull(task);
    return task;
}

static inline bool is_done(const struct task *task)
{
    return future_done(&task->future);
}

/* Until the task is done, or, `passes` later, it is not. */
static inline void run_until_done(const struct task *task)
{
    for (int i = 0; i < 1000 && !is_done(task); i++)
        run_passes(1);
    ck_assert(is_done(task));
}

/* It was cancelled, or it ends so in the next pass. */
static inline void must_end_cancelled(struct task *task)
{
    run_passes(2);
    ck_assert(future_cancelled(&task->future));
    task_free(task);
}

#endif
