/*
 * resolve.c - see resolve.h.
 */
#include "resolve.h"

#include "clock.h"
#include "page.h" /* uthash, told not to exit */
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How often a wait looks up to see whether the crawl was asked to stop. */
static const int64_t LOOK_UP_NS = NS_PER_S / 4;

struct resolver {
    pthread_mutex_t mutex;  /* over all below, the lookups' states included */
    pthread_cond_t changed; /* a lookup is over */
    int users;              /* the owner and every helper at work */
    int over_fds[2]; /* a pipe, written to when a lookup is over; or -1 */
    struct lookup *by_name; /* a uthash: the newest lookup of each name */
    struct lookup *all;     /* every lookup ever made, to be freed */
};

struct lookup {
    struct resolver *resolver;
    enum lookup_state state;
    int code;  /* of getaddrinfo */
    int error; /* errno, if the code is EAI_SYSTEM */
    struct addrinfo *addresses;
    struct lookup *next; /* in resolver->all */
    UT_hash_handle hh;   /* in resolver->by_name */
    const char *port;    /* points into name, behind the host's NUL */
    size_t name_length;
    char name[]; /* "host\0port" */
};

struct resolver *resolver_new(void)
{
    struct resolver *resolver = calloc(1, sizeof *resolver);
    pthread_condattr_t monotonic;

    if (resolver == NULL)
        return NULL;
    resolver->users = 1;
    resolver->over_fds[0] = resolver->over_fds[1] = -1;
    pthread_mutex_init(&resolver->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&resolver->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return resolver;
}

int resolver_fd(struct resolver *resolver)
{
    pthread_mutex_lock(&resolver->mutex);
    if (resolver->over_fds[0] < 0 &&
        pipe2(resolver->over_fds, O_CLOEXEC | O_NONBLOCK) < 0)
        resolver->over_fds[0] = resolver->over_fds[1] = -1;
    int fd = resolver->over_fds[0];
    pthread_mutex_unlock(&resolver->mutex);
    return fd;
}

void resolver_drain(struct resolver *resolver)
{
    char bytes[64];

    while (read(resolver->over_fds[0], bytes, sizeof bytes) > 0)
        continue;
}

/* Wakes whoever waits at the descriptor. A full pipe wakes as well. Locked. */
static void tell_over(struct resolver *resolver)
{
    if (resolver->over_fds[1] >= 0 && write(resolver->over_fds[1], "", 1) < 0)
        return;
}

static struct lookup *lookup_new(struct resolver *resolver, const char *host,
                                 const char *port)
{
    size_t host_size = strlen(host) + 1, port_size = strlen(port) + 1;
    struct lookup *lookup = calloc(1, sizeof *lookup + host_size + port_size);

    if (lookup == NULL)
        return NULL;
    lookup->resolver = resolver;
    lookup->name_length = host_size + port_size - 1;
    memcpy(lookup->name, host, host_size);
    memcpy(lookup->name + host_size, port, port_size);
    lookup->port = lookup->name + host_size;
    return lookup;
}

static void lookup_free(struct lookup *lookup)
{
    if (lookup->addresses != NULL)
        freeaddrinfo(lookup->addresses);
    free(lookup);
}

/* Asks the system; with AI_NUMERICHOST in `flags` it never waits. */
static int ask_system(struct lookup *lookup, int flags,
                      struct addrinfo **addresses)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = flags | AI_NUMERICSERV};

    errno = 0;
    return getaddrinfo(lookup->name, lookup->port, &hints, addresses);
}

static void lookup_settle(struct lookup *lookup, int code, int error,
                          struct addrinfo *addresses)
{
    lookup->code = code == 0 && addresses == NULL ? EAI_NONAME : code;
    lookup->error = error;
    lookup->addresses = code == 0 ? addresses : NULL;
    lookup->state = lookup->code == 0 ? LOOKUP_READY : LOOKUP_FAILED;
}

/* Unlocks, and frees everything if it was the last one to use it. */
static void release(struct resolver *resolver)
{
    bool last = --resolver->users == 0;

    pthread_mutex_unlock(&resolver->mutex);
    if (!last)
        return;
    HASH_CLEAR(hh, resolver->by_name);
    while (resolver->all != NULL) {
        struct lookup *lookup = resolver->all;
        resolver->all = lookup->next;
        lookup_free(lookup);
    }
    pthread_cond_destroy(&resolver->changed);
    pthread_mutex_destroy(&resolver->mutex);
    free(resolver);
}

