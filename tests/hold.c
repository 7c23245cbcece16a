/*
 * hold.c - holds many connections open at once and times their answers.
 *
 *   hold [-c CONNECTIONS] [-t SECONDS] [-a] URL
 *
 * Opens the connections (10,000), sends one GET on each so that all are in
 * flight at once, and waits for every answer. Each must be whole, with status
 * 200 and the same body. Prints how long they took, from just before a request
 * was sent until just after its last byte was read: minimum, median, 99th
 * percentile, maximum. Exit: 0 all answered, 1 some failed, 2 bad usage.
 *
 * A request is sent as soon as its connection stands; with -a only when all
 * connections stand, as one burst. This is harder: the server must answer as
 * fast as a loop can ask. Answers are then polled for without sleeping, as the
 * time to wake us would fall to the server, in its send().
 *
 * It measures the practice site, so it shares no code with it: plain sockets
 * and epoll. Linux only.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, ROOM = 64 * 1024, BAD_USAGE = 2 };

struct request {
    int fd;
    bool connected, failed;
    int64_t sent_ns, done_ns; /* 0: not yet */
    size_t size;              /* bytes of the answer so far */
    size_t expected;          /* bytes of all of it; 0: head not whole */
    uint64_t digest;          /* of the body */
    char head[512];           /* the answer's beginning */
};

struct hold {
    /* asked for */
    size_t count;
    int timeout_s;
    bool all_first;
    /* from the URL */
    struct addrinfo *address;
    char request_text[1024];
    /* going on */
    int epoll;
    struct request *requests;
    size_t connected, over, failed;
    size_t in_flight, most_in_flight;
    const char *problem; /* of the first that failed */
};

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- the command line ---- */

static int usage(const char *problem)
{
    fprintf(stderr,
            "hold: %s\nusage: hold [-c CONNECTIONS] [-t SECONDS] [-a] "
            "http://HOST:PORT/PATH\n",
            problem);
    return BAD_USAGE;
}

/* Cuts "http://host:port/path" and looks the host up. */
static bool read_url(struct hold *hold, const char *url)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    char authority[256], host[256], *port;
    const char *path;
    size_t length;

    if (strncmp(url, "http://", 7) != 0)
        return false;
    length = strcspn(url + 7, "/");
    path = url[7 + length] == '/' ? url + 7 + length : "/";
    if (length == 0 || length >= sizeof(authority) || strlen(path) > 512)
        return false;
    memcpy(authority, url + 7, length);
    authority[length] = '\0';
    memcpy(host, authority, length + 1);
    port = strrchr(host, ':');
    if (port == NULL)
        return false;
    *port++ = '\0';
    if (host[0] == '[') {
        memmove(host, host + 1, strlen(host));
        host[strcspn(host, "]")] = '\0';
    }
    snprintf(hold->request_text, sizeof(hold->request_text),
             "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, authority);
    return getaddrinfo(host, port, &hints, &hold->address) == 0;
}

static bool read_number(const char *text, long most, long *number)
{
    char *end;

    *number = strtol(text, &end, 10);
    return end != text && *end == '\0' && *number >= 1 && *number <= most;
}

static int read_options(struct hold *hold, int argc, char **argv)
{
    long number;
    int option;

    while ((option = getopt(argc, argv, "c:t:a")) != -1) {
        if (option == 'a')
            hold->all_first = true;
        else if (option == 'c' && read_number(optarg, 1000000, &number))
            hold->count = (size_t)number;
        else if (option == 't' && read_number(optarg, 3600, &number))
            hold->timeout_s = (int)number;
        else
            return usage("-c and -t take a whole number above 0");
    }
    if (optind + 1 != argc || !read_url(hold, argv[optind]))
        return usage("give one URL with a port, as the site prints it");
    return 0;
}

/* ---- one request ---- */

/* It is over: leaves the descriptor open, as closing takes others' time. */
static void finish(struct hold *hold, struct request *request,
                   const char *problem)
{
    if (request->sent_ns != 0)
        hold->in_flight--;
    request->done_ns = now_ns();
    request->failed = problem != NULL;
    hold->over++;
    epoll_ctl(hold->epoll, EPOLL_CTL_DEL, request->fd, NULL);
    if (problem == NULL)
        return;
    hold->failed++;
    if (hold->problem == NULL)
        hold->problem = problem;
}

static void send_request(struct hold *hold, struct request *request)
{
    size_t length = strlen(hold->request_text);

    request->sent_ns = now_ns();
    if (++hold->in_flight > hold->most_in_flight)
        hold->most_in_flight = hold->in_flight;
    if (send(request->fd, hold->request_text, length, MSG_NOSIGNAL) !=
        (ssize_t)length)
        finish(hold, request, "the request could not be sent");
}

static bool open_connection(struct hold *hold, struct request *request)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET,
                                .data.ptr = request};
    const struct addrinfo *address = hold->address;

    request->fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (request->fd < 0)
        return false;
    if (connect(request->fd, address->ai_addr, address->ai_addrlen) != 0 &&
        errno != EINPROGRESS)
        return false;
    return epoll_ctl(hold->epoll, EPOLL_CTL_ADD, request->fd, &event) == 0;
}

