/*
 * resolve_test.c - names looked up by helpers, with a resolver that answers
 * what the test wants, when it wants, or never.
 *
 * Linked with --wrap=getaddrinfo,--wrap=freeaddrinfo,--wrap=pthread_create.
 */
#include "common/resolve.h"

#include "allocations.h"
#include "common/clock.h"
#include "common/stop.h"
#include "support.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the system's resolver, as the test wants it ---- */

static atomic_int questions;     /* about names; addresses do not count */
static atomic_int lists;         /* of addresses, given out and not freed */
static sem_t gate;               /* "gated" waits at it */
static sem_t freed;              /* posted with each list that is freed */
static atomic_bool is_masked;    /* the helper for "mask" gets no signal */
static atomic_int create_error;  /* of pthread_create; 0: it works */
static atomic_bool fails_always; /* "moody" */

int __real_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list);
int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list);
void __real_freeaddrinfo(struct addrinfo *list);
void __wrap_freeaddrinfo(struct addrinfo *list);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);

static void look_at_mask(void)
{
    sigset_t mask;

    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    is_masked = sigismember(&mask, SIGINT) && sigismember(&mask, SIGTERM);
}

static int answer(const char *host, const char *port,
                  const struct addrinfo *hints, struct addrinfo **list)
{
    if (strcmp(host, "gated") == 0)
        while (sem_wait(&gate) < 0)
            continue;
    else if (strcmp(host, "mask") == 0)
        look_at_mask();
    else if (strcmp(host, "zero") == 0) {
        *list = NULL;
        return 0;
    } else if (strcmp(host, "broken") == 0) {
        errno = EMFILE;
        return EAI_SYSTEM;
    } else if (strcmp(host, "later") == 0) {
        return EAI_AGAIN;
    } else if (strcmp(host, "moody") == 0 && fails_always) {
        return EAI_FAIL;
    } else if (strncmp(host, "unknown", 7) == 0) {
        return EAI_NONAME;
    }
    int code = __real_getaddrinfo("127.0.0.1", port, hints, list);
    if (code == 0 && strcmp(host, "two") == 0)
        code = __real_getaddrinfo("::1", port, hints, &(*list)->ai_next);
    return code;
}

int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list)
{
    int code;

    if (hints->ai_flags & AI_NUMERICHOST)
        code = __real_getaddrinfo(host, port, hints, list);
    else {
        questions++;
        code = answer(host, port, hints, list);
    }
    if (code == 0 && *list != NULL)
        lists++;
    return code;
}

void __wrap_freeaddrinfo(struct addrinfo *list)
{
    __real_freeaddrinfo(list);
    lists--;
    sem_post(&freed);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument)
{
    if (create_error != 0)
        return create_error;
    return __real_pthread_create(thread, attributes, run, argument);
}

/* ---- what every test does ---- */

static struct resolver *resolver;
static int threads; /* before any helper */

static void *do_nothing(void *unused)
{
    return unused;
}

static void begin(void)
{
    pthread_t first;

    sem_init(&gate, 0, 0);
    sem_init(&freed, 0, 0);
    /* With the first thread a sanitizer may start one of its own. */
    ck_assert_int_eq(pthread_create(&first, NULL, do_nothing, NULL), 0);
    ck_assert_int_eq(pthread_join(first, NULL), 0);
    threads = count_threads();
    resolver = resolver_new();
    ck_assert_ptr_nonnull(resolver);
}

/* Nothing is left: helpers that have answered are about to go. */
static void end(void)
{
    resolver_free(resolver);
    while (count_threads() > threads)
        sched_yield();
    ck_assert_int_eq(lists, 0);
}

static int64_t for_ever(void)
{
    return clock_now_ns() + 3600 * NS_PER_S;
}

static struct lookup *ask(const char *host)
{
    struct lookup *lookup = resolver_ask(resolver, host, "80");

    ck_assert_ptr_nonnull(lookup);
    return lookup;
}

static void is_ready(struct lookup *lookup)
{
    ck_assert_int_eq(lookup_wait(lookup, for_ever()), LOOKUP_READY);
    ck_assert_int_eq(lookup_poll(lookup), LOOKUP_READY);
    ck_assert_ptr_nonnull(lookup_addresses(lookup));
}

/* ---- addresses ---- */

