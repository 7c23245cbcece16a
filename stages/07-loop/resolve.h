/*
 * resolve.h - names and addresses, looked up in the executor.
 *
 * The Python it mirrors: loop.getaddrinfo() and loop.getnameinfo()
 * (base_events.py). getaddrinfo(3) blocks for as long as it likes, so a thread
 * waits for it; an address in numbers needs none, and is there at once.
 */
#ifndef STAGES_07_LOOP_RESOLVE_H
#define STAGES_07_LOOP_RESOLVE_H

#include "loop.h"

#include <netdb.h>
#include <stdint.h>
#include <sys/socket.h>

/*
 * The addresses of `host` (NULL: of this machine) for TCP to `port`. The
 * result is a struct addrinfo *, which stays until loop_getaddrinfo_free(),
 * to be called in any case by who awaits it. `flags` are those of
 * getaddrinfo(3), AI_PASSIVE to be bound to. The host's text must stay until
 * it was awaited. Fails with error_os or error_memory; then `code` is what
 * gai_strerror(3) explains, 0 if that was not the reason. Cancelled, it leaves
 * the thread alone with the name, and what that finds is freed.
 */
struct loop_getaddrinfo {
    struct coroutine co;
    void *result;
    struct loop *loop;
    const char *host;
    uint16_t port;
    int flags;
    int code;
    struct addrinfo *list;
    struct future *future;
};
struct loop_getaddrinfo loop_getaddrinfo(struct loop *loop, const char *host,
                                         uint16_t port, int flags);
void loop_getaddrinfo_free(struct loop_getaddrinfo *self);

/*
 * The name of an address, and of its port's service, into the frame. `flags`
 * are those of getnameinfo(3). Fails as above.
 */
struct loop_getnameinfo {
    struct coroutine co;
    void *result; /* the host, too */
    struct loop *loop;
    struct sockaddr_storage address;
    socklen_t size;
    int flags;
    int code;
    char host[NI_MAXHOST], service[NI_MAXSERV];
    struct future *future;
};
struct loop_getnameinfo loop_getnameinfo(struct loop *loop,
                                         const struct sockaddr *address,
                                         socklen_t size, int flags);

#endif
