/*
 * hurt.c - see hurt.h: counts the calls, and knows which of them must fail.
 */
#include "hurt.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
void *__real_mmap(void *at, size_t size, int protection, int flags, int fd,
                  off_t offset);

enum mode { ONCE, ON, OFTEN };

static struct order {
    enum hurt_call call;
    unsigned first; /* from 1 */
    int what;
    enum mode mode;
} orders[16];
static size_t order_count;

static struct hurt_state *state;

static const char *const call_names[HURT_CALL_COUNT] = {
#define HURT_NAME(name) #name,
    HURT_CALLS(HURT_NAME)
#undef HURT_NAME
};

static const struct {
    const char *name;
    int what;
} whats[] = {
    {"short", HURT_SHORT},
    {"idle", HURT_IDLE},
    {"at-once", HURT_AT_ONCE},
    {"EAI_AGAIN", HURT_EAI - EAI_AGAIN},
    {"EAI_FAIL", HURT_EAI - EAI_FAIL},
    {"EAI_MEMORY", HURT_EAI - EAI_MEMORY},
    {"EAI_NONAME", HURT_EAI - EAI_NONAME},
    {"EAI_SYSTEM", HURT_EAI - EAI_SYSTEM},
    {"EACCES", EACCES},
    {"EADDRNOTAVAIL", EADDRNOTAVAIL},
    {"EAFNOSUPPORT", EAFNOSUPPORT},
    {"EAGAIN", EAGAIN},
    {"ECHILD", ECHILD},
    {"ECONNREFUSED", ECONNREFUSED},
    {"ECONNRESET", ECONNRESET},
    {"EDQUOT", EDQUOT},
    {"EFBIG", EFBIG},
    {"EHOSTUNREACH", EHOSTUNREACH},
    {"EINPROGRESS", EINPROGRESS},
    {"EINTR", EINTR},
    {"EINVAL", EINVAL},
    {"EIO", EIO},
    {"EMFILE", EMFILE},
    {"ENETUNREACH", ENETUNREACH},
    {"ENFILE", ENFILE},
    {"ENOBUFS", ENOBUFS},
    {"ENODEV", ENODEV},
    {"ENOMEM", ENOMEM},
    {"ENOPROTOOPT", ENOPROTOOPT},
    {"ENOSPC", ENOSPC},
    {"EOVERFLOW", EOVERFLOW},
    {"EPERM", EPERM},
    {"EPIPE", EPIPE},
    {"EROFS", EROFS},
    {"ETIMEDOUT", ETIMEDOUT},
};

/* ---- the orders ---- */

static _Noreturn void refuse(const char *text)
{
    fprintf(stderr, "hurt: '%s' makes no sense\n", text);
    _exit(98);
}

static enum hurt_call find_call(const char *name)
{
    for (int call = 0; call < HURT_CALL_COUNT; call++)
        if (strcmp(call_names[call], name) == 0)
            return call;
    refuse(name);
}

static int find_what(const char *name)
{
    for (size_t i = 0; i < sizeof whats / sizeof whats[0]; i++)
        if (strcmp(whats[i].name, name) == 0)
            return whats[i].what;
    refuse(name);
}

static enum mode find_mode(const char *name)
{
    if (name[0] == '\0')
        return ONCE;
    if (strcmp(name, "on") == 0)
        return ON;
    if (strcmp(name, "often") == 0)
        return OFTEN;
    refuse(name);
}

/* Not a call: no file may become longer than so many bytes. */
static void limit_files(unsigned bytes)
{
    signal(SIGXFSZ, SIG_IGN); /* then write says EFBIG */
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){bytes, bytes});
    atomic_fetch_add(&state->hurt, 1);
}

static void add_order(const char *text)
{
    char call[32], what[32], mode[8] = "";
    unsigned first;

    if (sscanf(text, "%31[^:]:%u:%31[^:]:%7s", call, &first, what, mode) < 3 ||
        order_count == sizeof orders / sizeof orders[0])
        refuse(text);
    struct order *order = &orders[order_count++];
    *order = (struct order){find_call(call), first, find_what(what),
                            find_mode(mode)};
    if (order->call == HURT_disk)
        limit_files(order->first);
}

static void read_orders(const char *text)
{
    char order[64];

    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, ",");
        if (length >= sizeof order)
            refuse(text);
        memcpy(order, text, length);
        order[length] = '\0';
        add_order(order);
        text += length + (text[length] == ',');
    }
}

static void open_state(const char *path)
{
    int fd = path != NULL ? __real_open(path, O_RDWR | O_CLOEXEC) : -1;
    int flags = fd >= 0 ? MAP_SHARED : MAP_SHARED | MAP_ANONYMOUS;

    state =
        __real_mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (state == MAP_FAILED)
        refuse("HURT_STATE");
    if (fd >= 0)
        __real_close(fd);
}

/* Before main(), and before what others count at the start. */
__attribute__((constructor(101))) static void begin(void)
{
    open_state(getenv("HURT_STATE"));
    read_orders(getenv("HURT"));
}

/* ---- the calls ---- */

/*
 * Every other number, but with no beat that a stage could fall into: who asks
 * two sockets in turn would find the same one hurt each time.
 */
static bool is_heads(unsigned n)
{
    return (n * 0x9E3779B1u >> 17 & 1) != 0;
}

static bool is_meant(const struct order *order, unsigned n)
{
    switch (order->mode) {
    case ON:
        return n >= order->first;
    case OFTEN:
        return n == order->first || (n > order->first && is_heads(n));
    default:
        return n == order->first;
    }
}

int hurt(enum hurt_call call)
{
#ifdef TESTS_COVERAGE_H
    if (coverage_is_writing)
        return 0;
#endif
    unsigned n = atomic_fetch_add(&state->made[call], 1) + 1;

    for (size_t i = 0; i < order_count; i++) {
        const struct order *order = &orders[i];
        if (order->call != call || !is_meant(order, n))
            continue;
        atomic_fetch_add(&state->hurt, 1);
        if (order->what < HURT_SHORT)
            errno = order->what;
        return order->what;
    }
    return 0;
}

int hurt_fails(enum hurt_call call)
{
    return hurt(call) != 0;
}
