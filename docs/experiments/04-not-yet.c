/*
 * 04-not-yet - what calls on a socket answer that must not wait: what they
 * would have waited for has happened, or it has not yet.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void say(const char *call, ssize_t answer)
{
    printf("%-8s %s\n", call,
           answer >= 0            ? "done"
           : errno == EINPROGRESS ? "EINPROGRESS: it has begun"
           : errno == EAGAIN      ? "EAGAIN: nothing here yet"
                                  : "an error");
}

int main(void)
{
    struct sockaddr_in in = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    struct sockaddr *address = (struct sockaddr *)&in;
    socklen_t size = sizeof in;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    char byte;

    bind(listener, address, size); /* a port of the kernel's choice */
    listen(listener, 1);
    getsockname(listener, address, &size);
    say("connect", connect(fd, address, size));
    int server = accept(listener, NULL, NULL); /* this one does wait */
    say("connect", connect(fd, address, size));
    say("recv", recv(fd, &byte, 1, 0));
    send(server, "!", 1, 0);
    usleep(10000); /* the byte is on its way */
    say("recv", recv(fd, &byte, 1, 0));
}
