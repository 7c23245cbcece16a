/*
 * url_normal.c - one spelling per page.
 *
 * uriparser takes the text apart and brings it to the normal form of RFC 3986,
 * 6.2.2; then it is written anew without what 6.2.3 calls redundant, and the
 * parts a crawler asks for are written behind it, all in one allocation.
 */
#include "url_arena.h"
#include "url_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <uriparser/Uri.h>

#define NORMALIZE_ALL                                                      \
    (URI_NORMALIZE_SCHEME | URI_NORMALIZE_USER_INFO | URI_NORMALIZE_HOST | \
     URI_NORMALIZE_PATH | URI_NORMALIZE_QUERY)

static int fail(int error)
{
    errno = error;
    return -1;
}

/* The schemes whose default port and empty path are known here. */
static bool is_web(struct span scheme)
{
    return span_is(scheme, "http") || span_is(scheme, "https");
}

/* Empty, never NULL: uriparser has NULL for what is not there. */
static struct span span_of(UriTextRangeA range)
{
    return range.first ? (struct span){range.first, range.afterLast}
                       : span_from("");
}

/* A URL's parts as they shall be written. */
struct parts {
    struct span scheme, userinfo, host, port, query;
    const UriPathSegmentA *path;
    bool has_authority, has_query;
    bool is_literal;  /* the host stands in brackets */
    bool is_absolute; /* the path begins with a slash */
    char ip6[INET6_ADDRSTRLEN];
};

static const char *default_port(struct span scheme)
{
    return span_is(scheme, "http") ? "80" : is_web(scheme) ? "443" : "";
}

/*
 * Takes leading zeros off; a port that is the default's is no port. Returns 0,
 * or -1 if it is not 1 to 65535. That it is digits only, uriparser knows.
 */
static int normalize_port(struct span *port, struct span scheme)
{
    if (span_is(*port, ""))
        return 0;
    while (span_starts(*port, "0"))
        port->first++;
    if (span_is(*port, "") || span_size(*port) > 5 ||
        (span_size(*port) == 5 && memcmp(port->first, "65535", 5) > 0))
        return fail(EINVAL);
    if (span_is(*port, default_port(scheme)))
        port->first = port->end;
    return 0;
}

/*
 * uriparser lowers the hex digits of a host along with its letters. The text
 * is our own or uriparser's copy of it, so it may be written to.
 */
static void raise_escapes(struct span host)
{
    char *c = (char *)host.first;

    while ((c = memchr(c, '%', (size_t)(host.end - c)))) {
        c[1] = (char)(c[1] >= 'a' ? c[1] - 'a' + 'A' : c[1]);
        c[2] = (char)(c[2] >= 'a' ? c[2] - 'a' + 'A' : c[2]);
        c += 3;
    }
}

/* An IPv6 address has many spellings, inet_ntop() has one for its bytes. */
static void normalize_host(struct parts *parts, const UriHostDataA *data)
{
    raise_escapes(parts->host);
    parts->is_literal = data->ip6 || data->ipFuture.first;
    if (data->ip6) {
        inet_ntop(AF_INET6, data->ip6->data, parts->ip6, sizeof parts->ip6);
        parts->host = span_from(parts->ip6);
    }
}

/*
 * `x:/.//y` has lost its dot and must not become `x://y`, whose y is a host;
 * and what is left of `x:.//y` begins with a slash of its own.
 */
static void normalize_path(struct parts *parts, const UriUriA *uri)
{
    parts->path = uri->pathHead;
    parts->is_absolute =
        uri->absolutePath ||
        (parts->has_authority && (uri->pathHead || is_web(parts->scheme)));
    if (!parts->is_absolute && parts->path && parts->path->next &&
        span_is(span_of(parts->path->text), "")) {
        parts->is_absolute = true;
        parts->path = parts->path->next;
    }
}

static int parts_read(struct parts *parts, const UriUriA *uri)
{
    *parts = (struct parts){
        .scheme = span_of(uri->scheme),
        .userinfo = span_of(uri->userInfo),
        .host = span_of(uri->hostText),
        .port = span_of(uri->portText),
        .query = span_of(uri->query),
        .has_authority = uri->hostText.first != NULL,
        .has_query = uri->query.first != NULL,
    };
    if (is_web(parts->scheme) && span_is(parts->host, ""))
        return fail(EINVAL);
    normalize_host(parts, &uri->hostData);
    normalize_path(parts, uri);
    return normalize_port(&parts->port, parts->scheme);
}

/* What is written, piece by piece; into nothing first, to measure it. */
struct writer {
    char *text; /* NULL: only count */
    size_t size;
};

static void write_bytes(struct writer *writer, struct span span)
{
    if (writer->text)
        memcpy(writer->text + writer->size, span.first, span_size(span));
    writer->size += span_size(span);
}

static void write_string(struct writer *writer, const char *string)
{
    write_bytes(writer, span_from(string));
}

