/*
 * site_server.c - the practice site as a server: listens, accepts, stops.
 */
#include "site_server.h"

#include "site_arrival.h"
#include "site_connection.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <event2/util.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BACKLOG = 65535,       /* the kernel cuts it to net.core.somaxconn */
    CALLBACKS_A_LOOK = 64, /* before the loop looks again what is due */
    RETRY_MS = 100,        /* to accept again if no connection can close */
};

struct server {
    const struct site_options *options;
    struct evconnlistener *listener;
    struct event *on_term, *on_int, *on_retry;
    bool full; /* out of descriptors: the listener rests */
    char url[128];
    struct connections connections; /* the last member: it is large */
};

static void complain(const char *what, const char *why)
{
    fprintf(stderr, "site: %s: %s\n", what, why);
}

/* ---- accepting ---- */

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd,
                      struct sockaddr *address, int length, void *arg)
{
    struct server *server = arg;

    (void)listener;
    (void)address;
    (void)length;
    if (connection_open(&server->connections, fd) != 0)
        complain("a connection is dropped", strerror(errno));
}

static void accept_again(struct server *server)
{
    if (!server->full)
        return;
    server->full = false;
    evconnlistener_enable(server->listener);
}

static void on_closed(struct connections *them)
{
    struct server *server =
        (struct server *)((char *)them - offsetof(struct server, connections));

    accept_again(server);
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    accept_again(arg);
}

/*
 * No descriptor is left. The client waits in the backlog and keeps the
 * listener readable, so listening on would spin: rest until one is closed.
 */
static void on_accept_error(struct evconnlistener *listener, void *arg)
{
    struct server *server = arg;
    int error = EVUTIL_SOCKET_ERROR();
    struct timeval pause = {0, RETRY_MS * 1000};

    if (!server->options->quiet)
        complain("accepting rests until a connection closes", strerror(error));
    server->full = true;
    evconnlistener_disable(listener);
    /* The shortage may be another process's: then none of ours will close. */
    if (server->connections.count == 0)
        event_add(server->on_retry, &pause);
}

/* ---- listening ---- */

static enum server_result find_address(const struct site_options *options,
                                       struct addrinfo **address)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    char port[8];
    int error;

    snprintf(port, sizeof(port), "%u", options->port);
    error = getaddrinfo(options->host, port, &hints, address);
    if (error == 0)
        return SERVER_READY;
    fprintf(stderr,
            "site: --host=%s: %s; give an address of this machine, such as "
            "127.0.0.1 or ::1\n",
            options->host, gai_strerror(error));
    return SERVER_NO_ADDRESS;
}

static void set_option(int fd, int level, int option)
{
    int on = 1;

    setsockopt(fd, level, option, &on, sizeof(on));
}

/* Options set here are inherited by every connection: no call for each. */
static int listening_socket(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM, 0);

    if (fd < 0)
        return -1;
    evutil_make_socket_nonblocking(fd);
    evutil_make_socket_closeonexec(fd);
    set_option(fd, SOL_SOCKET, SO_REUSEADDR);
    set_option(fd, IPPROTO_TCP, TCP_NODELAY);
    if (address->ai_family == AF_INET6)
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Writes the URL, and within it what `Host:` would say. */
static int name_url(struct server *server, int fd)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof(address);
    char host[64], port[8];
    const char *format;
    size_t authority_length;

    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0 ||
        getnameinfo((struct sockaddr *)&address, length, host, sizeof(host),
                    port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return -1;
    format =
        address.ss_family == AF_INET6 ? "http://[%s]:%s/" : "http://%s:%s/";
    authority_length =
        (size_t)snprintf(server->url, sizeof(server->url), format, host, port) -
        strlen("http:///");
    server->connections.source.authority =
        (struct text){server->url + strlen("http://"), authority_length};
    return 0;
}

static enum server_result listen_at(struct server *server)
{
    struct addrinfo *address = NULL;
    enum server_result result = find_address(server->options, &address);
    int fd;

