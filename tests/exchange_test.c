/*
 * exchange_test.c - one page's talk, hop by hop: resolving, connecting,
 * sending, reading, and the ends it may come to.
 */
#include "exchange_by_hand.h"

#include "common/digest.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- beginning ---- */

START_TEST(the_clock_of_a_page_starts_when_it_is_taken_in_hand)
{
    int64_t before = clock_now_ns();

    begin("http://a/");
    ck_assert_int_ge(result->start, before);
    ck_assert_int_eq(x.deadline_ns, result->start + options.timeout_ns);
    ck_assert_int_eq(result->resolved, 0);
    exchange_cancelled(&x);
    ends_as(OUTCOME_CANCELLED);
}
END_TEST

START_TEST(what_an_earlier_try_found_out_is_forgotten)
{
    page = (struct page){.url = (char *)"http://a/",
                         .result = {.outcome = OUTCOME_SYSTEM,
                                    .starved = true,
                                    .retries = 17,
                                    .error = EMFILE}};
    exchange_begin(&x, &page, &options);
    ck_assert_int_eq(result->outcome, OUTCOME_NONE);
    ck_assert(!result->starved);
    ck_assert_int_eq(result->error, 0);
    ck_assert_uint_eq(result->retries, 0);
    exchange_cancelled(&x);
    ends_as(OUTCOME_CANCELLED);
}
END_TEST

static const char *const not_http[] = {
    "https://a/",          "ftp://a/", "mailto:x@a", "file:///etc/passwd",
    "javascript:alert(1)",
};

START_TEST(a_page_with_a_scheme_not_spoken_is_over_before_it_begins)
{
    begin(not_http[_i]);
    ends_as(OUTCOME_SCHEME);
}
END_TEST

START_TEST(the_request_asks_the_authority_for_the_target)
{
    size_t size;

    begin("http://a:81/x?y");
    ck_assert_str_eq(x.url.host, "a");
    ck_assert_str_eq(x.url.port, "81");
    connect_to(&third);
    const char *request = exchange_unsent(&x, &size);
    ck_assert_uint_gt(size, 18);
    ck_assert(memcmp(request, "GET /x?y HTTP/1.1\r\n", 19) == 0);
    ck_assert_ptr_nonnull(memmem(request, size, "\r\nHost: a:81\r\n", 14));
    ck_assert_ptr_nonnull(memmem(request, size, "Connection: close", 17));
    exchange_cancelled(&x);
    ends_as(OUTCOME_CANCELLED);
}
END_TEST

START_TEST(a_kept_connection_begins_with_a_request_that_does_not_close_it)
{
    size_t size;

    begin("http://a/");
    x.keep_alive = true;
    exchange_reused(&x);
    ck_assert_int_eq(x.state, EXCHANGE_SENDING);
    const char *request = exchange_unsent(&x, &size);
    ck_assert_ptr_null(memmem(request, size, "Connection: close", 17));
    ck_assert(result->keep_alive);
    exchange_sent(&x, size);
    receive(whole_answer);
    /* What did not happen has no time. */
    ck_assert_int_eq(result->resolved, 0);
    ck_assert_int_eq(result->connected, 0);
    ck_assert_int_gt(result->sent, 0);
    ends_as(OUTCOME_OK);
}
END_TEST

START_TEST(a_kept_connection_that_was_dead_costs_the_page_nothing)
{
    size_t size;

    begin("http://a/");
    x.keep_alive = true;
    exchange_reused(&x);
    if (_i == 1) { /* the kernel took it all the same */
        exchange_unsent(&x, &size);
        exchange_sent(&x, size);
    }
    int64_t before = clock_now_ns();
    exchange_reuse_failed(&x);
    ck_assert_int_eq(result->sent, 0);
    ck_assert_int_ge(result->hop, before);
    send_request();
    receive(whole_answer);
    ends_as(OUTCOME_OK);
}
END_TEST

/* ---- looking the name up ---- */

static const struct {
    struct lookup lookup;
    enum outcome outcome;
    bool starved;
    int error;
} lookup_rows[] = {
    {{.code = EAI_NONAME}, OUTCOME_RESOLVE, false, 0},
    {{.code = EAI_AGAIN}, OUTCOME_RESOLVE, false, 0},
    {{.code = EAI_FAIL}, OUTCOME_RESOLVE, false, 0},
    {{.code = EAI_SYSTEM, .error = EIO}, OUTCOME_RESOLVE, false, EIO},
    {{.code = EAI_SYSTEM, .error = EMFILE}, OUTCOME_SYSTEM, true, EMFILE},
    {{.code = EAI_SYSTEM, .error = ENFILE}, OUTCOME_SYSTEM, true, ENFILE},
    {{.code = EAI_MEMORY}, OUTCOME_SYSTEM, true, ENOMEM},
};

