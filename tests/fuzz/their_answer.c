/*
 * their_answer.c - see their_answer.h.
 *
 * http-parser leaves to its caller that 1xx, 204 and 304 have no body, and
 * that 1xx answers come before another.
 */
#include "their_answer.h"

#include "fuzz.h"

static void append(struct buffer *to, const char *data, size_t size)
{
    assert(buffer_append(to, data, size) == 0);
}

/* The header is whole: of two Locations the first counts. */
static void finish_header(struct theirs *theirs)
{
    static const char location[] = "Location";
    struct buffer *value = &theirs->value;

    while (value->length > 0 && strchr(" \t", value->data[value->length - 1]))
        value->length--;
    if (theirs->in_head && theirs->location.length == 0 &&
        theirs->name.length == strlen(location) &&
        strncasecmp(theirs->name.data, location, strlen(location)) == 0) {
        append(&theirs->location, value->data, value->length);
        append(&theirs->location, "", 1);
    }
    theirs->name.length = value->length = 0;
    theirs->in_value = false;
}

static int on_begin(http_parser *parser)
{
    struct theirs *theirs = parser->data;

    theirs->location.length = 0;
    theirs->in_head = true;
    return 0;
}

static int on_name(http_parser *parser, const char *data, size_t size)
{
    struct theirs *theirs = parser->data;

    if (theirs->in_value)
        finish_header(theirs);
    append(&theirs->name, data, size);
    return 0;
}

static int on_value(http_parser *parser, const char *data, size_t size)
{
    struct theirs *theirs = parser->data;

    theirs->in_value = true;
    append(&theirs->value, data, size);
    return 0;
}

static bool is_interim(const struct http_parser *parser)
{
    return parser->status_code >= 100 && parser->status_code < 200;
}

static int on_headers(http_parser *parser)
{
    struct theirs *theirs = parser->data;

    finish_header(theirs);
    theirs->in_head = false;
    return is_interim(parser) || parser->status_code == 204 ||
           parser->status_code == 304; /* 1: there is no body */
}

static int on_body(http_parser *parser, const char *data, size_t size)
{
    struct theirs *theirs = parser->data;

    append(&theirs->body, data, size);
    return 0;
}

static int on_end(http_parser *parser)
{
    struct theirs *theirs = parser->data;

    if (is_interim(parser))
        return 0;
    theirs->is_whole = true;
    theirs->keep_alive = http_should_keep_alive(parser);
    http_parser_pause(parser, 1); /* what follows is not its answer */
    return 0;
}

struct theirs theirs_read(const void *data, size_t size)
{
    static const struct http_parser_settings settings = {
        .on_message_begin = on_begin,
        .on_header_field = on_name,
        .on_header_value = on_value,
        .on_headers_complete = on_headers,
        .on_body = on_body,
        .on_message_complete = on_end,
    };
    struct theirs theirs = {0};

    http_parser_init(&theirs.parser, HTTP_RESPONSE);
    theirs.parser.data = &theirs;
    theirs.parser.allow_chunked_length = 1; /* chunks win over a length */
    theirs.used = http_parser_execute(&theirs.parser, &settings, data, size);
    if (theirs.parser.http_errno == HPE_OK) /* it closes */
        http_parser_execute(&theirs.parser, &settings, NULL, 0);
    theirs.parser.data = NULL; /* it moves */
    return theirs;
}

void theirs_free(struct theirs *theirs)
{
    buffer_free(&theirs->name);
    buffer_free(&theirs->value);
    buffer_free(&theirs->location);
    buffer_free(&theirs->body);
}
