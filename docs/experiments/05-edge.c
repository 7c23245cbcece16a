/*
 * 05-edge - three bytes arrive; whoever is told of them reads one and waits
 * again. Level-triggered tells until all are read, edge-triggered only once.
 */
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static void listen_to(const char *how, uint32_t flags)
{
    int ends[2], told = 0, left = 0;
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | flags};
    char byte;

    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
    send(ends[1], "abc", 3, 0);
    while (epoll_wait(epoll, &event, 1, 100) > 0) { /* or 100 ms of silence */
        told++;
        recv(ends[0], &byte, 1, 0);
    }
    ioctl(ends[0], FIONREAD, &left);
    printf("%s-triggered: times told: %d, bytes left unread: %d\n", how, told,
           left);
}

int main(void)
{
    listen_to("level", 0);
    listen_to("edge", EPOLLET);
}
