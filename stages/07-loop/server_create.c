/*
 * server_create.c - see server.h: how a server is made.
 *
 *     infos = await getaddrinfo(host, port, flags=AI_PASSIVE)
 *     for af, socktype, proto, _, address in set(infos):
 *         sock = socket.socket(af, socktype, proto)
 *         sock.bind(address)
 *     server = Server(self, sockets, protocol_factory)
 *     server._start_serving()
 */
#include "server_internal.h"

#include "connect.h"
#include "loop_internal.h"

#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- of sockets ---- */

static struct server *server_new(struct loop *loop, const int fds[],
                                 size_t count)
{
    struct server *server =
        calloc(1, sizeof *server +
                      count * (sizeof server->listeners[0] + sizeof fds[0]));

    if (server == NULL)
        return error_raise_null(&error_memory);
    server->loop = loop;
    server->holds = 1;
    server->count = count;
    server->fds = (int *)&server->listeners[count];
    for (size_t i = 0; i < count; i++) {
        server->fds[i] = fds[i];
        server->listeners[i].server = server;
        server->listeners[i].fd = fds[i];
    }
    return server;
}

/* That the loop closes it, if nobody else does. */
static void remember(struct server *server)
{
    server->next = server->loop->servers;
    server->link = &server->loop->servers;
    if (server->next != NULL)
        server->next->link = &server->next;
    server->loop->servers = server;
}

struct server *loop_create_server_on(struct loop *loop,
                                     protocol_factory *factory, void *data,
                                     const int fds[], size_t count)
{
    struct server *server = server_new(loop, fds, count);

    if (server == NULL)
        return NULL;
    server->factory = factory;
    server->data = data;
    if (!server_start(server)) {
        free(server);
        return NULL;
    }
    remember(server);
    return server;
}

/* ---- of addresses ---- */

static void close_all(const int fds[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
}

/* The same, and if there is none the sockets are closed. */
static struct server *create_or_close(struct loop *loop,
                                      protocol_factory *factory, void *data,
                                      const int fds[], size_t count)
{
    struct server *server =
        loop_create_server_on(loop, factory, data, fds, count);

    if (server == NULL)
        close_all(fds, count);
    return server;
}

/* Returns the socket, or -1 with errno. */
static int bind_to(const struct sockaddr *address, socklen_t size)
{
    const int yes = 1;
    int fd = socket(address->sa_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    /* A port need not rest for a minute after its last connection. */
    if (address->sa_family != AF_UNIX)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    /* Or it would take the port of the other family, too. */
    if (address->sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(fd, address, size) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* ---- a Unix socket ---- */

static const struct error *unix_bind_error(const char *path, int error)
{
    char text[sizeof(struct sockaddr_un) + 32];

    if (error != EADDRINUSE)
        return error_from_errno(error);
    snprintf(text, sizeof text, "Address '%s' is already in use", path);
    return error_make(&error_os, error, text);
}

struct server *loop_create_unix_server(struct loop *loop,
                                       protocol_factory *factory, void *data,
                                       const char *path)
{
    struct sockaddr_un address;
    struct stat there;

    if (!connect_unix_address(path, &address))
        return NULL;
    if (stat(path, &there) == 0 && S_ISSOCK(there.st_mode))
        unlink(path);
    int fd = bind_to((struct sockaddr *)&address, sizeof address);
    if (fd < 0)
        return error_raise_null(unix_bind_error(path, errno));
    struct server *server = create_or_close(loop, factory, data, &fd, 1);
    if (server == NULL)
        unlink(path); /* nobody will ever listen there */
    return server;
}

/* ---- a host and a port ---- */

/* ('127.0.0.1', 80), as Python shows it; into `text`. */
static void show_address(const struct addrinfo *address, char *text,
                         size_t size)
{
    char host[INET6_ADDRSTRLEN + IF_NAMESIZE], port[8];

    if (getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof host,
                    port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        snprintf(text, size, "?");
    else if (address->ai_family == AF_INET6)
        snprintf(text, size, "('%s', %s, 0, 0)", host, port);
    else
        snprintf(text, size, "('%s', %s)", host, port);
}

static const struct error *bind_error(const struct addrinfo *address, int error)
{
    char shown[128], text[256], reason[64];

    show_address(address, shown, sizeof shown);
    snprintf(reason, sizeof reason, "%s",
             error_message(error_from_errno(error)));
    for (char *at = reason; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    snprintf(text, sizeof text,
             "error while attempting to bind on address %s: %s", shown, reason);
    return error_make(&error_os, error, text);
}

/* Whether a name leads to one of the addresses before it, too. */
static bool was_there(const struct addrinfo *list,
                      const struct addrinfo *address)
{
    for (; list != address; list = list->ai_next)
        if (list->ai_addrlen == address->ai_addrlen &&
            memcmp(list->ai_addr, address->ai_addr, list->ai_addrlen) == 0)
            return true;
    return false;
}

/* Binds to all of them. Returns how many, or 0 with error_last(). */
static size_t bind_all(const struct addrinfo *list, int fds[])
{
    size_t count = 0;

    for (const struct addrinfo *at = list; at != NULL; at = at->ai_next) {
        if (was_there(list, at))
            continue;
        int fd = bind_to(at->ai_addr, at->ai_addrlen), error = errno;
        if (fd >= 0) {
            fds[count++] = fd;
            continue;
        }
        error_raise(bind_error(at, error));
        if (error == EAFNOSUPPORT)
            continue; /* a machine without that family: the others will do */
        close_all(fds, count);
        return 0;
    }
    return count;
}

static struct server *create_at(const struct loop_create_server *self)
{
    const struct addrinfo *list = self->addresses.result;
    struct server *server = NULL;
    size_t most = 0;

    for (const struct addrinfo *at = list; at != NULL; at = at->ai_next)
        most++;
    int *fds = calloc(most + 1, sizeof fds[0]);
    if (fds == NULL)
        return error_raise_null(&error_memory);
    size_t count = bind_all(list, fds);
    if (count > 0)
        server =
            create_or_close(self->loop, self->factory, self->data, fds, count);
    const struct error *why = error_last();
    free(fds);
    return server != NULL ? server : error_raise_null(why);
}

/*
 * In asyncio the lookup is gathered from a task of its own, which takes three
 * passes, and one more goes by for the readers: those who have their turn
 * meanwhile shall have it here, too.
 */
enum { PASSES = 4 };

static struct future *create_server(struct coroutine *co)
{
    struct loop_create_server *self = (struct loop_create_server *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->addresses);
    for (self->passes = 0; self->passes < PASSES; self->passes++) {
        if (self->passes == PASSES - 1)
            CO_CHECK(self, self->server = create_at(self));
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
    }
    self->result = self->server;
    CO_FINALLY(self);
    if (self->co.error != NULL)
        server_free(self->server);
    loop_getaddrinfo_free(&self->addresses);
    CO_END(self);
}

struct loop_create_server loop_create_server(struct loop *loop,
                                             protocol_factory *factory,
                                             void *data, const char *host,
                                             uint16_t port)
{
    return (struct loop_create_server){
        .co = CO_INIT(create_server),
        .loop = loop,
        .factory = factory,
        .data = data,
        .addresses = loop_getaddrinfo(
            loop, host != NULL && host[0] != '\0' ? host : NULL, port,
            AI_PASSIVE)};
}
