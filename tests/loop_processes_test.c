/*
 * loop_processes_test.c - stage 07 with --processes, when its processes, or it
 * itself, are killed from outside; and with --debug, when it is asked where it
 * is. The server is the test: it knows when a page is in hand.
 */
#include "run.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a server that answers when the test says so ---- */

struct server {
    int listener;
    char url[64];
};

static struct server server_open(void)
{
    struct server server = {.listener = socket(AF_INET, SOCK_STREAM, 0)};
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(server.listener, (struct sockaddr *)&address, size),
                     0);
    ck_assert_int_eq(listen(server.listener, 16), 0);
    getsockname(server.listener, (struct sockaddr *)&address, &size);
    snprintf(server.url, sizeof server.url, "http://127.0.0.1:%u/",
             ntohs(address.sin_port));
    return server;
}

/* The next request: somebody has the page in hand. */
static int await_request(const struct server *server)
{
    char request[1024];
    int conn = accept(server->listener, NULL, NULL);

    ck_assert_int_ge(conn, 0);
    ck_assert_int_gt(recv(conn, request, sizeof request, 0), 0);
    return conn;
}

static void answer(int conn)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    ck_assert_int_eq(send(conn, text, sizeof text - 1, MSG_NOSIGNAL),
                     sizeof text - 1);
    close(conn);
}

/* ---- the stage ---- */

static struct child start_stage(const struct server *server, const char *option)
{
    static char program[512];

    snprintf(program, sizeof program, "%s/tests/stages/07-loop", build_dir());
    return child_start((const char *const[]){program, "-q", "--manifest=-",
                                             option, server->url, NULL});
}

static void kill_children(pid_t parent)
{
    char path[64];
    pid_t child;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent,
             (int)parent);
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    while (fscanf(file, "%d", &child) == 1)
        kill(child, SIGKILL);
    fclose(file);
}

static void ends_with(struct child *stage, int status, const char *line)
{
    struct ended ended = child_end(stage);

    ck_assert_msg(ended.status == status, "status %d: %s%s", ended.status,
                  ended.out, ended.err);
    ck_assert_msg(strncmp(ended.out, line, strlen(line)) == 0, "%s", ended.out);
    ended_free(&ended);
    no_process_left();
}

START_TEST(a_process_killed_once_costs_its_page_nothing)
{
    struct server server = server_open();
    struct child stage = start_stage(&server, "--processes=2");
    int conn = await_request(&server);

    kill_children(stage.pid);
    answer(await_request(&server));
    ends_with(&stage, 0, "ok 200 2 ");
    close(conn);
    close(server.listener);
}
END_TEST

START_TEST(a_page_whose_process_is_killed_twice_is_worker)
{
    struct server server = server_open();
    struct child stage = start_stage(&server, "--processes=2");

    for (int i = 0; i < 2; i++) {
        int conn = await_request(&server);
        kill_children(stage.pid);
        close(conn);
    }
    ends_with(&stage, 1, "worker - - - ");
    close(server.listener);
}
END_TEST

START_TEST(processes_do_not_outlive_their_parent)
{
    struct server server = server_open();
    struct child stage = start_stage(&server, "--processes=3");
    int conn = await_request(&server);

    kill(stage.pid, SIGKILL);
    struct ended ended = child_end(&stage);
    ck_assert_int_eq(ended.status, 128 + SIGKILL);
    /* We have adopted them; they end by themselves, or this hangs. */
    for (int i = 0; i < 3; i++)
        ck_assert_int_gt(waitpid(-1, NULL, 0), 0);
    ended_free(&ended);
    no_process_left();
    close(conn);
    close(server.listener);
}
END_TEST

/* Reads what the stage says on stderr, until all of these were said. */
static void await_words(const struct child *stage, const char *const words[])
{
    char said[8192] = "";
    size_t length = 0;

    for (; *words != NULL; words++)
        while (strstr(said, *words) == NULL) {
            ssize_t n =
                read(stage->err, said + length, sizeof said - 1 - length);
            ck_assert_msg(n > 0, "it said no '%s': %s", *words, said);
            said[length += (size_t)n] = '\0';
        }
}

START_TEST(in_debug_mode_sigusr1_shows_where_every_task_waits)
{
    struct server server = server_open();
    struct child stage = start_stage(&server, "--debug");
    int conn = await_request(&server);

    kill(stage.pid, SIGUSR1);
    await_words(&stage, (const char *const[]){"Stack for <Task pending",
                                              "in crawl_all\n", "in work\n",
                                              "in fetch\n", NULL});
    answer(conn);
    ends_with(&stage, 0, "ok 200 2 ");
    close(server.listener);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loop_processes");
    TCase *tcase = tcase_create("loop_processes");
    SRunner *runner = srunner_create(suite);

    tcase_add_checked_fixture(tcase, adopt_orphans, NULL);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    tcase_add_test(tcase, a_process_killed_once_costs_its_page_nothing);
    tcase_add_test(tcase, a_page_whose_process_is_killed_twice_is_worker);
    tcase_add_test(tcase, processes_do_not_outlive_their_parent);
    tcase_add_test(tcase, in_debug_mode_sigusr1_shows_where_every_task_waits);
    suite_add_tcase(suite, tcase);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
