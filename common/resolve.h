/*
 * resolve.h - from a host's name to its addresses, without stopping anyone.
 *
 * getaddrinfo(3) blocks for as long as it likes and cannot be interrupted. So
 * a name is looked up in a helper thread, one per name being looked up, and
 * only if it is a name: an address in numbers needs no helper. The answer is
 * kept for the rest of the crawl. The Python it mirrors: loop.getaddrinfo().
 */
#ifndef COMMON_RESOLVE_H
#define COMMON_RESOLVE_H

#include <netdb.h>
#include <stdint.h>

struct resolver;

enum lookup_state {
    LOOKUP_PENDING,
    LOOKUP_READY,  /* there are addresses */
    LOOKUP_FAILED, /* there are none, or nobody could be asked */
};

/* One name asked for. It lives as long as the resolver. */
struct lookup;

/* Returns a resolver, or NULL with errno. Threads may share it. */
struct resolver *resolver_new(void);

/*
 * For those who wait for many things at once: a descriptor that becomes
 * readable when a lookup is over. resolver_drain() makes it unreadable again;
 * after that ask lookup_poll() how each of the lookups stands. The descriptor
 * is made by the first call and is the resolver's; -1 with errno if it cannot
 * be.
 */
int resolver_fd(struct resolver *resolver);
void resolver_drain(struct resolver *resolver);

/*
 * Asks for the addresses of `host` for TCP to `port`, both strings as in
 * struct url. Never waits. Who asks for a name that is being looked up shares
 * that lookup; a name that failed before is tried again. Returns the lookup,
 * or NULL with errno ENOMEM, or EAGAIN: no thread could be started.
 */
struct lookup *resolver_ask(struct resolver *resolver, const char *host,
                            const char *port);

/* How it stands. Never waits. */
enum lookup_state lookup_poll(struct lookup *lookup);

/*
 * Waits until it is over, or clock_now_ns() reaches `deadline_ns`
 * (LOOKUP_PENDING, errno ETIMEDOUT), or a signal asked the crawl to stop
 * (LOOKUP_PENDING, errno EINTR).
 */
enum lookup_state lookup_wait(struct lookup *lookup, int64_t deadline_ns);

/* The addresses of a LOOKUP_READY one, a list owned by the resolver. */
const struct addrinfo *lookup_addresses(const struct lookup *lookup);

/*
 * Of a LOOKUP_FAILED one: the code that gai_strerror(3) explains; for
 * EAI_SYSTEM *error is set to the errno.
 */
int lookup_error(const struct lookup *lookup, int *error);

/*
 * Frees the resolver and its lookups. A helper that still waits for an answer
 * is not waited for: it frees its own lookup when it comes back, if ever.
 */
void resolver_free(struct resolver *resolver);

#endif
