/*
 * waiting.c - see waiting.h.
 *
 * Who waits for a silent server is not busy and not done: it can be measured
 * at leisure. Once every fetch has been heard of, that is when its request
 * has come, the memory of the stage is asked for; what it had with only one
 * fetch in flight, but with all pages known to it as well, is taken off.
 */
#include "waiting.h"

#include "footprint.h"

#include "common/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t PATIENCE_NS = 30 * NS_PER_S;

/* ---- a server that never answers ---- */

struct silence {
    int listener;
    unsigned port;
    int *held; /* those who wait for an answer */
    size_t count;
};

static int silence_open(struct silence *silence, size_t most)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    *silence = (struct silence){
        .listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
        .held = malloc(most * sizeof silence->held[0])};
    if (silence->listener < 0 || silence->held == NULL ||
        bind(silence->listener, (struct sockaddr *)&address, size) < 0 ||
        listen(silence->listener, 4096) < 0 ||
        getsockname(silence->listener, (struct sockaddr *)&address, &size) < 0)
        return -1;
    silence->port = ntohs(address.sin_port);
    return 0;
}

/* Who waits for us gets an end instead of an answer. */
static void silence_close(struct silence *silence)
{
    if (silence->listener >= 0)
        close(silence->listener);
    while (silence->count > 0)
        close(silence->held[--silence->count]);
    free(silence->held);
}

/* Waits until there is something to read, but no longer than the deadline. */
static int wait_readable(int fd, int64_t deadline_ns)
{
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    int64_t left_ns = deadline_ns - clock_now_ns();
    int count =
        left_ns <= 0 ? 0 : poll(&readable, 1, (int)(left_ns / NS_PER_MS) + 1);

    if (count == 0)
        errno = ETIMEDOUT;
    return count == 1 ? 0 : -1;
}

/* Reads a request up to its blank line. */
static int hear(int fd, int64_t deadline_ns)
{
    char request[4096];
    size_t length = 0;

    while (length < 4 || memcmp(request + length - 4, "\r\n\r\n", 4) != 0) {
        if (wait_readable(fd, deadline_ns) < 0)
            return -1;
        ssize_t n = read(fd, request + length, sizeof request - length);
        if (n <= 0) {
            errno = ECHILD;
            return -1;
        }
        length += (size_t)n;
    }
    return 0;
}

/* Waits until `count` fetches wait for us. */
static int gather(struct silence *silence, size_t count)
{
    int64_t deadline_ns = clock_now_ns() + PATIENCE_NS;

    while (silence->count < count) {
        if (wait_readable(silence->listener, deadline_ns) < 0)
            return -1;
        int fd = accept4(silence->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            return -1;
        silence->held[silence->count++] = fd;
    }
    for (size_t i = 0; i < count; i++)
        if (hear(silence->held[i], deadline_ns) < 0)
            return -1;
    return 0;
}

/* ---- a stage ---- */

/* A file in memory with the URLs of `count` pages. Returns it, or -1. */
static int list_pages(unsigned port, size_t count)
{
    int fd = memfd_create("pages", MFD_CLOEXEC);

    for (size_t i = 0; fd >= 0 && i < count; i++)
        if (dprintf(fd, "http://127.0.0.1:%u/%zu\n", port, i) < 0) {
            close(fd);
            return -1;
        }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

static _Noreturn void become(const char *program, const char *option,
                             size_t in_flight, int pages)
{
    char concurrency[40];
    int null = open("/dev/null", O_WRONLY);

    snprintf(concurrency, sizeof concurrency, "--concurrency=%zu", in_flight);
    dup2(pages, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execl(program, program, "--quiet", "--timeout=1h", "--input-file=-",
          concurrency, option, (char *)NULL);
    _exit(127);
}

/* SIGTERM: it takes no more pages; the end of its fetches has come, too. */
static void stop(pid_t pid, struct silence *silence)
{
    int64_t deadline_ns = clock_now_ns() + PATIENCE_NS;

    kill(pid, SIGTERM);
    silence_close(silence);
    while (waitpid(pid, NULL, WNOHANG) == 0) {
        if (clock_now_ns() > deadline_ns)
            kill(pid, SIGKILL);
        nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL);
    }
}

/* What the stage needs with `in_flight` of `known` pages in flight. */
static int measure(const char *program, const char *option, size_t in_flight,
                   size_t known, struct footprint *footprint)
{
    struct silence silence;
    int status = -1, pages = -1;
    pid_t pid = -1;

    if (silence_open(&silence, in_flight) == 0)
        pages = list_pages(silence.port, known);
    if (pages >= 0)
        pid = fork();
    if (pid == 0)
        become(program, option, in_flight, pages);
    if (pid > 0) {
        status = gather(&silence, in_flight);
        if (status == 0)
            status = footprint_take(pid, footprint);
    }
    int error = errno;
    if (pid > 0)
        stop(pid, &silence);
    else
        silence_close(&silence);
    if (pages >= 0)
        close(pages);
    errno = error;
    return status;
}

int waiting_measure(const char *program, const char *option, size_t count,
                    struct waiting *each)
{
    struct footprint one, all;

    if (access(program, X_OK) < 0 ||
        measure(program, option, 1, count, &one) < 0 ||
        measure(program, option, count, count, &all) < 0)
        return -1;
    each->memory = (all.memory - one.memory) / (double)(count - 1);
    each->kernel = (all.kernel - one.kernel) / (double)(count - 1);
    return 0;
}