START_TEST(a_name_without_addresses_ends_the_page)
{
    begin("http://name/");
    exchange_resolved(&x, &lookup_rows[_i].lookup);
    ck_assert(result->starved == lookup_rows[_i].starved);
    ck_assert_int_eq(result->error, lookup_rows[_i].error);
    ck_assert_ptr_nonnull(result->why);
    ends_as(lookup_rows[_i].outcome);
}
END_TEST

static const int no_helper[] = {EAGAIN, ENOMEM};

START_TEST(where_nobody_can_be_asked_the_page_may_be_tried_later)
{
    begin("http://name/");
    errno = no_helper[_i];
    exchange_resolved(&x, NULL);
    ck_assert(result->starved);
    ck_assert_int_eq(result->error, no_helper[_i]);
    ends_as(OUTCOME_SYSTEM);
}
END_TEST

/* ---- connecting ---- */

START_TEST(addresses_are_tried_in_turn_until_one_lives)
{
    begin("http://a/");
    resolve_to(&first);
    ck_assert_ptr_eq(x.address, &first);
    exchange_address_failed(&x, ECONNREFUSED);
    ck_assert_ptr_eq(x.address, &second);
    exchange_address_failed(&x, ETIMEDOUT); /* its share of the time is up */
    ck_assert_ptr_eq(x.address, &third);
    ck_assert_int_eq(x.state, EXCHANGE_CONNECTING);
    exchange_connected(&x, NO_SOCKET);
    ck_assert_int_eq(x.state, EXCHANGE_SENDING);
    ck_assert_int_gt(result->connected, 0);
    exchange_cancelled(&x);
    ends_as(OUTCOME_CANCELLED);
}
END_TEST

static const struct {
    const struct addrinfo *addresses;
    int errors[3]; /* one for each address */
    enum outcome outcome;
    int error;
    bool starved;
} dead_rows[] = {
    {&third, {ECONNREFUSED}, OUTCOME_CONNECT, ECONNREFUSED, false},
    {&third, {ENETUNREACH}, OUTCOME_CONNECT, ENETUNREACH, false},
    {&third, {EHOSTUNREACH}, OUTCOME_CONNECT, EHOSTUNREACH, false},
    {&third, {EACCES}, OUTCOME_CONNECT, EACCES, false},
    {&third, {ETIMEDOUT}, OUTCOME_TIMEOUT, 0, false},
    {&first,
     {ECONNREFUSED, ENETUNREACH, ECONNREFUSED},
     OUTCOME_CONNECT,
     ECONNREFUSED,
     false},
    {&v6_then_v4,
     {EAFNOSUPPORT, ECONNREFUSED},
     OUTCOME_CONNECT,
     ECONNREFUSED,
     false},
    /* Out of ports: another page's end will mend that. */
    {&third, {EADDRNOTAVAIL}, OUTCOME_SYSTEM, EADDRNOTAVAIL, true},
    {&v6_then_v4,
     {ECONNREFUSED, EADDRNOTAVAIL},
     OUTCOME_SYSTEM,
     EADDRNOTAVAIL,
     true},
    {&v4_then_v6,
     {EADDRNOTAVAIL, ECONNREFUSED},
     OUTCOME_SYSTEM,
     EADDRNOTAVAIL,
     true},
    /* Of IPv6 it says that the machine has none. */
    {&v6_last, {EADDRNOTAVAIL}, OUTCOME_CONNECT, EADDRNOTAVAIL, false},
    {&v6_then_v4,
     {EADDRNOTAVAIL, ECONNREFUSED},
     OUTCOME_CONNECT,
     ECONNREFUSED,
     false},
};

START_TEST(when_every_address_is_dead_the_last_ones_error_tells)
{
    begin("http://a/");
    resolve_to(dead_rows[_i].addresses);
    for (int i = 0; x.state == EXCHANGE_CONNECTING; i++) {
        ck_assert_int_ne(dead_rows[_i].errors[i], 0);
        exchange_address_failed(&x, dead_rows[_i].errors[i]);
    }
    ck_assert_int_eq(result->error, dead_rows[_i].error);
    ck_assert(result->starved == dead_rows[_i].starved);
    ends_as(dead_rows[_i].outcome);
}
END_TEST

