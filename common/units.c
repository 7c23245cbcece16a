/*
 * units.c - digits and units, read by hand.
 *
 * strtod() would take signs, blanks, "nan", hex and the locale's comma, and
 * would lose bytes to rounding. Whole numbers do without all of that: a value
 * is `whole * factor + fraction * factor`, each part in integers.
 */
#include "units.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A century of years of 365.25 days, in ns: about a third of INT64_MAX. */
#define LONGEST_NS (UINT64_C(100) * 36525 * 864 * 1000000000)

struct unit {
    const char *name;
    uint64_t factor; /* of the smallest unit: bytes or nanoseconds */
};

/* In both tables the first unit is the one of a bare number. */
static const struct unit size_units[] = {
    {"", 1},
    {"B", 1},
    {"kB", 1000},
    {"KiB", UINT64_C(1) << 10},
    {"MB", 1000 * 1000},
    {"MiB", UINT64_C(1) << 20},
    {"GB", 1000 * 1000 * 1000},
    {"GiB", UINT64_C(1) << 30},
    {NULL, 0},
};

static const struct unit duration_units[] = {
    {"", UINT64_C(1000000000)},
    {"ns", 1},
    {"us", 1000},
    {"ms", 1000000},
    {"s", UINT64_C(1000000000)},
    {"min", UINT64_C(60) * 1000000000},
    {"h", UINT64_C(3600) * 1000000000},
    {NULL, 0},
};

/* isdigit() asks the locale; a digit is a digit. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *text)
{
    while (is_digit(*text))
        text++;
    return text;
}

static int fail(int error)
{
    errno = error;
    return -1;
}

/* The digits from `text` to `end`; false if they are above UINT64_MAX. */
static bool whole_number(const char *text, const char *end, uint64_t *number)
{
    *number = 0;
    for (; text < end; text++) {
        uint64_t digit = (uint64_t)(*text - '0');

        if (*number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return true;
}

/*
 * 0.d1d2d3... * factor, rounded down. From the last digit to the first no
 * step needs more than ten times the factor, and dropping the remainders on
 * the way does not change the result: for whole n, floor((n + x) / 10) and
 * floor((n + floor(x)) / 10) are the same.
 */
static uint64_t scaled_fraction(const char *text, const char *end,
                                uint64_t factor)
{
    uint64_t result = 0;

    while (end > text)
        result = ((uint64_t)(*--end - '0') * factor + result) / 10;
    return result;
}

/* Reads "12", "1.5" or ".5" and a unit of the table, no more than `most`. */
static int number_with_unit(const char *text, const struct unit *unit,
                            bool (*same_name)(const char *, const char *),
                            uint64_t most, uint64_t *result)
{
    const char *whole_end = skip_digits(text);
    const char *fraction = whole_end, *end = whole_end;

    if (*whole_end == '.') {
        fraction = whole_end + 1;
        end = skip_digits(fraction);
        if (end == fraction)
            return fail(EINVAL);
    }
    if (end == text)
        return fail(EINVAL);
    while (unit->name && !same_name(unit->name, end))
        unit++;
    if (!unit->name)
        return fail(EINVAL);

    uint64_t whole, rest = scaled_fraction(fraction, end, unit->factor);

    if (!whole_number(text, whole_end, &whole) || whole > most / unit->factor)
        return fail(ERANGE);
    if (whole * unit->factor > most - rest)
        return fail(ERANGE);
    *result = whole * unit->factor + rest;
    return 0;
}

static bool is_duration_unit(const char *name, const char *text)
{
    return strcmp(name, text) == 0;
}

static char fold(char c)
{
    return c == 'k' ? 'K' : c == 'b' ? 'B' : c;
}

/* k and K, b and B are the same; nobody here counts in bits or kelvin. */
static bool is_size_unit(const char *name, const char *text)
{
    while (*name && fold(*name) == fold(*text)) {
        name++;
        text++;
    }
    return *name == '\0' && *text == '\0';
}

int units_count(const char *text, uint64_t *count)
{
    const char *end = skip_digits(text);
    uint64_t number;

    if (end == text || *end != '\0')
        return fail(EINVAL);
    if (!whole_number(text, end, &number))
        return fail(ERANGE);
    *count = number;
    return 0;
}

int units_size(const char *text, uint64_t *bytes)
{
    return number_with_unit(text, size_units, is_size_unit, UINT64_MAX / 2,
                            bytes);
}

int units_duration(const char *text, int64_t *ns)
{
    uint64_t result;

    if (number_with_unit(text, duration_units, is_duration_unit, LONGEST_NS,
                         &result) != 0)
        return -1;
    *ns = (int64_t)result;
    return 0;
}
