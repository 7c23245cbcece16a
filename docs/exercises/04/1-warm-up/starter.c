/*
 * Four answers: what recv on a non-blocking socket may say.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* Asks once, and says in two words what the answer means. */
static const char *ask(int fd)
{
    char byte;
    ssize_t n = recv(fd, &byte, 1, 0);

    /* your turn: there are four answers, and these are two of them */
    return n > 0 ? "a byte" : "the end";
}

/* Asks when something has happened at the other end. */
static void tell(const char *happened, int fd)
{
    printf("%s: %s\n", happened, ask(fd));
}

int main(void)
{
    int ends[2];

    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
    tell("nothing was sent", ends[0]);
    send(ends[1], "!", 1, 0);
    tell("a byte was sent", ends[0]);
    tell("it was read before", ends[0]);
    close(ends[1]);
    tell("the other side closed", ends[0]);
    close(ends[0]);

    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
    send(ends[0], "?", 1, 0);
    close(ends[1]);
    tell("the other side closed, our byte unread", ends[0]);
    close(ends[0]);
}
