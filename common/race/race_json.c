/*
 * race_json.c - see race_json.h.
 */
#include "race_json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What is still to be read. */
struct text {
    const char *next;
    const char *end;
};

static void skip_blanks(struct text *text)
{
    while (text->next < text->end && strchr(" \t\r\n", *text->next) != NULL &&
           *text->next != '\0')
        text->next++;
}

/* Takes `c` if it comes next, blanks aside. */
static bool take(struct text *text, char c)
{
    skip_blanks(text);
    if (text->next == text->end || *text->next != c)
        return false;
    text->next++;
    return true;
}

static bool next_is_digit(const struct text *text)
{
    return text->next < text->end && *text->next >= '0' && *text->next <= '9';
}

static bool skip_digits(struct text *text)
{
    if (!next_is_digit(text))
        return false;
    while (next_is_digit(text))
        text->next++;
    return true;
}

static bool next_is(const struct text *text, const char *one_of)
{
    return text->next < text->end && *text->next != '\0' &&
           strchr(one_of, *text->next) != NULL;
}

/*
 * number = [ minus ] int [ frac ] [ exp ]: seen to first, because strtod()
 * would take "inf", hex and blanks. Our locale has the point.
 */
static bool read_number(struct text *text, double *number)
{
    const char *start = text->next;
    char digits[64];

    if (next_is(text, "-"))
        text->next++;
    if (next_is(text, "0"))
        text->next++; /* no digit may follow */
    else if (!skip_digits(text))
        return false;
    if (next_is(text, ".")) {
        text->next++;
        if (!skip_digits(text))
            return false;
    }
    if (next_is(text, "eE")) {
        text->next++;
        if (next_is(text, "+-"))
            text->next++;
        if (!skip_digits(text))
            return false;
    }
    size_t length = (size_t)(text->next - start);
    if (length >= sizeof digits)
        return false;
    memcpy(digits, start, length);
    digits[length] = '\0';
    *number = strtod(digits, NULL);
    return isfinite(*number);
}

/* The character that \u and four hex digits mean; '?' above ASCII. */
static bool read_hex(struct text *text, char *c)
{
    unsigned value = 0;

    for (int i = 0; i < 4; i++) {
        static const char hex[] = "0123456789abcdef0123456789ABCDEF";
        if (!next_is(text, hex))
            return false;
        value = value * 16 + (unsigned)(strchr(hex, *text->next) - hex) % 16;
        text->next++;
    }
    *c = value > 0 && value < 0x80 ? (char)value : '?';
    return true;
}

static bool read_escape(struct text *text, char *c)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meaning[] = "\"\\/\b\f\n\r\t";

    if (next_is(text, "u")) {
        text->next++;
        return read_hex(text, c);
    }
    if (!next_is(text, letters))
        return false;
    *c = meaning[strchr(letters, *text->next) - letters];
    text->next++;
    return true;
}

static bool read_string(struct text *text, char *string, size_t size)
{
    size_t length = 0;

    if (!take(text, '"'))
        return false;
    while (text->next < text->end && *text->next != '"') {
        char c = *text->next++;
        if ((unsigned char)c < ' ' || length + 1 == size)
            return false;
        if (c == '\\' && !read_escape(text, &c))
            return false;
        string[length++] = c;
    }
    string[length] = '\0';
    return take(text, '"');
}

static const struct json_member *find(const struct json_object *object,
                                      const char *key)
{
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->members[i].key, key) == 0)
            return &object->members[i];
    return NULL;
}

static const char *read_member(struct text *text, struct json_object *object)
{
    struct json_member *member = &object->members[object->count];

    if (object->count == JSON_MAX_MEMBERS)
        return "too many members in the JSON object";
    if (!read_string(text, member->key, sizeof member->key))
        return "broken JSON: no key where one must be";
    if (find(object, member->key) != NULL)
        return "broken JSON: a key twice";
    if (!take(text, ':'))
        return "broken JSON: no colon after a key";
    skip_blanks(text);
    member->is_number = !next_is(text, "\"");
    member->string[0] = '\0';
    member->number = NAN;
    if (member->is_number
            ? !read_number(text, &member->number)
            : !read_string(text, member->string, sizeof member->string))
        return "broken JSON: a value that is no number and no string";
    object->count++;
    return NULL;
}

const char *json_read(struct json_object *object, const char *text, size_t size)
{
    struct text rest = {text, text + size};
    const char *wrong = NULL;

    object->count = 0;
    if (!take(&rest, '{'))
        return "no JSON object on stdout";
    if (!take(&rest, '}')) {
        do
            wrong = read_member(&rest, object);
        while (wrong == NULL && take(&rest, ','));
        if (wrong == NULL && !take(&rest, '}'))
            wrong = "broken JSON: the object does not end";
    }
    skip_blanks(&rest);
    if (wrong == NULL && rest.next != rest.end)
        wrong = "more than one JSON object on stdout";
    return wrong;
}

double json_number(const struct json_object *object, const char *key)
{
    const struct json_member *member = find(object, key);

    return member != NULL ? member->number : NAN;
}

const char *json_string(const struct json_object *object, const char *key)
{
    const struct json_member *member = find(object, key);

    return member != NULL ? member->string : "";
}
