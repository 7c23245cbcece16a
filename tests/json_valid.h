/*
 * json_valid.h - whether a text is one JSON value and nothing else (RFC 8259).
 */
#ifndef TESTS_JSON_VALID_H
#define TESTS_JSON_VALID_H

#include <stdbool.h>
#include <string.h>

/* Each of these returns what is behind, or NULL if it is not there. */
static const char *json_value(const char *at);

static const char *json_blanks(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static const char *json_string_behind(const char *at)
{
    for (at++; *at != '"'; at++) {
        if ((unsigned char)*at < ' ') /* the NUL, too */
            return NULL;
        if (*at != '\\')
            continue;
        at++;
        if (*at == 'u' && strspn(at + 1, "0123456789abcdefABCDEF") >= 4)
            at += 4;
        else if (*at == '\0' || strchr("\"\\/bfnrt", *at) == NULL)
            return NULL;
    }
    return at + 1;
}

/* number = [ minus ] int [ frac ] [ exp ] */
static const char *json_number_behind(const char *at)
{
    static const char digits[] = "0123456789";

    at += *at == '-';
    size_t whole = strspn(at, digits);
    if (whole == 0 || (*at == '0' && whole > 1))
        return NULL;
    at += whole;
    if (*at == '.') {
        size_t parts = strspn(at + 1, digits);
        if (parts == 0)
            return NULL;
        at += 1 + parts;
    }
    if (*at != 'e' && *at != 'E')
        return at;
    at++;
    at += *at == '-' || *at == '+';
    size_t exponent = strspn(at, digits);
    return exponent > 0 ? at + exponent : NULL;
}

/* Values, or members, up to the closing bracket. */
static const char *json_list(const char *at, char closing)
{
    at = json_blanks(at + 1);
    if (*at == closing)
        return at + 1;
    for (;; at++) {
        at = json_blanks(at);
        if (closing == '}') {
            at = *at == '"' ? json_string_behind(at) : NULL;
            at = at != NULL ? json_blanks(at) : NULL;
            if (at == NULL || *at++ != ':')
                return NULL;
        }
        at = json_value(at);
        if (at == NULL || (*at != ',' && *at != closing))
            return NULL;
        if (*at == closing)
            return at + 1;
    }
}

static const char *json_value(const char *at)
{
    static const char *const words[] = {"true", "false", "null"};

    at = json_blanks(at);
    const char *behind = NULL;
    for (int i = 0; i < 3; i++)
        if (strncmp(at, words[i], strlen(words[i])) == 0)
            behind = at + strlen(words[i]);
    if (*at == '{')
        behind = json_list(at, '}');
    else if (*at == '[')
        behind = json_list(at, ']');
    else if (*at == '"')
        behind = json_string_behind(at);
    else if (behind == NULL)
        behind = json_number_behind(at);
    return behind != NULL ? json_blanks(behind) : NULL;
}

static bool json_is_valid(const char *text)
{
    const char *behind = json_value(text);

    return behind != NULL && *behind == '\0';
}

#endif
