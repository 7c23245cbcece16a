/*
 * race_json.h - reads the one flat JSON object that a stage prints.
 *
 * Strict: an object of numbers and strings, no key twice, nothing before it,
 * nothing after it. What a program prints between other words is no report.
 */
#ifndef COMMON_RACE_JSON_H
#define COMMON_RACE_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum { JSON_MAX_MEMBERS = 64, JSON_MAX_KEY = 40, JSON_MAX_STRING = 120 };

struct json_member {
    char key[JSON_MAX_KEY];
    bool is_number;
    double number;
    char string[JSON_MAX_STRING];
};

struct json_object {
    struct json_member members[JSON_MAX_MEMBERS];
    size_t count;
};

/*
 * Reads `size` bytes. Returns NULL, or what is wrong with them, a static
 * text: "no JSON object", "a key twice".
 *
 * Source: RFC 8259. Left out: nested values, true, false and null, and \u
 * above ASCII, which becomes '?'.
 */
const char *json_read(struct json_object *object, const char *text,
                      size_t size);

/* The number under `key`, NAN if there is none. */
double json_number(const struct json_object *object, const char *key);

/* The string under `key`, "" if there is none. */
const char *json_string(const struct json_object *object, const char *key);

#endif
