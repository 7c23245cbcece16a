/*
 * keep_alive_test.c - stage 07 with --keep-alive, before servers that close
 * what they kept.
 */
#include "run.h"
#include "scripted.h"

#include <check.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT = 4 }; /* pages whose connections are kept */

/*
 * A server with pages /kept/N, all in flight at once, of which the last links
 * to /hang-up: whoever asks for that gets nothing, on whatever connection.
 */
static struct {
    pthread_barrier_t all_asked;
    pthread_mutex_t mutex;
    int asked_for_hang_up;
} server = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static bool answer(int conn, const char *body)
{
    char text[256];

    snprintf(text, sizeof text,
             "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             strlen(body), body);
    return scripted_hand(conn, text, strlen(text));
}

/* The one with the link is answered when the others have their answers. */
static bool serve_kept(int conn, const char *target)
{
    bool is_last = target[strlen("/kept/")] == '0' + KEPT;

    pthread_barrier_wait(&server.all_asked);
    bool sent = is_last || answer(conn, "kept");
    pthread_barrier_wait(&server.all_asked);
    return sent && (!is_last || answer(conn, "<a href='/hang-up'>"));
}

static void serve(int conn, void *data)
{
    char target[64];

    (void)data;
    while (scripted_read(conn, target, sizeof target)) {
        if (strcmp(target, "/hang-up") == 0) {
            pthread_mutex_lock(&server.mutex);
            server.asked_for_hang_up++;
            pthread_mutex_unlock(&server.mutex);
            return;
        }
        if (!serve_kept(conn, target))
            return;
    }
}

/* Otherwise the page would use up one connection after another. */
START_TEST(a_page_is_tried_once_more_on_a_fresh_connection_and_not_on_each_kept)
{
    struct scripted *scripted = scripted_start(AF_INET, false, serve, NULL);
    char urls[KEPT][128];
    const char *argv[16] = {built("tests/stages/07-loop"), "--keep-alive", "-f",
                            "-q", "--manifest=-"};
    size_t n = 5;

    pthread_barrier_init(&server.all_asked, NULL, KEPT);
    for (int i = 0; i < KEPT; i++) {
        snprintf(urls[i], sizeof urls[i], "%skept/%d", scripted_url(scripted),
                 i + 1);
        argv[n++] = urls[i];
    }
    struct ended ended = run(argv);
    scripted_stop(scripted);
    ck_assert_msg(ended.status == 1, "%d: %s%s", ended.status, ended.out,
                  ended.err);
    ck_assert_ptr_nonnull(strstr(ended.out, "truncated - - - http://"));
    ck_assert_int_eq(server.asked_for_hang_up, 2);
    ended_free(&ended);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("keep_alive");
    TCase *tcase = tcase_create("stale");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    tcase_add_test(
        tcase,
        a_page_is_tried_once_more_on_a_fresh_connection_and_not_on_each_kept);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
