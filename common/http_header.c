/*
 * http_header.c - what the header lines say (RFC 9110 and 9112, section 5).
 *
 * Content-Length and Transfer-Encoding decide where the message ends. They are
 * read strictly, at once, and may not be folded: where two readers could
 * disagree, the answer is malformed. That holds too where the other one, or
 * the status, decides in the end: whoever writes a broken length is not to be
 * trusted with the rest. The others are read as tolerantly as
 * browsers do; their value waits in reader->value until the next line shows
 * that it was not folded (RFC 9112, 5.2).
 */
#include "http_internal.h"

#include <string.h>
#include <strings.h>

/* Bytes of a line, not a string of their own. */
struct text {
    const char *data;
    size_t length;
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Without the blanks around it. */
static struct text trimmed(struct text text)
{
    while (text.length > 0 && is_blank(text.data[0])) {
        text.data++;
        text.length--;
    }
    while (text.length > 0 && is_blank(text.data[text.length - 1]))
        text.length--;
    return text;
}

/* Names and tokens do not tell upper case from lower. */
static bool is_token(struct text text, const char *token)
{
    return text.length == strlen(token) &&
           strncasecmp(text.data, token, text.length) == 0;
}

/* Cuts off as *first what is before the next `mark`, and the mark; or all of
 * *text. Returns whether there was a mark. */
static bool take_until(struct text *text, char mark, struct text *first)
{
    *first = *text;
    for (size_t i = 0; i < text->length; i++)
        if (text->data[i] == mark) {
            first->length = i;
            text->data += i + 1;
            text->length -= i + 1;
            return true;
        }
    text->length = 0;
    return false;
}

static enum http_header header_named(struct text name)
{
    static const struct {
        const char *name;
        enum http_header header;
    } known[] = {
        {"Connection", HTTP_CONNECTION},
        {"Content-Type", HTTP_CONTENT_TYPE},
        {"Location", HTTP_LOCATION},
        {"Content-Length", HTTP_CONTENT_LENGTH},
        {"Transfer-Encoding", HTTP_TRANSFER_ENCODING},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (is_token(name, known[i].name))
            return known[i].header;
    return HTTP_OTHER_HEADER;
}

static bool decides_the_end(enum http_header header)
{
    return header == HTTP_CONTENT_LENGTH || header == HTTP_TRANSFER_ENCODING;
}

/* ---- those that decide where the message ends ---- */

static const char *length_problem(struct text digits)
{
    if (digits.length == 0)
        return "Content-Length is empty";
    if (digits.data[0] == '-')
        return "Content-Length is negative";
    for (size_t i = 0; i < digits.length; i++)
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return "Content-Length is not a number";
    return NULL;
}

/* The number, or UINT64_MAX for what is beyond: too large in any case. */
static uint64_t length_value(struct text digits)
{
    uint64_t value = 0;

    for (size_t i = 0; i < digits.length; i++) {
        uint64_t digit = (uint64_t)(digits.data[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return UINT64_MAX;
        value = value * 10 + digit;
    }
    return value;
}

static void one_length(struct http_reader *reader, struct text digits)
{
    const char *problem = length_problem(digits);
    uint64_t length = problem == NULL ? length_value(digits) : 0;

    if (problem == NULL && reader->has_length && length != reader->remaining)
        problem = "two different Content-Lengths";
    if (problem != NULL)
        http_fail(reader, HTTP_MALFORMED, problem);
    reader->has_length = true;
    reader->remaining = length;
}

/* One number, or the same one again and again: "15", "15, 15". */
static void content_length(struct http_reader *reader, struct text value)
{
    struct text digits;
    bool more = true;

    while (more && reader->verdict == HTTP_MORE) {
        more = take_until(&value, ',', &digits);
        one_length(reader, trimmed(digits));
    }
}

/* We asked for no other coding, and know no other. */
static void transfer_encoding(struct http_reader *reader, struct text value)
{
    if (reader->chunked || !is_token(trimmed(value), "chunked"))
        http_fail(reader, HTTP_MALFORMED,
                  "Transfer-Encoding is not one single `chunked`");
    reader->chunked = true;
}

/* ---- the others ---- */

/* Keeps another line's worth of the value, joined by one blank. */
static void keep_value(struct http_reader *reader, struct text part)
{
    part = trimmed(part);
    if ((reader->value.length > 0 && part.length > 0 &&
         buffer_append(&reader->value, " ", 1) < 0) ||
        buffer_append(&reader->value, part.data, part.length) < 0)
        http_fail(reader, HTTP_NO_MEMORY, "no memory for a header");
}

/* A list of words, here and in further lines of the same name. */
static void connection(struct http_reader *reader, struct text value)
{
    struct text option;
    bool more = true;

    while (more) {
        more = take_until(&value, ',', &option);
        option = trimmed(option);
        reader->says_close |= is_token(option, "close");
        reader->says_keep_alive |= is_token(option, "keep-alive");
    }
}

static void content_type(struct http_reader *reader, struct text value)
{
    struct text type;

    (void)take_until(&value, ';', &type); /* parameters follow, or not */
    if (!reader->has_type)
        reader->is_html = is_token(trimmed(type), "text/html");
    reader->has_type = true;
}

/* The value becomes the reader's location, as it is. */
static void location(struct http_reader *reader)
{
    if (reader->location != NULL)
        return;
    if (buffer_append(&reader->value, "", 1) < 0) {
        http_fail(reader, HTTP_NO_MEMORY, "no memory for a header");
        return;
    }
    reader->location = reader->value.data;
    reader->value = (struct buffer){0};
}

bool http_header_finish(struct http_reader *reader)
{
    struct text value = {reader->value.data, reader->value.length};

    if (value.length == 0)
        value.data = ""; /* an empty buffer has no bytes to point to */
    if (reader->header == HTTP_CONNECTION)
        connection(reader, value);
    else if (reader->header == HTTP_CONTENT_TYPE)
        content_type(reader, value);
    else if (reader->header == HTTP_LOCATION)
        location(reader);
    reader->header = HTTP_OTHER_HEADER;
    reader->value.length = 0;
    return reader->verdict == HTTP_MORE;
}

/* ---- one line ---- */

/* A line that begins with a blank goes on with the one before. */
static void folded_line(struct http_reader *reader, struct text line)
{
    if (decides_the_end(reader->header))
        http_fail(reader, HTTP_MALFORMED,
                  "a folded Content-Length or Transfer-Encoding");
    else if (reader->header != HTTP_OTHER_HEADER)
        keep_value(reader, line);
}

/*
 * "Name: value". A line without colon or name says nothing; nor does one with
 * a blank before the colon, unless some would read a length from it.
 */
static void new_line(struct http_reader *reader, struct text value)
{
    struct text name;

    if (!take_until(&value, ':', &name))
        return;
    struct text bare_name = trimmed(name);
    enum http_header header = header_named(bare_name);
    bool has_blank = bare_name.length < name.length;

    if (has_blank && decides_the_end(header))
        http_fail(reader, HTTP_MALFORMED,
                  "a blank after Content-Length or Transfer-Encoding");
    if (has_blank)
        return;
    reader->header = header;
    if (header == HTTP_CONTENT_LENGTH)
        content_length(reader, value);
    else if (header == HTTP_TRANSFER_ENCODING)
        transfer_encoding(reader, value);
    else if (header != HTTP_OTHER_HEADER)
        keep_value(reader, value);
}

void http_header_line(struct http_reader *reader, const char *line,
                      size_t length)
{
    struct text text = {line, length};

    if (is_blank(line[0]))
        folded_line(reader, text);
    else if (http_header_finish(reader))
        new_line(reader, text);
}
