/*
 * site_arrival.c - receives bytes, and says how long ago they arrived.
 *
 * Source: socket(7), SO_TIMESTAMPNS; the note comes as a control message, as
 * cmsg(3) shows. TCP notes it for the last segment of what is received.
 */
#include "site_arrival.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#ifdef SO_TIMESTAMPNS

#define NS_PER_S INT64_C(1000000000)

void arrival_note(int listening_fd)
{
    int on = 1;

    setsockopt(listening_fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

/* The notes are by the wall clock: what a jump of it does is not believed. */
static int64_t age_of(const struct timespec *then)
{
    struct timespec now;
    int64_t age_ns;

    clock_gettime(CLOCK_REALTIME, &now);
    age_ns = (int64_t)(now.tv_sec - then->tv_sec) * NS_PER_S +
             (now.tv_nsec - then->tv_nsec);
    return age_ns >= 0 && age_ns < NS_PER_S ? age_ns : 0;
}

ssize_t arrival_receive(int fd, void *data, size_t size, int64_t *age_ns)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
    } control;
    struct iovec place = {data, size};
    struct msghdr message = {.msg_iov = &place,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    ssize_t received = recvmsg(fd, &message, 0);
    struct cmsghdr *note;
    struct timespec then;

    if (received <= 0)
        return received;
    note = CMSG_FIRSTHDR(&message);
    *age_ns = 0;
    if (note != NULL && note->cmsg_level == SOL_SOCKET &&
        note->cmsg_type == SCM_TIMESTAMPNS) {
        memcpy(&then, CMSG_DATA(note), sizeof(then));
        *age_ns = age_of(&then);
    }
    return received;
}

#else /* not Linux: the latency begins when we read */

void arrival_note(int listening_fd)
{
    (void)listening_fd;
}

ssize_t arrival_receive(int fd, void *data, size_t size, int64_t *age_ns)
{
    *age_ns = 0;
    return recv(fd, data, size, 0);
}

#endif
