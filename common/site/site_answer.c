/*
 * site_answer.c - what the site answers to a request, and the answer's bytes.
 *
 * A path is a page (which may be a faulty one), a fault, the menu, or
 * nothing. Pages are written when they are due, piece by piece.
 */
#include "site_answer.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { HEAD_ROOM = 256 }; /* bytes: more than a page's head takes */

static const char *reason_of(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 431:
        return "Request Header Fields Too Large";
    default:
        return "OK";
    }
}

static const char *advice_of(int status)
{
    switch (status) {
    case 400:
        return "This is no HTTP/1.x request.";
    case 404:
        return "There is no such page. /fault/ lists the faults.";
    case 405:
        return "Only GET and HEAD are answered.";
    default:
        return "The head of a request may have 64 KiB.";
    }
}

/* Says how the connection goes on, in a header where HTTP's default is not. */
static void decide_connection(struct answer *answer, bool keep_alive,
                              bool is_http_1_0)
{
    answer->keep_alive = keep_alive;
    answer->connection_line = !keep_alive   ? "Connection: close\r\n"
                              : is_http_1_0 ? "Connection: keep-alive\r\n"
                                            : "";
}

/* A small answer of its own; `request` is NULL where there is none. */
static int add_small(struct answer *answer, int status, const char *type,
                     const char *body, size_t length,
                     const struct request *request, struct evbuffer *out)
{
    if (evbuffer_add_printf(out,
                            "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n"
                            "Content-Length: %zu\r\n%s%s\r\n",
                            status, reason_of(status), type, length,
                            status == 405 ? "Allow: GET, HEAD\r\n" : "",
                            answer->connection_line) < 0)
        return -1;
    if (request != NULL && request->is_head)
        return 0;
    return evbuffer_add(out, body, length);
}

static int say_no(struct answer *answer, int status,
                  const struct request *request, struct evbuffer *out)
{
    char body[256];
    int length = snprintf(body, sizeof(body),
                          "<!DOCTYPE html>\n<html><head><title>%d %s</title>"
                          "</head>\n<body><p>%s</p></body></html>\n",
                          status, reason_of(status), advice_of(status));

    return add_small(answer, status, "text/html", body, (size_t)length, request,
                     out);
}

static int show_menu(struct answer *answer, const struct request *request,
                     struct evbuffer *out)
{
    struct evbuffer *list = evbuffer_new();
    int result = -1;

    if (list == NULL)
        return -1;
    if (fault_list(list) == 0) {
        size_t length = evbuffer_get_length(list);
        const char *body = (const char *)evbuffer_pullup(list, -1);

        if (body != NULL)
            result = add_small(answer, 200, "text/plain", body, length, request,
                               out);
    }
    evbuffer_free(list);
    return result;
}

/* A host is echoed only if it can do no harm in a header or in HTML. */
static bool is_host(struct text host)
{
    for (size_t i = 0; i < host.length; i++) {
        if (!isalnum((unsigned char)host.data[i]) &&
            memchr(".-_:[]", host.data[i], 6) == NULL)
            return false;
    }
    return host.length > 0 && host.length <= 255;
}

static int begin_fault(struct answer *answer,
                       const struct answer_source *source,
                       const struct fault *fault, struct fault_call *call,
                       struct evbuffer *out)
{
    if (!is_host(call->host))
        call->host = source->authority;
    answer->ending = fault->ending;
    return play_begin(&answer->play, fault, call, out);
}

static int choose_page(struct answer *answer,
                       const struct answer_source *source, uint32_t number,
                       const struct request *request, struct evbuffer *out)
{
    const struct site_options *options = source->options;
    const struct fault *fault =
        fault_of_page(options->seed, options->fault_rate, number);

    answer->latency_ns = site_pages_latency_ns(source->pages, number);
    if (fault != NULL) {
        struct fault_call call = {
            .host = request->host, .target = request->target, .rest = {"", 0}};

        return begin_fault(answer, source, fault, &call, out);
    }
    answer->is_page = true;
    answer->number = number;
    answer->head_only = request->is_head;
    answer->chunked = options->chunked && !request->is_http_1_0;
    return 0;
}

static int choose_path(struct answer *answer,
                       const struct answer_source *source,
                       const struct request *request, struct evbuffer *out)
{
    struct fault_call call = {.host = request->host, .target = request->target};
    int64_t number = site_pages_find(source->pages, request->path.data,
                                     request->path.length);
    const struct fault *fault;

    if (!request->is_get && !request->is_head)
        return say_no(answer, 405, request, out);
    if (number >= 0)
        return choose_page(answer, source, (uint32_t)number, request, out);
    fault = fault_find(request->path, &call);
    if (fault != NULL)
        return begin_fault(answer, source, fault, &call, out);
    if (request->path.length == 7 &&
        memcmp(request->path.data, "/fault/", 7) == 0)
        return show_menu(answer, request, out);
    answer->latency_ns = source->options->latency_ns;
    return say_no(answer, 404, request, out);
}

