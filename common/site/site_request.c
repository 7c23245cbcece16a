/*
 * site_request.c - a request, as far as the practice site needs to read it.
 *
 * Find the blank line that ends the head, then cut: the request line at its
 * two blanks, each header line at its colon. Three headers matter.
 */
#include "site_request.h"

#include <string.h>
#include <strings.h>

/* The bytes up to and including the blank line, or 0 if it is yet to come. */
static size_t find_head_end(const char *data, size_t size, size_t from)
{
    const char *end = data + size;
    const char *at = data + from;

    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        at++;
        if (end - at >= 1 && at[0] == '\n')
            return (size_t)(at + 1 - data);
        if (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
            return (size_t)(at + 2 - data);
    }
    return 0;
}

/* Blank lines before a request are no part of it (RFC 9112, 2.2). */
static size_t skip_line_ends(const char *data, size_t size)
{
    size_t length = 0;

    while (length < size && (data[length] == '\r' || data[length] == '\n'))
        length++;
    return length;
}

/* Takes the next line off *rest, its line end left out. */
static struct text next_line(struct text *rest)
{
    const char *end = memchr(rest->data, '\n', rest->length);
    size_t used = end != NULL ? (size_t)(end + 1 - rest->data) : rest->length;
    struct text line = {rest->data, end != NULL ? used - 1 : used};

    if (line.length > 0 && line.data[line.length - 1] == '\r')
        line.length--;
    rest->data += used;
    rest->length -= used;
    return line;
}

/* Takes what is before the first `delimiter` off *rest, all if there is none.
 */
static struct text cut(struct text *rest, char delimiter)
{
    const char *at = memchr(rest->data, delimiter, rest->length);
    struct text first = *rest;

    if (at == NULL) {
        *rest = (struct text){rest->data + rest->length, 0};
        return first;
    }
    first.length = (size_t)(at - rest->data);
    rest->data += first.length + 1;
    rest->length -= first.length + 1;
    return first;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static struct text trim(struct text text)
{
    while (text.length > 0 && is_blank(text.data[0])) {
        text.data++;
        text.length--;
    }
    while (text.length > 0 && is_blank(text.data[text.length - 1]))
        text.length--;
    return text;
}

static bool is_text(struct text text, const char *string)
{
    return text.length == strlen(string) &&
           strncasecmp(text.data, string, text.length) == 0;
}

/* Whether a comma-separated list, as `Connection: close, TE`, holds `word`. */
static bool has_word(struct text list, const char *word)
{
    while (list.length > 0) {
        if (is_text(trim(cut(&list, ',')), word))
            return true;
    }
    return false;
}

/* A target may be only what a URL may hold: nothing raw (RFC 9112, 3.2). */
static bool is_visible(struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < 0x21 || text.data[i] > 0x7e)
            return false;
    }
    return text.length > 0;
}

/* `http://host/path?query` becomes `/path` (absolute form, RFC 9112, 3.2.2).
 */
static struct text path_of(struct text target)
{
    struct text path = target;

    if (path.length > 7 && strncasecmp(path.data, "http://", 7) == 0) {
        const char *slash = memchr(path.data + 7, '/', path.length - 7);

        if (slash == NULL)
            return (struct text){"/", 1};
        path.length -= (size_t)(slash - path.data);
        path.data = slash;
    }
    return cut(&path, '?');
}

static bool read_request_line(struct request *request, struct text line)
{
    struct text version;

    request->method = cut(&line, ' ');
    request->target = cut(&line, ' ');
    version = line;
    if (!is_visible(request->method) || !is_visible(request->target))
        return false;
    if (version.length != 8 || strncmp(version.data, "HTTP/1.", 7) != 0)
        return false;
    request->path = path_of(request->target);
    request->is_get =
        request->method.length == 3 && !memcmp(request->method.data, "GET", 3);
    request->is_head =
        request->method.length == 4 && !memcmp(request->method.data, "HEAD", 4);
    request->is_http_1_0 = version.data[7] == '0';
    request->keep_alive = !request->is_http_1_0;
    return true;
}

static void read_header(struct request *request, struct text line)
{
    struct text name = cut(&line, ':');
    struct text value = trim(line);

    if (is_text(name, "Host")) {
        request->host = value;
    } else if (is_text(name, "Connection")) {
        if (has_word(value, "close"))
            request->keep_alive = false;
        else if (has_word(value, "keep-alive"))
            request->keep_alive = true;
    } else if (is_text(name, "Transfer-Encoding") ||
               (is_text(name, "Content-Length") && !is_text(value, "0"))) {
        request->has_body = true;
    }
}

enum request_verdict request_read(struct request *request, const char *data,
                                  size_t size, size_t *scanned)
{
    size_t begin = skip_line_ends(data, size);
    /* The blank line may have begun in what was scanned before. */
    size_t from = *scanned > begin + 2 ? *scanned - 2 : begin;
    size_t end = find_head_end(data, size, from);
    struct text rest, line;

    *scanned = size;
    if (end > REQUEST_MAX_HEAD || (end == 0 && size > REQUEST_MAX_HEAD))
        return REQUEST_TOO_LARGE;
    if (end == 0)
        return REQUEST_MORE;
    *request = (struct request){.host = {"", 0}, .size = end};
    rest = (struct text){data + begin, end - begin};
    if (!read_request_line(request, next_line(&rest)))
        return REQUEST_BAD;
    while ((line = next_line(&rest)).length > 0)
        read_header(request, line);
    return REQUEST_WHOLE;
}

struct text request_early_path(const char *data, size_t size)
{
    static const struct text none = {"", 0};
    struct request request;
    struct text rest = {data, size};

    if (memchr(data, '\n', size) == NULL)
        return none;
    if (!read_request_line(&request, next_line(&rest)) || !request.is_get)
        return none;
    return request.path;
}
