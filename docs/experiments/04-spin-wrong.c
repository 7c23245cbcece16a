/*
 * 04-spin-wrong - wrong on purpose: it waits by asking again and again. The
 * byte comes no sooner, and a core is burnt till it does.
 */
#include "common/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void wait_for_a_byte(const char *how, int flags)
{
    int ends[2];
    char byte;
    long asked = 1;

    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    fcntl(ends[0], F_SETFL, flags);
    if (fork() == 0) { /* the other side answers after 200 ms */
        usleep(200000);
        _exit(write(ends[1], "!", 1) != 1);
    }
    int64_t wall_ns = clock_now_ns(), cpu = clock();
    while (recv(ends[0], &byte, 1, 0) < 0)
        asked++;
    wall_ns = clock_now_ns() - wall_ns;
    cpu = (clock() - cpu) * (NS_PER_S / CLOCKS_PER_SEC);
    printf("%s %ld question%s in %.3f s, %d %% of a core\n", how, asked,
           asked == 1 ? "" : "s", 1e-9 * wall_ns, (int)(100 * cpu / wall_ns));
}

int main(void)
{
    wait_for_a_byte("blocking:    ", 0);
    wait_for_a_byte("non-blocking:", O_NONBLOCK);
}