/* Ends the string that began at `start` and returns it. */
static char *write_end(struct writer *writer, size_t start)
{
    static const char nul[1];

    write_bytes(writer, (struct span){nul, nul + 1});
    return writer->text ? writer->text + start : NULL;
}

static char *write_member(struct writer *writer, struct span span)
{
    size_t start = writer->size;

    write_bytes(writer, span);
    return write_end(writer, start);
}

/* As in `Host:`, so without the user's name and password. */
static void write_authority(struct writer *writer, const struct parts *parts)
{
    if (parts->is_literal)
        write_string(writer, "[");
    write_bytes(writer, parts->host);
    if (parts->is_literal)
        write_string(writer, "]");
    if (!span_is(parts->port, "")) {
        write_string(writer, ":");
        write_bytes(writer, parts->port);
    }
}

static void write_path(struct writer *writer, const struct parts *parts)
{
    const UriPathSegmentA *segment = parts->path;

    if (parts->is_absolute && !parts->has_authority && segment &&
        segment->next && span_is(span_of(segment->text), ""))
        write_string(writer, "/.");
    if (parts->is_absolute)
        write_string(writer, "/");
    for (; segment; segment = segment->next) {
        write_bytes(writer, span_of(segment->text));
        if (segment->next)
            write_string(writer, "/");
    }
}

/* Writes the whole URL (RFC 3986, 5.3) and returns where its path begins. */
static size_t write_text(struct writer *writer, const struct parts *parts)
{
    write_bytes(writer, parts->scheme);
    write_string(writer, ":");
    if (parts->has_authority)
        write_string(writer, "//");
    if (!span_is(parts->userinfo, "")) {
        write_bytes(writer, parts->userinfo);
        write_string(writer, "@");
    }
    if (parts->has_authority)
        write_authority(writer, parts);

    size_t path = writer->size;

    write_path(writer, parts);
    if (parts->has_query) {
        write_string(writer, "?");
        write_bytes(writer, parts->query);
    }
    return path;
}

/*
 * The whole URL and behind it its parts, each with a NUL. The target needs no
 * copy: it is the end of the whole. Returns the length of the whole.
 */
static size_t write_url(struct writer *writer, const struct parts *parts,
                        struct url *url)
{
    size_t path = write_text(writer, parts);
    size_t end = writer->size;

    url->text = write_end(writer, 0);
    url->scheme = write_member(writer, parts->scheme);
    if (!is_web(parts->scheme)) {
        url->authority = url->host = url->port = url->target =
            writer->text ? writer->text + end : NULL;
        return end;
    }
    url->target = writer->text ? writer->text + path : NULL;
    url->host = write_member(writer, parts->host);
    url->port =
        write_member(writer, span_is(parts->port, "")
                                 ? span_from(default_port(parts->scheme))
                                 : parts->port);

    size_t authority = writer->size;

    write_authority(writer, parts);
    url->authority = write_end(writer, authority);
    return end;
}

/* Writes twice: into nothing, to learn the size, then into that much. */
static int write_allocated(struct url *url, const struct parts *parts)
{
    struct writer writer = {0};
    struct url written;

    if (write_url(&writer, parts, &written) > URL_MAX_LENGTH)
        return fail(EINVAL);
    writer.text = malloc(writer.size);
    if (!writer.text)
        return fail(ENOMEM);
    writer.size = 0;
    write_url(&writer, parts, &written);
    *url = written;
    return 0;
}

/*
 * Most links are in normal form already, and to ask is cheaper than to have
 * it done: for the doing, uriparser copies what it may have to change.
 */
static int normalize_syntax(UriUriA *uri, UriMemoryManager *memory)
{
    unsigned int mask = 0;
    int error = uriNormalizeSyntaxMaskRequiredExA(uri, &mask);

    mask &= NORMALIZE_ALL;
    return error || mask == 0 ? error
                              : uriNormalizeSyntaxExMmA(uri, mask, memory);
}

static int read_syntax(UriUriA *uri, struct span text, UriMemoryManager *memory)
{
    int error = uriParseSingleUriExMmA(uri, text.first, text.end, NULL, memory);

    if (!error)
        error = normalize_syntax(uri, memory);
    if (error)
        return fail(error == URI_ERROR_MALLOC ? ENOMEM : EINVAL);
    return 0;
}

int url_normalize(struct url *url, struct span text)
{
    if (span_size(text) > URL_MAX_LENGTH)
        return fail(EINVAL);

    struct url_arena arena;
    UriUriA uri;
    struct parts parts;
    int result = -1;

    url_arena_init(&arena);
    if (read_syntax(&uri, text, &arena.manager) == 0 &&
        parts_read(&parts, &uri) == 0)
        result = write_allocated(url, &parts);

    int error = errno;

    url_arena_free(&arena);
    errno = error; /* which free() may have changed, before glibc 2.33 */
    return result;
}