static void note_connected(struct hold *hold, struct request *request)
{
    int error = 0;
    socklen_t size = sizeof(error);

    getsockopt(request->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    request->connected = true;
    hold->connected++;
    if (error != 0)
        finish(hold, request, strerror(error));
    else if (!hold->all_first)
        send_request(hold, request);
}

/* Finds out from the head how long the answer is. */
static const char *read_head(struct request *request)
{
    char *end = strstr(request->head, "\r\n\r\n");
    char *length;

    if (end == NULL)
        return request->size < sizeof(request->head) - 1 ? NULL
                                                         : "a head too long";
    *end = '\0';
    length = strcasestr(request->head, "\r\nContent-Length: ");
    if (strncmp(request->head, "HTTP/1.1 200 ", 13) != 0 || length == NULL)
        return "an answer without status 200 or Content-Length";
    request->expected =
        (size_t)(end + 4 - request->head) + strtoul(length + 18, NULL, 10);
    return NULL;
}

/* FNV-1a: all bodies must be the same. */
static void digest(struct request *request, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        request->digest = (request->digest ^ (unsigned char)data[i]) *
                          UINT64_C(0x100000001b3);
}

static const char *take(struct request *request, const char *data, size_t size)
{
    const char *problem = NULL;

    if (request->expected == 0) {
        size_t room = sizeof(request->head) - 1;
        size_t part = request->size < room ? room - request->size : 0;

        memcpy(request->head + request->size, data, part < size ? part : size);
        problem = read_head(request);
    }
    request->size += size;
    digest(request, data, size);
    return problem;
}

static void read_answer(struct hold *hold, struct request *request)
{
    static char data[ROOM];
    ssize_t size;

    while ((size = recv(request->fd, data, sizeof(data), 0)) > 0) {
        const char *problem = take(request, data, (size_t)size);

        if (problem != NULL) {
            finish(hold, request, problem);
            return;
        }
        if (request->expected != 0 && request->size >= request->expected) {
            finish(hold, request,
                   request->size > request->expected ? "bytes too many" : NULL);
            return;
        }
    }
    if (size == 0)
        finish(hold, request, "closed before the answer was whole");
    else if (errno != EAGAIN && errno != EINTR)
        finish(hold, request, strerror(errno));
}

/* ---- all of them ---- */

static void handle(struct hold *hold, struct epoll_event *event)
{
    struct request *request = event->data.ptr;

    if (request->done_ns != 0)
        return;
    if (!request->connected)
        note_connected(hold, request);
    else if ((event->events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0)
        read_answer(hold, request);
}

static int wait_once(struct hold *hold, int timeout_ms)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(hold->epoll, events, EVENTS, timeout_ms);

    for (int i = 0; i < count; i++)
        handle(hold, &events[i]);
    return count;
}

/* Opens all, and attends to what happens meanwhile after every few. */
static int open_all(struct hold *hold)
{
    for (size_t i = 0; i < hold->count; i++) {
        if (!open_connection(hold, &hold->requests[i])) {
            fprintf(stderr, "hold: connection %zu: %s\n", i, strerror(errno));
            return -1;
        }
        if (i % 16 == 15)
            wait_once(hold, 0);
    }
    return 0;
}

static int answer_all(struct hold *hold, int64_t deadline_ns)
{
    bool burst = hold->all_first;

    while (hold->over < hold->count) {
        if (burst && hold->connected == hold->count) {
            burst = false;
            for (size_t i = 0; i < hold->count; i++)
                send_request(hold, &hold->requests[i]);
        }
        if (now_ns() > deadline_ns) {
            fprintf(stderr, "hold: %zu of %zu not answered in %d s\n",
                    hold->count - hold->over, hold->count, hold->timeout_s);
            return -1;
        }
        wait_once(hold, hold->all_first ? 0 : 1000);
    }
    return 0;
}

/* ---- what is said ---- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static size_t count_odd(const struct hold *hold)
{
    size_t odd = 0;

    for (size_t i = 0; i < hold->count; i++)
        odd += hold->requests[i].digest != hold->requests[0].digest;
    return odd;
}

static int report(struct hold *hold)
{
    double *ms = calloc(hold->count, sizeof(*ms));
    size_t odd = count_odd(hold);
    size_t last = hold->count - 1;

    if (ms == NULL)
        return -1;
    for (size_t i = 0; i < hold->count; i++) {
        const struct request *request = &hold->requests[i];

        ms[i] = (double)(request->done_ns - request->sent_ns) / 1e6;
    }
    qsort(ms, hold->count, sizeof(*ms), compare);
    printf("connections %zu, in flight at once %zu, failed %zu, different "
           "%zu\n"
           "latency in ms: min %.3f, median %.3f, p99 %.3f, max %.3f\n",
           hold->count, hold->most_in_flight, hold->failed, odd, ms[0],
           ms[last / 2], ms[last - last / 100], ms[last]);
    if (hold->problem != NULL)
        fprintf(stderr, "hold: the first failure: %s\n", hold->problem);
    free(ms);
    return hold->failed == 0 && odd == 0 ? 0 : -1;
}

static int run(struct hold *hold)
{
    int64_t deadline_ns = now_ns() + (int64_t)hold->timeout_s * 1000000000;

    if (open_all(hold) != 0 || answer_all(hold, deadline_ns) != 0)
        return -1;
    return report(hold);
}

int main(int argc, char **argv)
{
    struct hold hold = {.count = 10000, .timeout_s = 60};
    struct rlimit limit;
    int result = read_options(&hold, argc, argv);

    if (result != 0)
        return result;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    hold.requests = calloc(hold.count, sizeof(*hold.requests));
    hold.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (hold.requests == NULL || hold.epoll < 0) {
        perror("hold");
        result = EXIT_FAILURE;
    } else {
        result = run(&hold) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    freeaddrinfo(hold.address);
    free(hold.requests); /* the descriptors close as we exit */
    return result;
}
