/*
 * interrupts_test.c - SIGINT and SIGTERM while a page waits: a server says when
 * it does.
 */
#include "interrupts.h"

#include "tcp_look.h"

/* ---- at a point that the server knows ---- */

/*
 * The first page is well, the second gets to a point where it stands still,
 * the third is never begun.
 */
static void interrupted_at(int i, script *play, const char *answer, bool deaf)
{
    struct scripted *server =
        scripted_start(AF_INET, deaf, play, (void *)answer);
    static char pages[3][40000];
    const char *urls[3] = {pages[0], pages[1], pages[2]};

    snprintf(pages[0], sizeof pages[0], "%shealthy/1", scripted_url(server));
    /* If it is deaf, then the request fits into no buffer between the two. */
    snprintf(pages[1], sizeof pages[1], "%s%0*d", scripted_url(server),
             deaf ? 30000 : 12, 2);
    snprintf(pages[2], sizeof pages[2], "%shealthy/3", scripted_url(server));
    struct crawl_of_three crawl = crawl_begin(way_of(i), urls);
    await_told();
    kill(crawl.child.pid, signals[i % 2]);
    crawl_ends(&crawl, signals[i % 2], urls, 1);
    scripted_stop(server);
}

START_TEST(while_the_request_is_sent)
{
    setenv("SMALL_SEND_BUFFER", "1", 1);
    interrupted_at(_i, stand_unread, NULL, true);
}
END_TEST

START_TEST(while_the_answer_is_waited_for)
{
    interrupted_at(_i, stand_still, "", false);
}
END_TEST

START_TEST(while_the_head_is_read)
{
    interrupted_at(_i, stand_still, "HTTP/1.1 200 OK\r\nContent-Le", false);
}
END_TEST

START_TEST(while_the_body_is_read)
{
    interrupted_at(_i, stand_still, HEAD "<p>wh", false);
}
END_TEST

/* ---- before there is a connection ---- */

/* Two healthy pages, and one between that has yet to be connected to. */
static void interrupted_before(int i, const char *between,
                               void (*await)(void *data), void *data)
{
    struct scripted *server =
        scripted_start(AF_INET, false, serve_healthy, NULL);
    char first[64], last[64];
    const char *urls[3] = {first, between, last};

    snprintf(first, sizeof first, "%shealthy/1", scripted_url(server));
    snprintf(last, sizeof last, "%shealthy/3", scripted_url(server));
    struct crawl_of_three crawl = crawl_begin(way_of(i), urls);
    await(data);
    kill(crawl.child.pid, signals[i % 2]);
    crawl_ends(&crawl, signals[i % 2], urls, 1);
    scripted_stop(server);
}

/* A socket on loopback; its port. */
static int bound_socket(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    getsockname(fd, (struct sockaddr *)&address, &size);
    *port = ntohs(address.sin_port);
    return fd;
}

/* The resolver connects to say that it was asked, and closes. */
static void await_asked(void *data)
{
    struct pollfd asked = {.fd = *(int *)data, .events = POLLIN};
    char byte;

    ck_assert_msg(poll(&asked, 1, is_patient() ? 300000 : 30000) == 1,
                  "the name is not looked up");
    int conn = accept(asked.fd, NULL, NULL);
    ck_assert_int_ge(conn, 0);
    ck_assert_int_eq(recv(conn, &byte, 1, 0), 0);
    close(conn);
}

START_TEST(while_the_name_is_looked_up)
{
    char url[64];
    int port, fd = bound_socket(&port);

    ck_assert_int_eq(listen(fd, 4), 0);
    setenv("LEFTOVERS_THREAD", "1", 1); /* the helper is not waited for */
    snprintf(url, sizeof url, "http://asked-%d.test/", port);
    interrupted_before(_i, url, await_asked, &fd);
    close(fd);
}
END_TEST

static void await_connecting(void *data)
{
    ck_assert(tcp_await_connecting(AF_INET, (uint16_t) * (int *)data));
}

/* As many wait to be accepted as may; Linux drops what comes then. */
static int fill_line(int port, int waiting[4])
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)port)};

    for (int count = 0; count < 4; count++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(fd, (struct sockaddr *)&address, sizeof address);
        struct pollfd connected = {.fd = fd, .events = POLLOUT};
        if (poll(&connected, 1, 0) == 0) { /* nor will any other be */
            close(fd);
            return count;
        }
        waiting[count] = fd;
    }
    ck_abort_msg("there is no end of those who may wait");
}

START_TEST(while_it_connects)
{
    int port, waiting[4], fd = bound_socket(&port);
    char url[64];

    ck_assert_int_eq(listen(fd, 0), 0);
    int count = fill_line(port, waiting);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    interrupted_before(_i, url, await_connecting, &port);
    while (count > 0)
        close(waiting[--count]);
    close(fd);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {while_the_name_is_looked_up,
                                  while_it_connects,
                                  while_the_request_is_sent,
                                  while_the_answer_is_waited_for,
                                  while_the_head_is_read,
                                  while_the_body_is_read,
                                  NULL};

    return run_everywhere("interrupts", tests);
}
