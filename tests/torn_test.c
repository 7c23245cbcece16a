/*
 * torn_test.c - workers that are killed or stopped in the middle of what they
 * have to say, in the two stages that have any: the page is tried once more,
 * then it is `worker`, and no other page is hurt.
 */
#include "scripted.h"
#include "ways.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

static const struct way with_workers[] = {
    {"02-processes", NULL, false},
    {"07-loop", "--processes=2", false},
};
enum { WITH_WORKERS = 2, MOST_PAGES = 12 };

static void serve_healthy(int conn, void *data)
{
    (void)data;
    scripted_serve_healthy(conn);
}

/* A crawl whose workers tear their messages; see odd_calls.h. */
struct torn {
    struct child child;
    struct scripted *server;
    int pages;
    char manifest[64], urls[MOST_PAGES][64];
};

static void torn_begin(struct torn *torn, const struct way *way, int number,
                       const char *order, const char *at_once, int pages)
{
    static int made;
    const char *arguments[MOST_PAGES + 5] = {at_once, "-t1s", torn->manifest};
    char tear[16];

    *torn = (struct torn){
        .server = scripted_start(AF_INET, false, serve_healthy, NULL),
        .pages = pages};
    snprintf(torn->manifest, sizeof torn->manifest, "--manifest=%s/%d", dir,
             made++);
    for (int i = 0; i < pages; i++) {
        snprintf(torn->urls[i], sizeof torn->urls[i], "%shealthy/%02d",
                 scripted_url(torn->server), i);
        arguments[3 + i] = torn->urls[i];
    }
    snprintf(tear, sizeof tear, "%s:%d", order, number);
    setenv("ODD_TEAR", tear, 1);
    torn->child = way_start(way, arguments);
    unsetenv("ODD_TEAR");
}

/* So many of its pages are lost, the others are well. */
static void torn_end(struct torn *torn, const struct way *way, size_t lost)
{
    struct ended ended = child_end(&torn->child);
    char *manifest = read_file(strchr(torn->manifest, '=') + 1);

    ck_assert_msg(ended.status == (lost > 0), "%s: exit status %d: %s%s",
                  way_name(way), ended.status, ended.out, ended.err);
    ck_assert_msg(count_lines(manifest, "worker - - - ") == lost &&
                      count_lines(manifest, "ok 200 15 ") ==
                          (size_t)torn->pages - lost,
                  "%s: %s%s", way_name(way), manifest, ended.out);
    ck_assert_str_eq(ended.err, "");
    free(manifest);
    ended_free(&ended);
    scripted_stop(torn->server);
}

START_TEST(a_message_torn_once_costs_its_page_nothing)
{
    const struct way *way = &with_workers[_i];
    struct torn torn;

    torn_begin(&torn, way, SIGKILL, "1", "-c1", 3);
    torn_end(&torn, way, 0);
    no_process_left();
}
END_TEST

START_TEST(a_page_whose_message_is_torn_twice_is_worker)
{
    const struct way *way = &with_workers[_i];
    struct torn torn;

    torn_begin(&torn, way, SIGKILL, "2", "-c1", 3);
    torn_end(&torn, way, 1);
    no_process_left();
}
END_TEST

/* Whoever was in hand of the same process is tried once more, too. */
START_TEST(a_message_torn_once_costs_no_other_page_anything)
{
    const struct way *way = &with_workers[_i];
    struct torn torn;

    torn_begin(&torn, way, SIGKILL, "1", "-c6", MOST_PAGES);
    torn_end(&torn, way, 0);
    no_process_left();
}
END_TEST

/* All at the same time: each takes seconds, in which nothing happens. */
START_TEST(who_is_stopped_in_mid_message_is_taken_for_dead)
{
    struct torn once[WITH_WORKERS], twice[WITH_WORKERS];

    for (int i = 0; i < WITH_WORKERS; i++) {
        torn_begin(&once[i], &with_workers[i], SIGSTOP, "1", "-c1", 3);
        torn_begin(&twice[i], &with_workers[i], SIGSTOP, "2", "-c1", 3);
    }
    for (int i = 0; i < WITH_WORKERS; i++) {
        torn_end(&once[i], &with_workers[i], 0);
        torn_end(&twice[i], &with_workers[i], 1);
    }
    no_process_left();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("torn");
    TCase *tcase = tcase_create("torn");

    tcase_add_unchecked_fixture(tcase, make_dir, remove_dir);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    tcase_add_loop_test(tcase, a_message_torn_once_costs_its_page_nothing, 0,
                        WITH_WORKERS);
    tcase_add_loop_test(tcase, a_page_whose_message_is_torn_twice_is_worker, 0,
                        WITH_WORKERS);
    tcase_add_loop_test(tcase, a_message_torn_once_costs_no_other_page_anything,
                        0, WITH_WORKERS);
    tcase_add_test(tcase, who_is_stopped_in_mid_message_is_taken_for_dead);
    suite_add_tcase(suite, tcase);
    return run_and_free(srunner_create(suite));
}