static const int short_of[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM};

START_TEST(a_machine_short_of_something_does_not_try_the_next_address)
{
    begin("http://a/");
    resolve_to(&first);
    exchange_address_failed(&x, short_of[_i]);
    ck_assert(result->starved);
    ck_assert_int_eq(result->error, short_of[_i]);
    ends_as(OUTCOME_SYSTEM);
}
END_TEST

START_TEST(each_address_has_an_equal_share_of_the_time_left)
{
    begin("http://a/");
    resolve_to(&first);
    int64_t share = exchange_address_deadline_ns(&x) - clock_now_ns();
    ck_assert_int_le(share, options.timeout_ns / 3);
    ck_assert_int_gt(share, options.timeout_ns / 4);
    exchange_address_failed(&x, ECONNREFUSED);
    share = exchange_address_deadline_ns(&x) - clock_now_ns();
    ck_assert_int_le(share, options.timeout_ns / 2);
    ck_assert_int_gt(share, options.timeout_ns / 3);
    exchange_address_failed(&x, ECONNREFUSED);
    ck_assert_int_eq(exchange_address_deadline_ns(&x), x.deadline_ns);
    exchange_cancelled(&x);
    ends_as(OUTCOME_CANCELLED);
}
END_TEST

START_TEST(behind_the_deadline_no_further_address_is_tried)
{
    options.timeout_ns = 1;
    begin("http://a/");
    resolve_to(&first);
    exchange_address_failed(&x, ECONNREFUSED);
    ends_as(OUTCOME_TIMEOUT);
}
END_TEST

/* A socket bound to a port of ours, chosen by the kernel. */
static int bound_socket(int family, struct sockaddr_storage *name,
                        socklen_t *size)
{
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                               .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    *size = sizeof *name;
    if ((family == AF_INET
             ? bind(fd, (struct sockaddr *)&in, sizeof in)
             : bind(fd, (struct sockaddr *)&in6, sizeof in6)) < 0 ||
        getsockname(fd, (struct sockaddr *)name, size) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static const int families[] = {AF_INET, AF_INET6};

START_TEST(a_socket_connected_to_itself_is_a_refused_connection)
{
    struct sockaddr_storage name;
    socklen_t size;
    int fd = bound_socket(families[_i], &name, &size);

    if (fd < 0 && families[_i] == AF_INET6)
        return; /* this machine has no IPv6 */
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&name, size), 0);
    begin("http://a/");
    resolve_to(&second);
    exchange_connected(&x, fd);
    ck_assert_int_eq(x.state, EXCHANGE_CONNECTING);
    ck_assert_ptr_eq(x.address, &third);
    ck_assert_int_eq(result->connected, 0);
    exchange_connected(&x, fd);
    ck_assert_int_eq(result->error, ECONNREFUSED);
    ends_as(OUTCOME_CONNECT);
    close(fd);
}
END_TEST

START_TEST(a_socket_connected_to_another_is_a_connection)
{
    struct sockaddr_storage name;
    socklen_t size;
    int server = bound_socket(AF_INET, &name, &size);
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(server, 0);
    ck_assert_int_eq(listen(server, 1), 0);
    ck_assert_int_eq(connect(client, (struct sockaddr *)&name, size), 0);
    begin("http://a/");
    resolve_to(&third);
    exchange_connected(&x, client);
    ck_assert_int_eq(x.state, EXCHANGE_SENDING);
    exchange_cancelled(&x);
    ends_as(OUTCOME_CANCELLED);
    close(client);
    close(server);
}
END_TEST

/* ---- sending ---- */

START_TEST(a_request_sent_byte_by_byte_goes_out_once_and_whole)
{
    struct buffer out = {0};
    size_t size, whole;

    begin("http://a/");
    connect_to(&third);
    /* The exchange frees its request with the last byte. */
    const char *unsent = exchange_unsent(&x, &whole);
    char *request = strndup(unsent, whole);
    while (x.state == EXCHANGE_SENDING) {
        ck_assert_int_eq(result->sent, 0);
        ck_assert_int_eq(buffer_append(&out, exchange_unsent(&x, &size), 1), 0);
        exchange_sent(&x, 1);
    }
    ck_assert_int_eq(x.state, EXCHANGE_READING);
    ck_assert_int_gt(result->sent, 0);
    ck_assert_uint_eq(out.length, whole);
    ck_assert(memcmp(out.data, request, whole) == 0);
    free(request);
    buffer_free(&out);
    exchange_cancelled(&x);
    ends_as(OUTCOME_CANCELLED);
}
END_TEST