static const struct {
    const char *host;
    int family;
} number_rows[] = {
    {"127.0.0.1", AF_INET},
    {"0.0.0.0", AF_INET},
    {"::1", AF_INET6},
    {"2001:db8::17", AF_INET6},
};

START_TEST(an_address_in_numbers_is_ready_at_once_and_needs_no_helper)
{
    begin();
    create_error = EAGAIN;
    struct lookup *lookup =
        resolver_ask(resolver, number_rows[_i].host, "8080");
    ck_assert_ptr_nonnull(lookup);
    ck_assert_int_eq(lookup_poll(lookup), LOOKUP_READY);
    const struct addrinfo *address = lookup_addresses(lookup);
    ck_assert_int_eq(address->ai_family, number_rows[_i].family);
    ck_assert_int_eq(address->ai_socktype, SOCK_STREAM);
    ck_assert_ptr_null(address->ai_next);
    ck_assert_int_eq(questions, 0);
    end();
}
END_TEST

START_TEST(an_address_comes_with_the_port_asked_for)
{
    begin();
    struct lookup *lookup = resolver_ask(resolver, "127.0.0.1", "8080");
    ck_assert_ptr_nonnull(lookup);
    const struct sockaddr_in *in =
        (const void *)lookup_addresses(lookup)->ai_addr;
    ck_assert_int_eq(ntohs(in->sin_port), 8080);
    ck_assert_int_eq(ntohl(in->sin_addr.s_addr), INADDR_LOOPBACK);
    end();
}
END_TEST

/* ---- names ---- */

START_TEST(a_name_is_pending_until_its_helper_has_the_answer)
{
    begin();
    struct lookup *lookup = ask("gated");
    ck_assert_int_eq(lookup_poll(lookup), LOOKUP_PENDING);
    sem_post(&gate);
    is_ready(lookup);
    end();
}
END_TEST

START_TEST(all_addresses_of_a_name_are_there_in_order)
{
    begin();
    struct lookup *lookup = ask("two");
    is_ready(lookup);
    const struct addrinfo *first = lookup_addresses(lookup);
    ck_assert_int_eq(first->ai_family, AF_INET);
    ck_assert_ptr_nonnull(first->ai_next);
    ck_assert_int_eq(first->ai_next->ai_family, AF_INET6);
    ck_assert_ptr_null(first->ai_next->ai_next);
    end();
}
END_TEST

static const struct {
    const char *host;
    int code;
    int error;
} failed_rows[] = {
    {"unknown", EAI_NONAME, 0},
    {"zero", EAI_NONAME, 0},
    {"later", EAI_AGAIN, 0},
    {"broken", EAI_SYSTEM, EMFILE},
};

START_TEST(a_name_without_addresses_has_failed_and_says_why)
{
    int error = -1;

    begin();
    struct lookup *lookup = ask(failed_rows[_i].host);
    ck_assert_int_eq(lookup_wait(lookup, for_ever()), LOOKUP_FAILED);
    ck_assert_int_eq(lookup_poll(lookup), LOOKUP_FAILED);
    ck_assert_ptr_null(lookup_addresses(lookup));
    ck_assert_int_eq(lookup_error(lookup, &error), failed_rows[_i].code);
    ck_assert_int_eq(error, failed_rows[_i].error);
    end();
}
END_TEST

START_TEST(who_asks_for_a_pending_name_shares_its_lookup)
{
    begin();
    struct lookup *first = ask("gated"), *second = ask("gated");
    ck_assert_ptr_eq(first, second);
    sem_post(&gate);
    is_ready(first);
    ck_assert_int_eq(questions, 1);
    end();
}
END_TEST

START_TEST(a_name_that_was_found_is_not_asked_for_again)
{
    begin();
    struct lookup *lookup = ask("name");
    is_ready(lookup);
    ck_assert_ptr_eq(ask("name"), lookup);
    ck_assert_int_eq(questions, 1);
    end();
}
END_TEST

START_TEST(another_port_or_another_name_is_another_lookup)
{
    begin();
    struct lookup *lookup = ask("name");
    struct lookup *port = resolver_ask(resolver, "name", "81");
    struct lookup *name = ask("name8");
    ck_assert_ptr_ne(lookup, port);
    ck_assert_ptr_ne(lookup, name);
    is_ready(lookup);
    is_ready(port);
    is_ready(name);
    end();
}
END_TEST

