/*
 * workers_test.c - what happens to stage 02 when its workers, or it itself,
 * are killed or stopped from outside.
 */
#include "run.h"

#include "common/clock.h"

#include <check.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { MAX_WORKERS = 16 };

static struct child start_stage(const struct site *site, const char *path,
                                const char *option)
{
    static char program[512], url[128];

    snprintf(program, sizeof program, "%s/tests/stages/02-processes",
             build_dir());
    snprintf(url, sizeof url, "%.*s%s", (int)strlen(site->url) - 1, site->url,
             path);
    return child_start((const char *const[]){program, "-q", "--manifest=-", url,
                                             option, NULL});
}

static int list_children(pid_t parent, pid_t *children)
{
    char path[64];
    int count = 0;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent,
             (int)parent);
    FILE *file = fopen(path, "re");
    while (file != NULL && count < MAX_WORKERS &&
           fscanf(file, "%d", &children[count]) == 1)
        count++;
    if (file != NULL)
        fclose(file);
    return count;
}

/* The stage's only worker, as soon as it has one other than `but`. */
static pid_t await_worker(pid_t stage, pid_t but)
{
    pid_t workers[MAX_WORKERS];
    int64_t deadline_ns = clock_now_ns() + 60 * NS_PER_S;

    for (;;) {
        int count = list_children(stage, workers);
        if (count > 0 && workers[0] != but)
            return workers[0];
        ck_assert_msg(clock_now_ns() < deadline_ns, "no worker appears");
        sched_yield();
    }
}

START_TEST(a_worker_killed_once_costs_its_page_nothing)
{
    struct site site = site_start((const char *const[]){"--latency=1", NULL});
    struct child stage = start_stage(&site, "/1", NULL);

    kill(await_worker(stage.pid, 0), SIGKILL);
    struct ended ended = child_end(&stage);
    ck_assert_msg(ended.status == 0, "%s%s", ended.out, ended.err);
    ck_assert_int_eq(strncmp(ended.out, "ok 200 ", 7), 0);
    ended_free(&ended);
    no_process_left();
    site_stop(&site);
}
END_TEST

START_TEST(a_page_whose_worker_is_killed_twice_is_worker)
{
    struct site site =
        site_start((const char *const[]){"--latency=10min", NULL});
    struct child stage = start_stage(&site, "/1", NULL);
    pid_t first = await_worker(stage.pid, 0);

    kill(first, SIGKILL);
    kill(await_worker(stage.pid, first), SIGKILL);
    struct ended ended = child_end(&stage);
    ck_assert_int_eq(ended.status, 1);
    ck_assert_int_eq(strncmp(ended.out, "worker - - - ", 13), 0);
    ended_free(&ended);
    no_process_left();
    site_stop(&site);
}
END_TEST

START_TEST(a_page_whose_worker_is_stopped_twice_is_worker)
{
    struct site site =
        site_start((const char *const[]){"--latency=10min", NULL});
    struct child stage = start_stage(&site, "/1", "-t500ms");
    pid_t first = await_worker(stage.pid, 0);

    kill(first, SIGSTOP);
    kill(await_worker(stage.pid, first), SIGSTOP);
    struct ended ended = child_end(&stage);
    ck_assert_int_eq(ended.status, 1);
    ck_assert_int_eq(strncmp(ended.out, "worker - - - ", 13), 0);
    ended_free(&ended);
    no_process_left();
    site_stop(&site);
}
END_TEST

START_TEST(workers_do_not_outlive_their_parent)
{
    struct site site =
        site_start((const char *const[]){"--latency=10min", NULL});
    struct child stage = start_stage(&site, "/1", NULL);
    pid_t worker = await_worker(stage.pid, 0);

    kill(stage.pid, SIGKILL);
    struct ended ended = child_end(&stage);
    ck_assert_int_eq(ended.status, 128 + SIGKILL);
    /* We have adopted it; it ends by itself, or this waits for ever. */
    ck_assert_int_eq(waitpid(worker, NULL, 0), worker);
    ended_free(&ended);
    no_process_left();
    site_stop(&site);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("workers");
    TCase *killed = tcase_create("killed");
    SRunner *runner = srunner_create(suite);

    tcase_add_checked_fixture(killed, adopt_orphans, NULL);
    tcase_set_timeout(killed, is_patient() ? 600 : 60);
    tcase_add_test(killed, a_worker_killed_once_costs_its_page_nothing);
    tcase_add_test(killed, a_page_whose_worker_is_killed_twice_is_worker);
    tcase_add_test(killed, a_page_whose_worker_is_stopped_twice_is_worker);
    tcase_add_test(killed, workers_do_not_outlive_their_parent);
    suite_add_tcase(suite, killed);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