START_TEST(a_whole_answer_counts_though_sending_failed)
{
    begin("http://a/");
    connect_to(&third);
    exchange_send_failed(&x, EPIPE);
    receive(whole_answer);
    ck_assert_int_eq(result->status, 200);
    ck_assert_int_eq(result->sent, 0);
    ends_as(OUTCOME_OK);
}
END_TEST

START_TEST(a_close_after_sending_failed_is_a_reset)
{
    begin("http://a/");
    connect_to(&third);
    exchange_send_failed(&x, EPIPE);
    if (_i > 0)
        exchange_received(&x, whole_answer, (size_t)_i);
    end_of_stream();
    ck_assert_int_eq(result->error, EPIPE);
    ends_as(OUTCOME_RESET);
}
END_TEST

START_TEST(a_body_that_only_the_close_delimits_is_not_whole_then)
{
    begin("http://a/");
    connect_to(&third);
    exchange_send_failed(&x, EPIPE);
    receive("HTTP/1.1 200 OK\r\n\r\nhello");
    end_of_stream();
    ck_assert_int_eq(result->error, EPIPE);
    ends_as(OUTCOME_RESET);
}
END_TEST

START_TEST(sending_may_fail_because_the_machine_is_short_of_something)
{
    begin("http://a/");
    connect_to(&third);
    exchange_send_failed(&x, ENOBUFS);
    ck_assert(result->starved);
    ends_as(OUTCOME_SYSTEM);
}
END_TEST

/* ---- reading ---- */

START_TEST(a_whole_answer_is_ok_with_its_status_length_and_digest)
{
    answer("http://a/", whole_answer);
    ck_assert_int_eq(result->status, 200);
    ck_assert_uint_eq(result->bytes, 5);
    ck_assert_uint_eq(result->digest, digest_add(DIGEST_EMPTY, "hello", 5));
    ck_assert_int_ge(result->resolved, result->start);
    ck_assert_int_ge(result->connected, result->resolved);
    ck_assert_int_ge(result->sent, result->connected);
    ck_assert_int_ge(result->first_byte, result->sent);
    ck_assert_int_ge(result->done, result->first_byte);
    ends_as(OUTCOME_OK);
}
END_TEST

START_TEST(wherever_the_answer_is_cut_the_result_is_the_same)
{
    begin("http://a/");
    send_request();
    exchange_received(&x, whole_answer, (size_t)_i);
    int64_t first_byte = result->first_byte;
    ck_assert_int_gt(first_byte, 0);
    receive(whole_answer + _i);
    ck_assert_int_eq(result->first_byte, first_byte);
    ck_assert_uint_eq(result->bytes, 5);
    ends_as(OUTCOME_OK);
}
END_TEST

static const int any_status[] = {200, 204, 300, 304, 305, 401, 404,
                                 418, 429, 500, 599, 600, 999};

START_TEST(an_answer_is_an_answer_whatever_its_status)
{
    char text[128];

    snprintf(text, sizeof text,
             "HTTP/1.1 %d X\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n",
             any_status[_i]);
    answer("http://a/", text);
    ck_assert_int_eq(result->status, any_status[_i]);
    ends_as(OUTCOME_OK);
}
END_TEST

