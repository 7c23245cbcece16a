/*
 * 2-fix - for each number a worker that answers with so many bytes; the parent
 * says whether they came whole.
 *
 *     2-fix 100 1000000 5000!
 *
 * A worker whose number ends with ! dies in the middle of its answer.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the worker: the length first, then the bytes ---- */

static void send_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = send(fd, data, size, MSG_NOSIGNAL);
        if (n <= 0)
            _exit(1);
        data += n;
        size -= (size_t)n;
    }
}

static _Noreturn void be_the_worker(int fd, uint64_t size, bool dies)
{
    char *answer = malloc(size);

    if (answer == NULL)
        _exit(1);
    memset(answer, 'a', size);
    send_all(fd, (char *)&size, sizeof size);
    send_all(fd, answer, dies ? size / 2 : size);
    _exit(0);
}

/* ---- the parent ---- */

/*
 * Receives exactly `size` bytes, or fewer at the end of the stream. Returns
 * how many, or -1 with errno.
 */
static ssize_t receive_all(int fd, char *data, size_t size)
{
    /* your turn: is that all of them? */
    return recv(fd, data, size, 0);
}

/* Returns whether a whole answer of `expected` bytes has come. */
static bool receive_answer(int fd, uint64_t expected)
{
    uint64_t size = 0;

    if (receive_all(fd, (char *)&size, sizeof size) != sizeof size ||
        size != expected)
        return false;
    char *answer = calloc(size, 1);
    bool whole = answer != NULL &&
                 receive_all(fd, answer, size) == (ssize_t)size &&
                 (size == 0 || answer[size - 1] == 'a');
    free(answer);
    return whole;
}

static void ask_a_worker(const char *number)
{
    bool dies = number[strlen(number) - 1] == '!';
    uint64_t size = strtoul(number, NULL, 10);
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return;
    pid_t worker = fork();
    if (worker == 0) {
        close(pair[0]);
        be_the_worker(pair[1], size, dies);
    }
    close(pair[1]);
    printf("%s: %s\n", number,
           receive_answer(pair[0], size) ? "whole" : "torn");
    close(pair[0]);
    if (worker > 0)
        waitpid(worker, NULL, 0);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        fflush(stdout);
        ask_a_worker(argv[i]);
    }
}