START_TEST(a_name_that_failed_is_asked_for_again)
{
    begin();
    fails_always = true;
    struct lookup *failed = ask("moody");
    ck_assert_int_eq(lookup_wait(failed, for_ever()), LOOKUP_FAILED);
    fails_always = false;
    is_ready(ask("moody"));
    ck_assert_int_eq(lookup_poll(failed), LOOKUP_FAILED); /* it lives on */
    end();
}
END_TEST

START_TEST(a_helper_takes_no_signals)
{
    begin();
    is_ready(ask("mask"));
    ck_assert(is_masked);
    end();
}
END_TEST

/* ---- waiting and leaving ---- */

START_TEST(waiting_for_a_name_ends_at_the_deadline)
{
    begin();
    struct lookup *lookup = ask("gated");
    int64_t deadline_ns = clock_now_ns() + 20 * NS_PER_MS;
    ck_assert_int_eq(lookup_wait(lookup, deadline_ns), LOOKUP_PENDING);
    ck_assert_int_eq(errno, ETIMEDOUT);
    ck_assert_int_ge(clock_now_ns(), deadline_ns);
    sem_post(&gate);
    is_ready(lookup);
    end();
}
END_TEST

START_TEST(with_the_deadline_behind_us_there_is_no_wait)
{
    begin();
    struct lookup *lookup = ask("gated");
    ck_assert_int_eq(lookup_wait(lookup, 0), LOOKUP_PENDING);
    ck_assert_int_eq(errno, ETIMEDOUT);
    sem_post(&gate);
    is_ready(lookup);
    ck_assert_int_eq(lookup_wait(lookup, 0), LOOKUP_READY);
    end();
}
END_TEST

START_TEST(waiting_for_a_name_ends_when_the_crawl_is_to_stop)
{
    begin();
    ck_assert_int_eq(stop_install(), 0);
    struct lookup *lookup = ask("gated");
    ck_assert_int_eq(raise(SIGINT), 0);
    ck_assert_int_eq(lookup_wait(lookup, for_ever()), LOOKUP_PENDING);
    ck_assert_int_eq(errno, EINTR);
    stop_uninstall();
    sem_post(&gate);
    end();
}
END_TEST

START_TEST(leaving_does_not_wait_for_an_answer_that_never_comes)
{
    begin();
    ask("gated");
    is_ready(ask("name"));
    resolver_free(resolver);
    ck_assert_int_eq(lists, 1); /* the helper still holds all */
    sem_post(&gate);
    sem_wait(&freed); /* it frees its own list and the other */
    sem_wait(&freed);
    resolver = NULL;
    end();
}
END_TEST

START_TEST(freeing_no_resolver_is_fine)
{
    resolver_free(NULL);
}
END_TEST

/* ---- the descriptor ---- */

static bool is_readable(int fd, int timeout_ms)
{
    struct pollfd readable = {.fd = fd, .events = POLLIN};

    return poll(&readable, 1, timeout_ms) == 1;
}

START_TEST(the_descriptor_is_readable_once_a_lookup_is_over_until_drained)
{
    begin();
    int fd = resolver_fd(resolver);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(resolver_fd(resolver), fd);
    struct lookup *lookup = ask("gated");
    ck_assert(!is_readable(fd, 0));
    sem_post(&gate);
    ck_assert(is_readable(fd, -1));
    ck_assert(is_readable(fd, 0));
    ck_assert_int_eq(lookup_poll(lookup), LOOKUP_READY);
    resolver_drain(resolver);
    ck_assert(!is_readable(fd, 0));
    end();
}
END_TEST

START_TEST(the_descriptor_is_closed_with_the_resolver_whoever_is_pending)
{
    begin();
    int descriptors = count_descriptors();
    ck_assert_int_ge(resolver_fd(resolver), 0);
    ask("gated");
    resolver_free(resolver);
    ck_assert_int_eq(count_descriptors(), descriptors);
    sem_post(&gate);
    sem_wait(&freed);
    resolver = NULL;
    end();
}
END_TEST

/* ---- many at once ---- */

enum { ASKERS = 8, NAMES = 40 };

