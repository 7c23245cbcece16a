/*
 * interrupts.h - for the suites about being interrupted: a crawl of three
 * pages, of which the second may stand still, and a server that says when.
 */
#ifndef TESTS_INTERRUPTS_H
#define TESTS_INTERRUPTS_H

#include "scripted.h"
#include "ways.h"

#include <check.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM};

/* A test's number: every way with every signal. */
static inline const struct way *way_of(int i)
{
    return &ways[i / 2];
}

/* ---- a server that says where the page stands ---- */

/* A pipe: what a script writes into it the test waits for. */
static int told[2];

static inline void tell(void)
{
    ck_assert_int_eq(write(told[1], "!", 1), 1);
}

static inline void await_told(void)
{
    struct pollfd readable = {.fd = told[0], .events = POLLIN};
    char byte;

    ck_assert_msg(poll(&readable, 1, is_patient() ? 600000 : 60000) == 1,
                  "the page never gets there");
    ck_assert_int_eq(read(told[0], &byte, 1), 1);
}

#define HEAD "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n"

/* Stands still for good, at one point or another, once the page gets there. */
static inline void stand_unread(int conn, void *data)
{
    (void)data;
    if (!scripted_serve_healthy(conn))
        return;
    tell();
    scripted_await_close(conn);
}

/* `data`: so much of the answer is given. */
static inline void stand_still(int conn, void *data)
{
    const char *answer = data;
    char target[64];

    if (!scripted_serve_healthy(conn) ||
        !scripted_read(conn, target, sizeof target) ||
        !scripted_hand(conn, answer, strlen(answer)))
        return;
    tell();
    scripted_await_close(conn);
}

static inline void serve_healthy(int conn, void *data)
{
    (void)data;
    scripted_serve_healthy(conn);
}

/* ---- the crawl ---- */

struct crawl_of_three {
    struct child child;
    const struct way *way;
};

/* The pages one after another. */
static inline struct crawl_of_three crawl_begin(const struct way *way,
                                                const char *urls[3])
{
    char manifest[128];

    snprintf(manifest, sizeof manifest, "--manifest=%s",
             file_in_dir("manifest"));
    return (struct crawl_of_three){
        way_start(way, (const char *const[]){"-c1", "-t10min", manifest,
                                             urls[0], urls[1], urls[2], NULL}),
        way};
}

/* The first of its pages are ok, the others were cancelled. */
static inline void manifest_has(const char *manifest, const char *urls[3],
                                int ok)
{
    for (int i = 0; i < 3; i++) {
        const char *line = i < ok ? "ok 200 15 " : "cancelled - - - ";
        const char *at = strstr(manifest, urls[i]);
        while (at != NULL && at > manifest && at[-1] != '\n')
            at--;
        ck_assert_msg(at != NULL && strncmp(at, line, strlen(line)) == 0,
                      "not '%s' of page %d: %.300s", line, i + 1, manifest);
    }
    ck_assert_uint_eq(count_lines(manifest, ""), 3);
}

/* It ends by that signal, with everything said; nothing is left of it. */
static inline void crawl_ends(struct crawl_of_three *crawl, int number,
                              const char *urls[3], int ok)
{
    struct ended ended = child_end(&crawl->child);
    char *manifest = read_file(file_in_dir("manifest"));

    ck_assert_msg(ended.status == 128 + number, "%s: exit status %d: %s",
                  way_name(crawl->way), ended.status, ended.err);
    manifest_has(manifest, urls, ok);
    no_process_left();
    ended_free(&ended);
    free(manifest);
}

/* Waits until the signal has come: it is pending for nobody any more. */
static inline void await_handled(pid_t pid, int number)
{
    unsigned long long pending = ~0ull;
    char path[64], line[256];

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    while (pending >> (number - 1) & 1) {
        FILE *file = fopen(path, "re");
        ck_assert_ptr_nonnull(file);
        pending = 0;
        while (fgets(line, sizeof line, file) != NULL)
            if (strncmp(line, "ShdPnd:", 7) == 0)
                pending = strtoull(line + 7, NULL, 16);
        fclose(file);
        sched_yield();
    }
}

/* What has stopped at once leaves its workers to us; they end by themselves. */
static inline void await_orphans(void)
{
    while (waitpid(-1, NULL, 0) > 0)
        continue;
}

/* ---- the suite ---- */

static inline void set_up(void)
{
    make_dir();
    ck_assert_int_eq(pipe2(told, O_CLOEXEC), 0);
}

/* Every test, in every way, with both signals. */
static inline int run_everywhere(const char *name, const TTest *const tests[])
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);

    tcase_add_unchecked_fixture(tcase, set_up, remove_dir);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    for (size_t i = 0; tests[i] != NULL; i++)
        for (int way = 0; way < WAYS; way++)
            if (is_wanted(&ways[way]))
                tcase_add_loop_test(tcase, tests[i], 2 * way, 2 * way + 2);
    suite_add_tcase(suite, tcase);
    return run_and_free(srunner_create(suite));
}

#endif