START_TEST(bytes_behind_the_answer_are_ignored)
{
    answer("http://a/", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and");
    ck_assert_uint_eq(result->bytes, 2);
    ends_as(OUTCOME_OK);
}
END_TEST

enum ending { CLOSED, BROKEN, STILL_OPEN };

static const struct {
    const char *text;
    enum ending ending;
    enum outcome outcome;
} answer_rows[] = {
    {"", CLOSED, OUTCOME_TRUNCATED},
    {"HTTP/1.1 20", CLOSED, OUTCOME_TRUNCATED},
    {HEAD, CLOSED, OUTCOME_TRUNCATED},
    {HEAD "Content-Length: 5\r\n\r\nhell", CLOSED, OUTCOME_TRUNCATED},
    {HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", CLOSED,
     OUTCOME_TRUNCATED},
    {HEAD "\r\nuntil the end", CLOSED, OUTCOME_OK},
    {"", BROKEN, OUTCOME_RESET},
    {"HTTP/1.1 20", BROKEN, OUTCOME_RESET},
    {HEAD "Content-Length: 5\r\n\r\nhell", BROKEN, OUTCOME_RESET},
    {HEAD "\r\nuntil the end", BROKEN, OUTCOME_RESET},
    {"SSH-2.0-server\r\n", STILL_OPEN, OUTCOME_MALFORMED},
    {"HTTP/1.1 100 Continue\r\n\r\n", CLOSED, OUTCOME_MALFORMED},
    {HEAD "Content-Length: -5\r\n\r\n", STILL_OPEN, OUTCOME_MALFORMED},
    {HEAD "Content-Length: 1001\r\n\r\n", STILL_OPEN, OUTCOME_TOO_LARGE},
    {HEAD "Transfer-Encoding: chunked\r\n\r\n3E9\r\n", STILL_OPEN,
     OUTCOME_TOO_LARGE},
};

START_TEST(how_the_answer_ends_decides_the_outcome)
{
    begin("http://a/");
    send_request();
    if (answer_rows[_i].text[0] != '\0')
        receive(answer_rows[_i].text);
    if (answer_rows[_i].ending == CLOSED)
        end_of_stream();
    else if (answer_rows[_i].ending == BROKEN)
        exchange_receive_failed(&x, ECONNRESET);
    if (answer_rows[_i].outcome == OUTCOME_RESET)
        ck_assert_int_eq(result->error, ECONNRESET);
    else if (answer_rows[_i].outcome != OUTCOME_OK)
        ck_assert_ptr_nonnull(result->why);
    ends_as(answer_rows[_i].outcome);
}
END_TEST

START_TEST(a_connection_that_the_kernel_gave_up_is_a_timeout)
{
    begin("http://a/");
    send_request();
    exchange_receive_failed(&x, ETIMEDOUT);
    ends_as(OUTCOME_TIMEOUT);
}
END_TEST

START_TEST(receiving_may_fail_because_the_machine_is_short_of_something)
{
    begin("http://a/");
    send_request();
    exchange_receive_failed(&x, ENOMEM);
    ck_assert(result->starved);
    ends_as(OUTCOME_SYSTEM);
}
END_TEST

/* ---- ends from outside ---- */

/* Brings a page into the state; of READING, both with and without a head. */
static void bring_to(enum exchange_state state, const char *head)
{
    begin("http://a/");
    if (state == EXCHANGE_CONNECTING)
        resolve_to(&first);
    else if (state == EXCHANGE_SENDING)
        connect_to(&first);
    else if (state == EXCHANGE_READING || state == EXCHANGE_REDIRECTED) {
        send_request();
        if (head != NULL)
            receive(head);
    }
    ck_assert_int_eq(x.state, state);
}

static const struct {
    enum exchange_state state;
    const char *head;
    const char *doing;
} state_rows[] = {
    {EXCHANGE_RESOLVING, NULL, "while the name was looked up"},
    {EXCHANGE_CONNECTING, NULL, "while connecting"},
    {EXCHANGE_SENDING, NULL, "while the request was sent"},
    {EXCHANGE_READING, NULL, "while waiting for the answer"},
    {EXCHANGE_READING, HEAD "Content-Length: 5\r\n\r\n",
     "while the answer was read"},
    {EXCHANGE_REDIRECTED,
     "HTTP/1.1 302 X\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
     "between two hops"},
};

START_TEST(a_page_that_is_late_says_what_it_was_doing)
{
    bring_to(state_rows[_i].state, state_rows[_i].head);
    exchange_timed_out(&x);
    ck_assert_str_eq(result->why, state_rows[_i].doing);
    ends_as(OUTCOME_TIMEOUT);
}
END_TEST

START_TEST(a_page_can_be_cancelled_whatever_it_does)
{
    bring_to(state_rows[_i].state, state_rows[_i].head);
    exchange_cancelled(&x);
    ends_as(OUTCOME_CANCELLED);
}
END_TEST

START_TEST(a_stage_that_fails_ends_the_page_as_system)
{
    bring_to(state_rows[_i].state, state_rows[_i].head);
    exchange_system_failed(&x, EIO, "waiting");
    ck_assert_int_eq(result->error, EIO);
    ck_assert_str_eq(result->why, "waiting");
    ck_assert(!result->starved);
    ends_as(OUTCOME_SYSTEM);
}
END_TEST

static TCase *begin_case(void)
{
    TCase *tcase = tcase_create("begin");

    tcase_add_test(tcase, the_clock_of_a_page_starts_when_it_is_taken_in_hand);
    tcase_add_test(tcase, what_an_earlier_try_found_out_is_forgotten);
    tcase_add_loop_test(
        tcase, a_page_with_a_scheme_not_spoken_is_over_before_it_begins, 0,
        LENGTH(not_http));
    tcase_add_test(tcase, the_request_asks_the_authority_for_the_target);
    tcase_add_test(
        tcase, a_kept_connection_begins_with_a_request_that_does_not_close_it);
    tcase_add_loop_test(
        tcase, a_kept_connection_that_was_dead_costs_the_page_nothing, 0, 2);
    tcase_add_loop_test(tcase, a_name_without_addresses_ends_the_page, 0,
                        LENGTH(lookup_rows));
    tcase_add_loop_test(tcase,
                        where_nobody_can_be_asked_the_page_may_be_tried_later,
                        0, LENGTH(no_helper));
    return tcase;
}

static TCase *connect_case(void)
{
    TCase *tcase = tcase_create("connect");

    tcase_add_test(tcase, addresses_are_tried_in_turn_until_one_lives);
    tcase_add_loop_test(tcase,
                        when_every_address_is_dead_the_last_ones_error_tells, 0,
                        LENGTH(dead_rows));
    tcase_add_loop_test(
        tcase, a_machine_short_of_something_does_not_try_the_next_address, 0,
        LENGTH(short_of));
    tcase_add_test(tcase, each_address_has_an_equal_share_of_the_time_left);
    tcase_add_test(tcase, behind_the_deadline_no_further_address_is_tried);
    tcase_add_loop_test(tcase,
                        a_socket_connected_to_itself_is_a_refused_connection, 0,
                        LENGTH(families));
    tcase_add_test(tcase, a_socket_connected_to_another_is_a_connection);
    return tcase;
}

static TCase *talk_case(void)
{
    TCase *tcase = tcase_create("talk");

    tcase_add_test(tcase, a_request_sent_byte_by_byte_goes_out_once_and_whole);
    tcase_add_test(tcase, a_whole_answer_counts_though_sending_failed);
    tcase_add_loop_test(tcase, a_close_after_sending_failed_is_a_reset, 0,
                        sizeof whole_answer - 1);
    tcase_add_test(tcase,
                   a_body_that_only_the_close_delimits_is_not_whole_then);
    tcase_add_test(tcase,
                   sending_may_fail_because_the_machine_is_short_of_something);
    tcase_add_test(tcase,
                   a_whole_answer_is_ok_with_its_status_length_and_digest);
    tcase_add_loop_test(tcase,
                        wherever_the_answer_is_cut_the_result_is_the_same, 1,
                        sizeof whole_answer - 1);
    tcase_add_loop_test(tcase, an_answer_is_an_answer_whatever_its_status, 0,
                        LENGTH(any_status));
    tcase_add_test(tcase, bytes_behind_the_answer_are_ignored);
    tcase_add_loop_test(tcase, how_the_answer_ends_decides_the_outcome, 0,
                        LENGTH(answer_rows));
    tcase_add_test(tcase, a_connection_that_the_kernel_gave_up_is_a_timeout);
    tcase_add_test(
        tcase, receiving_may_fail_because_the_machine_is_short_of_something);
    return tcase;
}

static TCase *end_case(void)
{
    TCase *tcase = tcase_create("ends from outside");

    tcase_add_loop_test(tcase, a_page_that_is_late_says_what_it_was_doing, 0,
                        LENGTH(state_rows));
    tcase_add_loop_test(tcase, a_page_can_be_cancelled_whatever_it_does, 0,
                        LENGTH(state_rows));
    tcase_add_loop_test(tcase, a_stage_that_fails_ends_the_page_as_system, 0,
                        LENGTH(state_rows));
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("exchange");
    TCase *cases[] = {begin_case(), connect_case(), talk_case(), end_case()};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        tcase_add_checked_fixture(cases[i], set_options, NULL);
        tcase_set_timeout(cases[i], 60); /* for valgrind's sake */
        suite_add_tcase(suite, cases[i]);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