/* `GET /3: page 3` - before the answer, which may never end. */
static void log_choice(const struct answer *answer,
                       const struct request *request)
{
    fprintf(stderr, "site: %.*s %.*s: ", (int)request->method.length,
            request->method.data, (int)request->target.length,
            request->target.data);
    if (answer->play.fault != NULL)
        fprintf(stderr, "fault %s", answer->play.fault->name);
    else if (answer->is_page)
        fprintf(stderr, "page %u", answer->number);
    else
        fputs("a small answer", stderr);
    fprintf(stderr, ", after %.3f ms\n", (double)answer->latency_ns / 1e6);
}

int answer_choose(struct answer *answer, const struct answer_source *source,
                  const struct request *request, struct evbuffer *out)
{
    *answer = (struct answer){0};
    decide_connection(answer,
                      source->options->keep_alive && request->keep_alive &&
                          !request->has_body,
                      request->is_http_1_0);
    /* A close with a body unread would be a reset and might undo the answer. */
    answer->ending = request->has_body ? FAULT_HALF_CLOSES : FAULT_KEEPS;
    if (choose_path(answer, source, request, out) != 0)
        return -1;
    if (source->options->verbose)
        log_choice(answer, request);
    return 0;
}

int answer_choose_early(struct answer *answer,
                        const struct answer_source *source, struct text path,
                        struct evbuffer *out)
{
    struct fault_call call = {.host = source->authority, .target = path};
    const struct fault *fault = fault_find(path, &call);

    if (fault == NULL || !fault->early)
        return 0;
    *answer = (struct answer){0};
    if (source->options->verbose)
        fprintf(stderr, "site: GET %.*s: fault %s, early\n", (int)path.length,
                path.data, fault->name);
    return begin_fault(answer, source, fault, &call, out) == 0 ? 1 : -1;
}

int answer_refuse(struct answer *answer, int status, struct evbuffer *out)
{
    *answer = (struct answer){.ending = FAULT_HALF_CLOSES};
    decide_connection(answer, false, false);
    return say_no(answer, status, NULL, out);
}

static int add_page_head(struct answer *answer, struct evbuffer *out)
{
    char head[HEAD_ROOM];
    char size[64] = "Transfer-Encoding: chunked\r\n";
    int length;

    if (!answer->chunked)
        snprintf(size, sizeof(size), "Content-Length: %llu\r\n",
                 (unsigned long long)answer->length);
    length = snprintf(head, sizeof(head),
                      "HTTP/1.1 200 OK\r\n"
                      "Content-Type: text/html; charset=utf-8\r\n%s%s\r\n",
                      size, answer->connection_line);
    return evbuffer_add(out, head, (size_t)length);
}

/* A page in one piece of memory leaves in one segment, if it is small. */
static int make_room(const struct answer *answer, struct evbuffer *out)
{
    uint64_t body = answer->head_only ? 0 : answer->length;

    return evbuffer_expand(
        out, HEAD_ROOM + (body < PLAY_AT_ONCE ? (size_t)body : PLAY_AT_ONCE));
}

static int add_chunk(struct answer *answer, const struct answer_source *source,
                     size_t size, struct evbuffer *out)
{
    if (evbuffer_add_printf(out, "%zx\r\n", size) < 0 ||
        site_pages_write(source->pages, answer->number, answer->position, size,
                         out) != 0)
        return -1;
    answer->position += size;
    if (answer->position < answer->length)
        return evbuffer_add(out, "\r\n", 2);
    return evbuffer_add(out, "\r\n0\r\n\r\n", 7);
}

static int add_body(struct answer *answer, const struct answer_source *source,
                    struct evbuffer *out)
{
    size_t most = answer->chunked ? ANSWER_CHUNK : PLAY_AT_ONCE;
    uint64_t left = answer->length - answer->position;
    size_t size = left < most ? (size_t)left : most;

    if (answer->chunked)
        return add_chunk(answer, source, size, out);
    if (site_pages_write(source->pages, answer->number, answer->position, size,
                         out) != 0)
        return -1;
    answer->position += size;
    return 0;
}

static enum play_step next_of_page(struct answer *answer,
                                   const struct answer_source *source,
                                   struct evbuffer *out)
{
    if (!answer->begun) {
        answer->begun = true;
        answer->length = site_pages_length(source->pages, answer->number);
        if (make_room(answer, out) != 0 || add_page_head(answer, out) != 0)
            return PLAY_FAILED;
    }
    while (!answer->head_only && answer->position < answer->length) {
        if (add_body(answer, source, out) != 0)
            return PLAY_FAILED;
        if (evbuffer_get_length(out) >= PLAY_AT_ONCE)
            return PLAY_ON;
    }
    return PLAY_OVER;
}

enum play_step answer_next(struct answer *answer,
                           const struct answer_source *source,
                           struct evbuffer *out)
{
    if (answer->play.fault != NULL)
        return play_next(&answer->play, out);
    if (answer->is_page)
        return next_of_page(answer, source, out);
    return PLAY_OVER; /* a small answer is in `out` already */
}

void answer_end(struct answer *answer)
{
    play_end(&answer->play);
}
