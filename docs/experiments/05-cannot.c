/*
 * 05-cannot - what each of the three kernel calls cannot wait for: a regular
 * file, and a descriptor with a high number.
 */
#include "stages/05-callbacks/selector.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void try(const char *backend, const char *what, int fd)
{
    struct selector *selector = selector_new(backend);
    int status = selector_register(selector, fd, SELECTOR_READ, NULL, NULL);

    printf("%-6s %s: %s\n", backend, what,
           status == 0 ? "ok" : strerror(errno));
    selector_free(selector);
}

int main(void)
{
    const char *const backends[] = {"select", "poll", "epoll"};
    struct rlimit limit;
    int pipe_ends[2], file = open("Makefile", O_RDONLY);

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = 1501; /* descriptors 0 to 1500 */
    setrlimit(RLIMIT_NOFILE, &limit);
    if (pipe(pipe_ends) < 0 || dup2(pipe_ends[0], 1500) < 0)
        return perror("descriptor 1500"), 1;
    for (int i = 0; i < 3; i++)
        try(backends[i], "a pipe, as descriptor 1500", 1500);
    for (int i = 0; i < 3; i++)
        try(backends[i], "a regular file", file);
}