    if (result != SERVER_READY)
        return result;
    fd = listening_socket(address);
    freeaddrinfo(address);
    if (fd < 0 || name_url(server, fd) != 0) {
        fprintf(stderr,
                "site: cannot listen on %s, port %u: %s; --port=0 takes any "
                "that is free\n",
                server->options->host, server->options->port, strerror(errno));
        if (fd >= 0)
            close(fd);
        return SERVER_FAILED;
    }
    if (server->options->latency_ns > 0)
        arrival_note(fd);
    server->listener = evconnlistener_new(
        server->connections.base, on_accept, server,
        LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
    if (server->listener == NULL) {
        close(fd);
        complain("listening", strerror(ENOMEM));
        return SERVER_FAILED;
    }
    evconnlistener_set_error_cb(server->listener, on_accept_error);
    return SERVER_READY;
}

/* ---- making and running ---- */

/*
 * By default libevent's timers are good to a few milliseconds: they use the
 * coarse clock, and the time at which a batch of events began. The site is an
 * instrument: it asks for the precise clock, anew each time.
 *
 * Also, it looks again what is due after some callbacks, however many are
 * ready: else priorities would mean little in a crowd.
 */
static struct event_base *new_base(void)
{
    struct event_config *config = event_config_new();
    struct event_base *base = NULL;

    if (config == NULL)
        return NULL;
    if (event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER) == 0 &&
        event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME) == 0 &&
        event_config_set_max_dispatch_interval(config, NULL, CALLBACKS_A_LOOK,
                                               ANSWER_PRIORITY) == 0)
        base = event_base_new_with_config(config);
    event_config_free(config);
    if (base != NULL && event_base_priority_init(base, SITE_PRIORITIES) != 0) {
        event_base_free(base);
        base = NULL;
    }
    return base;
}

/* 10,000 connections need 10,000 descriptors: take all we may. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void on_signal(evutil_socket_t signal, short what, void *arg)
{
    (void)signal;
    (void)what;
    event_base_loopbreak(arg);
}

static int make_parts(struct server *server)
{
    struct event_base *base = new_base();

    server->connections.base = base;
    server->connections.source.pages = site_pages_new(server->options);
    if (base == NULL || server->connections.source.pages == NULL)
        return -1;
    server->on_term = evsignal_new(base, SIGTERM, on_signal, base);
    server->on_int = evsignal_new(base, SIGINT, on_signal, base);
    server->on_retry = evtimer_new(base, on_retry, server);
    if (server->on_term == NULL || server->on_int == NULL ||
        server->on_retry == NULL)
        return -1;
    event_priority_set(server->on_term, SIGNAL_PRIORITY);
    event_priority_set(server->on_int, SIGNAL_PRIORITY);
    return event_add(server->on_term, NULL) == 0 &&
                   event_add(server->on_int, NULL) == 0
               ? 0
               : -1;
}

enum server_result server_new(struct server **server,
                              const struct site_options *options)
{
    struct server *self = calloc(1, sizeof(*self));
    enum server_result result = SERVER_FAILED;

    *server = NULL;
    if (self == NULL) {
        complain("starting", strerror(ENOMEM));
        return SERVER_FAILED;
    }
    signal(SIGPIPE, SIG_IGN); /* a write to a client that left is an error */
    raise_descriptor_limit();
    self->options = options;
    self->connections.source.options = options;
    self->connections.closed = on_closed;
    if (make_parts(self) != 0)
        complain("starting", "no event loop; is memory short?");
    else
        result = listen_at(self);
    if (result == SERVER_READY)
        *server = self;
    else
        server_free(self);
    return result;
}

const char *server_url(const struct server *server)
{
    return server->url;
}

int server_run(struct server *server)
{
    if (event_base_dispatch(server->connections.base) >= 0)
        return 0;
    complain("the event loop", strerror(errno));
    return -1;
}

static void free_event(struct event *event)
{
    if (event != NULL)
        event_free(event);
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    server->full = false; /* closing connections must not wake the listener */
    connections_close(&server->connections);
    if (server->listener != NULL)
        evconnlistener_free(server->listener);
    free_event(server->on_term);
    free_event(server->on_int);
    free_event(server->on_retry);
    site_pages_free(server->connections.source.pages);
    if (server->connections.base != NULL)
        event_base_free(server->connections.base);
    libevent_global_shutdown();
    free(server);
}