static void *ask_for_all(void *unused)
{
    char host[32];

    for (int i = 0; i < NAMES; i++) {
        snprintf(host, sizeof host, i % 4 == 0 ? "unknown%d" : "name%d", i);
        struct lookup *lookup = resolver_ask(resolver, host, "80");
        if (lookup == NULL ||
            lookup_wait(lookup, for_ever()) !=
                (i % 4 == 0 ? LOOKUP_FAILED : LOOKUP_READY) ||
            (lookup_addresses(lookup) == NULL) != (i % 4 == 0))
            return resolver;
    }
    return unused;
}

START_TEST(threads_that_ask_at_the_same_time_all_get_their_answers)
{
    pthread_t askers[ASKERS];
    void *wrong;

    begin();
    for (int i = 0; i < ASKERS; i++)
        ck_assert_int_eq(pthread_create(&askers[i], NULL, ask_for_all, NULL),
                         0);
    for (int i = 0; i < ASKERS; i++) {
        ck_assert_int_eq(pthread_join(askers[i], &wrong), 0);
        ck_assert_ptr_null(wrong);
    }
    end();
}
END_TEST

/* ---- a machine that is short of something ---- */

START_TEST(where_no_thread_can_be_started_nobody_is_asked)
{
    begin();
    create_error = EAGAIN;
    errno = 0;
    ck_assert_ptr_null(resolver_ask(resolver, "name", "80"));
    ck_assert_int_eq(errno, EAGAIN);
    create_error = 0;
    is_ready(ask("name"));
    end();
}
END_TEST

static void ask_for_addresses(void)
{
    int errors = 0, found = 0;

    resolver = resolver_new();
    for (int i = 0; i < 3 && resolver != NULL; i++) {
        char host[] = "127.0.0.1";
        host[8] = (char)('1' + i);
        errno = 0;
        if (resolver_ask(resolver, host, "80") != NULL)
            found++;
        else
            errors += errno != ENOMEM;
    }
    bool failed = allocations_restore();
    ck_assert_int_eq(errors, 0);
    ck_assert(failed || found == 3);
    resolver_free(resolver);
    ck_assert_int_eq(lists, 0);
}

START_TEST(without_memory_there_is_no_answer_and_nothing_left_over)
{
    sem_init(&freed, 0, 0);
    ck_assert_int_gt(allocations_try_all(ask_for_addresses), 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resolve");
    TCase *tcase = tcase_create("resolve");

    tcase_add_loop_test(
        tcase, an_address_in_numbers_is_ready_at_once_and_needs_no_helper, 0,
        sizeof number_rows / sizeof number_rows[0]);
    tcase_add_test(tcase, an_address_comes_with_the_port_asked_for);
    tcase_add_test(tcase, a_name_is_pending_until_its_helper_has_the_answer);
    tcase_add_test(tcase, all_addresses_of_a_name_are_there_in_order);
    tcase_add_loop_test(tcase, a_name_without_addresses_has_failed_and_says_why,
                        0, sizeof failed_rows / sizeof failed_rows[0]);
    tcase_add_test(tcase, who_asks_for_a_pending_name_shares_its_lookup);
    tcase_add_test(tcase, a_name_that_was_found_is_not_asked_for_again);
    tcase_add_test(tcase, another_port_or_another_name_is_another_lookup);
    tcase_add_test(tcase, a_name_that_failed_is_asked_for_again);
    tcase_add_test(tcase, a_helper_takes_no_signals);
    tcase_add_test(tcase, waiting_for_a_name_ends_at_the_deadline);
    tcase_add_test(tcase, with_the_deadline_behind_us_there_is_no_wait);
    tcase_add_test(tcase, waiting_for_a_name_ends_when_the_crawl_is_to_stop);
    tcase_add_test(tcase, leaving_does_not_wait_for_an_answer_that_never_comes);
    tcase_add_test(tcase, freeing_no_resolver_is_fine);
    tcase_add_test(
        tcase, the_descriptor_is_readable_once_a_lookup_is_over_until_drained);
    tcase_add_test(
        tcase, the_descriptor_is_closed_with_the_resolver_whoever_is_pending);
    tcase_add_test(tcase,
                   threads_that_ask_at_the_same_time_all_get_their_answers);
    tcase_add_test(tcase, where_no_thread_can_be_started_nobody_is_asked);
    tcase_add_test(tcase,
                   without_memory_there_is_no_answer_and_nothing_left_over);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
