/*
 * http_head.c - the head of an answer, line by line (RFC 9112, sections 2 to
 * 4): where a line ends, the status line, 1xx answers.
 *
 * A line that lies whole in what was fed is read where it lies; only one that
 * is cut is gathered in reader->line. Each byte is looked at once, when it
 * arrives, so that a dripping server costs no more than a quick one.
 */
#include "http_internal.h"

static bool is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The first byte tells what else may speak on a port. */
static const char *no_http(unsigned char first)
{
    switch (first) {
    case 0x15: /* TLS: the type of a record; an alert, */
    case 0x16: /* a handshake */
        return "looks like TLS";
    case 0x00: /* the length of a SETTINGS frame is below 64 KiB */
        return "looks like HTTP/2 frames";
    case '2': /* 220 mail.example.org ESMTP */
    case '+': /* +OK POP3 */
    case '*': /* * OK IMAP4rev1 */
        return "looks like a mail server's greeting";
    default:
        return "HTTP/0.9 text or no HTTP at all";
    }
}

/*
 * What is wrong with `byte` at this place of a status line, or NULL:
 *
 *     H T T P / 1 . 1   2 0 0   O K
 *     0 1 2 3 4 5 6 7 8 9 . . 12
 *
 * Asked for each byte as it arrives: what cannot become a status line any more
 * is no HTTP, and might never send the line end that one would wait for.
 */
static const char *status_line_problem(size_t place, unsigned char byte)
{
    static const char start[] = "HTTP/1.";

    if (place < sizeof start - 1 && byte == (unsigned char)start[place])
        return NULL;
    if (place == 0)
        return no_http(byte);
    if (place < 5)
        return "HTTP/0.9 text or no HTTP at all";
    if (place == 5 && byte == '2')
        return "the version is HTTP/2";
    if (place < 7 || (place == 7 && !is_digit(byte)))
        return "the version is not HTTP/1. and a digit";
    if (place == 8 && byte != ' ')
        return "no blank after the version";
    if (place == 9 && byte == '0')
        return "the status is below 100";
    if (place >= 9 && place <= 11 && !is_digit(byte))
        return "the status is not three digits after one blank";
    if (place == 12 && byte != ' ' && byte != '\r' && byte != '\n')
        return "the status is not three digits and a blank";
    return NULL;
}

static bool status_line_byte(struct http_reader *reader, size_t place,
                             char byte)
{
    if (reader->after_cr || (place == 0 && (byte == '\r' || byte == '\n')))
        return true; /* a blank line, or the end of this one */
    const char *problem = status_line_problem(place, (unsigned char)byte);
    if (problem != NULL)
        http_fail(reader, HTTP_MALFORMED, problem);
    return problem == NULL;
}

/* One more byte of the head, at `place` of its line. */
static bool head_byte(struct http_reader *reader, size_t place, char byte)
{
    if (++reader->counted > HTTP_MAX_HEAD) {
        http_fail(reader, HTTP_TOO_LARGE, "the head is too large");
        return false;
    }
    if (place >= HTTP_MAX_LINE) {
        http_fail(reader, HTTP_TOO_LARGE, "a line of the head is too long");
        return false;
    }
    if (reader->state == HTTP_IN_STATUS_LINE &&
        !status_line_byte(reader, place, byte))
        return false;
    return http_line_byte(reader, byte);
}

/*
 * How many bytes of a header line can be taken without a further look: up to
 * the next that ends it or may be wrong there, and within the limits.
 */
static size_t plain_bytes(struct http_reader *reader, size_t place,
                          const char *data, size_t size)
{
    size_t count = 0, most = HTTP_MAX_HEAD - reader->counted;

    if (reader->state != HTTP_IN_HEADERS || reader->after_cr ||
        place >= HTTP_MAX_LINE)
        return 0;
    if (most > HTTP_MAX_LINE - place)
        most = HTTP_MAX_LINE - place;
    if (most > size)
        most = size;
    while (count < most && (unsigned char)data[count] > '\r')
        count++;
    reader->counted += (uint32_t)count;
    return count;
}

/* A status line whose every byte status_line_problem() let pass. */
static void status_line(struct http_reader *reader, const char *line)
{
    int status =
        (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');

    if (status == 101) {
        http_fail(reader, HTTP_MALFORMED,
                  "101: it switches to a protocol nobody asked for");
        return;
    }
    reader->version_1_0 = line[7] == '0';
    reader->interim = status < 200;
    if (!reader->interim)
        reader->status = status;
    reader->headers = 0;
    reader->header = HTTP_OTHER_HEADER;
    reader->state = HTTP_IN_HEADERS;
}

/* The blank line: after a 1xx answer comes another, else the body. */
static void head_end(struct http_reader *reader)
{
    if (reader->interim) {
        reader->had_interim = true;
        reader->state = HTTP_IN_STATUS_LINE;
        return;
    }
    if (!http_header_finish(reader))
        return;
    buffer_free(&reader->line); /* a page may wait long for its body */
    buffer_free(&reader->value);
    http_body_begin(reader);
}

static void header_line(struct http_reader *reader, const char *line,
                        size_t length)
{
    if (++reader->headers > HTTP_MAX_HEADERS)
        http_fail(reader, HTTP_TOO_LARGE, "too many header lines");
    else if (!reader->interim) /* of a 1xx answer they say nothing to us */
        http_header_line(reader, line, length);
}

/* A line with its end, which is LF or CR LF. */
static void head_line(struct http_reader *reader, const char *line,
                      size_t length)
{
    length--;
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length == 0 && reader->state == HTTP_IN_HEADERS)
        head_end(reader);
    else if (reader->state == HTTP_IN_HEADERS)
        header_line(reader, line, length);
    else if (length > 0) /* else a blank line before the answer: let it be */
        status_line(reader, line);
}

size_t http_head_read(struct http_reader *reader, const char *data, size_t size)
{
    size_t kept = reader->line.length; /* of this line arrived before */
    size_t used = 0;
    bool whole = false;

    while (!whole && used < size) {
        used += plain_bytes(reader, kept + used, data + used, size - used);
        if (used == size)
            break;
        if (!head_byte(reader, kept + used, data[used]))
            return used;
        whole = data[used++] == '\n';
    }
    if (whole && kept == 0) {
        head_line(reader, data, used);
    } else if (buffer_append(&reader->line, data, used) < 0) {
        http_fail(reader, HTTP_NO_MEMORY, "no memory for a line of the head");
    } else if (whole) {
        head_line(reader, reader->line.data, reader->line.length);
        reader->line.length = 0;
    }
    return used;
}