static void *help(void *argument)
{
    struct lookup *lookup = argument;
    struct resolver *resolver = lookup->resolver;
    struct addrinfo *addresses = NULL;

    int code = ask_system(lookup, 0, &addresses);
    int error = errno;
    pthread_mutex_lock(&resolver->mutex);
    lookup_settle(lookup, code, error, addresses);
    pthread_cond_broadcast(&resolver->changed);
    tell_over(resolver);
    release(resolver);
    return NULL;
}

/* Starts the helper for a lookup. Returns 0 or an errno. Locked. */
static int start_helper(struct lookup *lookup)
{
    pthread_attr_t detached;
    pthread_t helper;
    sigset_t all, before;

    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    /* Signals are for the threads that wait, to interrupt them. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&helper, &detached, help, lookup);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
    if (error == 0)
        lookup->resolver->users++;
    return error;
}

/* Answers at once if the host is an address, else starts a helper. */
static int lookup_start(struct lookup *lookup)
{
    struct addrinfo *addresses = NULL;
    int code = ask_system(lookup, AI_NUMERICHOST, &addresses);

    if (code != EAI_NONAME) {
        lookup_settle(lookup, code, errno, addresses);
        return 0;
    }
    return start_helper(lookup);
}

#undef uthash_nonfatal_oom
#define uthash_nonfatal_oom(element) (out_of_memory = true)

/* Keeps the lookup, in the place of an older one of that name. Locked. */
static int keep(struct resolver *resolver, struct lookup *lookup,
                struct lookup *older)
{
    bool out_of_memory = false;

    if (older != NULL)
        HASH_DEL(resolver->by_name, older);
    HASH_ADD_KEYPTR(hh, resolver->by_name, lookup->name, lookup->name_length,
                    lookup);
    return out_of_memory ? ENOMEM : 0;
}

/* Locked. */
static struct lookup *find_or_start(struct resolver *resolver, const char *host,
                                    const char *port)
{
    struct lookup *lookup = lookup_new(resolver, host, port);
    struct lookup *known;

    if (lookup == NULL)
        return NULL;
    HASH_FIND(hh, resolver->by_name, lookup->name, lookup->name_length, known);
    if (known != NULL && known->state != LOOKUP_FAILED) {
        lookup_free(lookup);
        return known;
    }
    int error = keep(resolver, lookup, known);
    if (error == 0) {
        error = lookup_start(lookup);
        if (error != 0)
            HASH_DEL(resolver->by_name, lookup);
    }
    if (error != 0) {
        lookup_free(lookup);
        errno = error;
        return NULL;
    }
    lookup->next = resolver->all;
    resolver->all = lookup;
    return lookup;
}

struct lookup *resolver_ask(struct resolver *resolver, const char *host,
                            const char *port)
{
    pthread_mutex_lock(&resolver->mutex);
    struct lookup *lookup = find_or_start(resolver, host, port);
    pthread_mutex_unlock(&resolver->mutex);
    return lookup;
}

enum lookup_state lookup_poll(struct lookup *lookup)
{
    pthread_mutex_lock(&lookup->resolver->mutex);
    enum lookup_state state = lookup->state;
    pthread_mutex_unlock(&lookup->resolver->mutex);
    return state;
}

enum lookup_state lookup_wait(struct lookup *lookup, int64_t deadline_ns)
{
    struct resolver *resolver = lookup->resolver;
    int error = 0;

    pthread_mutex_lock(&resolver->mutex);
    while (lookup->state == LOOKUP_PENDING && error == 0) {
        int64_t now = clock_now_ns();
        if (stop_signal() != 0)
            error = EINTR;
        else if (now >= deadline_ns)
            error = ETIMEDOUT;
        else {
            int64_t until = now + LOOK_UP_NS;
            struct timespec wake =
                clock_timespec(until < deadline_ns ? until : deadline_ns);
            pthread_cond_timedwait(&resolver->changed, &resolver->mutex, &wake);
        }
    }
    enum lookup_state state = lookup->state;
    pthread_mutex_unlock(&resolver->mutex);
    errno = error;
    return state;
}

/* Whoever saw it READY or FAILED may read it unlocked: it never changes. */
const struct addrinfo *lookup_addresses(const struct lookup *lookup)
{
    return lookup->addresses;
}

int lookup_error(const struct lookup *lookup, int *error)
{
    *error = lookup->code == EAI_SYSTEM ? lookup->error : 0;
    return lookup->code;
}

void resolver_free(struct resolver *resolver)
{
    if (resolver == NULL)
        return;
    pthread_mutex_lock(&resolver->mutex);
    for (int end = 0; end < 2; end++) {
        if (resolver->over_fds[end] >= 0)
            close(resolver->over_fds[end]);
        resolver->over_fds[end] = -1;
    }
    release(resolver);
}
