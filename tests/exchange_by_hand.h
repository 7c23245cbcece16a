/*
 * exchange_by_hand.h - drives one exchange, for the suites about it: the test
 * is the resolver and the network.
 *
 * It stands in for common/resolve.c, too: included once in a program.
 */
#ifndef TESTS_EXCHANGE_BY_HAND_H
#define TESTS_EXCHANGE_BY_HAND_H

#include "common/clock.h"
#include "common/exchange.h"
#include "common/links.h"
#include "common/resolve.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* ---- a resolver in the place of resolve.c's ---- */

struct lookup {
    const struct addrinfo *addresses;
    int code;
    int error;
};

const struct addrinfo *lookup_addresses(const struct lookup *lookup)
{
    return lookup->addresses;
}

int lookup_error(const struct lookup *lookup, int *error)
{
    *error = lookup->code == EAI_SYSTEM ? lookup->error : 0;
    return lookup->code;
}

/* Lists of addresses; what is in them nobody looks at but the test. */
static const struct addrinfo third = {.ai_family = AF_INET};
static const struct addrinfo second = {.ai_family = AF_INET,
                                       .ai_next = (struct addrinfo *)&third};
static const struct addrinfo first = {.ai_family = AF_INET,
                                      .ai_next = (struct addrinfo *)&second};
static const struct addrinfo v6_last = {.ai_family = AF_INET6};
static const struct addrinfo v4_then_v6 = {
    .ai_family = AF_INET, .ai_next = (struct addrinfo *)&v6_last};
static const struct addrinfo v6_then_v4 = {
    .ai_family = AF_INET6, .ai_next = (struct addrinfo *)&third};

/* ---- driving ---- */

enum { NO_SOCKET = -1 }; /* a descriptor that is not connected to itself */

static struct options options;
static struct page page;
static struct page_result *const result = &page.result;
static struct exchange x;

static inline void set_options(void)
{
    options = (struct options){.timeout_ns = 60 * NS_PER_S,
                               .max_size = 1000,
                               .max_redirects = 3,
                               .follow = true};
}

static inline void begin(const char *url)
{
    page = (struct page){.url = (char *)url};
    exchange_begin(&x, &page, &options);
}

/* The page is over, with this outcome. */
static inline void ends_as(enum outcome outcome)
{
    ck_assert_int_eq(x.state, EXCHANGE_OVER);
    ck_assert_str_eq(outcome_name(result->outcome), outcome_name(outcome));
    ck_assert_int_gt(result->done, 0);
    ck_assert_int_ge(result->done, result->start);
    if (outcome != OUTCOME_OK) {
        ck_assert_int_eq(result->status, 0);
        ck_assert_uint_eq(result->bytes, 0);
        ck_assert_uint_eq(result->digest, 0);
    }
    exchange_end(&x);
    if (page.links != NULL)
        links_free(page.links);
    free(page.links);
}

static inline void resolve_to(const struct addrinfo *addresses)
{
    struct lookup lookup = {.addresses = addresses};

    ck_assert_int_eq(x.state, EXCHANGE_RESOLVING);
    exchange_resolved(&x, &lookup);
}

static inline void connect_to(const struct addrinfo *addresses)
{
    resolve_to(addresses);
    ck_assert_int_eq(x.state, EXCHANGE_CONNECTING);
    exchange_connected(&x, NO_SOCKET);
    ck_assert_int_eq(x.state, EXCHANGE_SENDING);
}

static inline void send_request(void)
{
    size_t size;

    connect_to(&third);
    exchange_unsent(&x, &size);
    exchange_sent(&x, size);
    ck_assert_int_eq(x.state, EXCHANGE_READING);
}

static inline void receive(const char *text)
{
    ck_assert_int_eq(x.state, EXCHANGE_READING);
    exchange_received(&x, text, strlen(text));
}

/* Begins with the page, and the whole answer comes. */
static inline void answer(const char *url, const char *text)
{
    begin(url);
    send_request();
    receive(text);
}

static inline void end_of_stream(void)
{
    exchange_received(&x, NULL, 0);
}

static const char whole_answer[] = "HTTP/1.1 200 OK\r\n"
                                   "Content-Length: 5\r\n\r\nhello";

#define HEAD "HTTP/1.1 200 OK\r\n"

#endif
