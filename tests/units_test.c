/*
 * units_test.c - numbers with units: what is read, what is refused.
 */
#include "common/units.h"

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>

#define KIB UINT64_C(1024)
#define SEC UINT64_C(1000000000)

/* A reading, or the errno that it comes to. */
struct reading {
    const char *text;
    int error;
    uint64_t value;
};

/* What nobody should have to guess about: no number of any kind. */
static const char *const no_numbers[] = {
    "",      " ",    " 1",  "1 ",  "\t1",  "1\n",  "+1",       "-1",
    "- 1",   "--1",  "nan", "NaN", "inf",  "-inf", ".",        "1.",
    "1..2",  "1.2.", "..5", "1,5", "0x10", "1e3",  "1E3",      "1e",
    "1_000", "1'0",  "one", "B",   "s",    "KiB",  "ms",       "1 B",
    "1 s",   "1.B",  ".B",  "1BB", "1ss",  "1.-5", "\xc2\xb2",
};

typedef int read_function(const char *text, uint64_t *value);

static int read_duration(const char *text, uint64_t *value)
{
    int64_t ns = (int64_t)*value;
    int result = units_duration(text, &ns);

    *value = (uint64_t)ns;
    return result;
}

/* A refused number must leave the caller's variable alone. */
static void check_reading(read_function *read, const struct reading *expected)
{
    uint64_t value = 4711;

    errno = 0;
    int result = read(expected->text, &value);

    ck_assert_msg(result == (expected->error ? -1 : 0) &&
                      (!expected->error || errno == expected->error),
                  "`%s`: result %d, errno %d", expected->text, result, errno);
    uint64_t wanted = expected->error ? 4711 : expected->value;

    ck_assert_msg(value == wanted, "`%s` is %" PRIu64 ", not %" PRIu64,
                  expected->text, value, wanted);
}

#define CHECK_READINGS(read, table)                                   \
    do {                                                              \
        for (size_t i = 0; i < sizeof(table) / sizeof(table)[0]; i++) \
            check_reading(read, &(table)[i]);                         \
    } while (0)

static void check_all_refused(read_function *read, const char *const *texts,
                              size_t size)
{
    for (size_t i = 0; i < size; i++) {
        struct reading expected = {texts[i], EINVAL, 0};

        check_reading(read, &expected);
    }
}

#define CHECK_ALL_REFUSED(read, table) \
    check_all_refused(read, table, sizeof(table) / sizeof(table)[0])

START_TEST(a_count_is_decimal_digits)
{
    static const struct reading table[] = {
        {"0", 0, 0},
        {"1", 0, 1},
        {"007", 0, 7},
        {"10000", 0, 10000},
        {"18446744073709551615", 0, UINT64_MAX},
        {"00000000000000000000018446744073709551615", 0, UINT64_MAX},
    };

    CHECK_READINGS(units_count, table);
}
END_TEST

START_TEST(a_count_beyond_64_bits_is_out_of_range)
{
    static const struct reading table[] = {
        {"18446744073709551616", ERANGE, 0},
        {"18446744073709551620", ERANGE, 0},
        {"99999999999999999999999999999999", ERANGE, 0},
    };

    CHECK_READINGS(units_count, table);
}
END_TEST

START_TEST(anything_but_digits_is_no_count)
{
    static const char *const table[] = {
        "1.5", "1.0", "1k", "10B", "18446744073709551616x", "1s",
    };

    CHECK_ALL_REFUSED(units_count, no_numbers);
    CHECK_ALL_REFUSED(units_count, table);
}
END_TEST

START_TEST(a_size_is_a_number_and_a_unit)
{
    static const struct reading table[] = {
        {"0", 0, 0},
        {"1", 0, 1},
        {"1B", 0, 1},
        {"1b", 0, 1},
        {"1kB", 0, 1000},
        {"1KB", 0, 1000},
        {"1kb", 0, 1000},
        {"1KiB", 0, KIB},
        {"1kiB", 0, KIB},
        {"1kib", 0, KIB},
        {"1MB", 0, 1000000},
        {"16MiB", 0, 16 * KIB * KIB},
        {"16Mib", 0, 16 * KIB * KIB},
        {"2GB", 0, UINT64_C(2000000000)},
        {"2GiB", 0, 2 * KIB * KIB * KIB},
        {"0.0MiB", 0, 0},
        {"1.5MiB", 0, 3 * KIB * KIB / 2},
        {".5KiB", 0, 512},
        {"00.50KiB", 0, 512},
        {"0.1kB", 0, 100},
        {"1.999B", 0, 1},
        {"0.0009765625KiB", 0, 1},
        {"0.00097656249999999999999999999999999999999KiB", 0, 0},
        {"0.333333333333333333333333333333333333333333kB", 0, 333},
    };

    CHECK_READINGS(units_size, table);
}
END_TEST

START_TEST(a_size_is_exact_to_the_last_byte_it_can_be)
{
    static const struct reading table[] = {
        {"9223372036854775807", 0, INT64_MAX},
        {"9223372036854775807.9", 0, INT64_MAX},
        {"9223372036854775808", ERANGE, 0},
        {"9223372036854775.807kB", 0, INT64_MAX},
        {"9223372036854775.808kB", ERANGE, 0},
        {"8589934591GiB", 0, UINT64_C(8589934591) << 30},
        {"8589934591.999999999GiB", 0, UINT64_C(9223372036854775806)},
        {"8589934592GiB", ERANGE, 0},
        {"99999999999999999999999GiB", ERANGE, 0},
    };

    CHECK_READINGS(units_size, table);
}
END_TEST

START_TEST(anything_else_is_no_size)
{
    static const char *const table[] = {
        "1K",
        "1M",
        "1G",
        "1k",
        "1mb",
        "1mB",
        "1gib",
        "1TB",
        "1s",
        "1ms",
        "1Ki",
        "1KiBs",
        "1KIB",
        "1 KiB",
        "1KiB ",
        "16MiB16",
        "99999999999999999999999x",
    };

    CHECK_ALL_REFUSED(units_size, no_numbers);
    CHECK_ALL_REFUSED(units_size, table);
}
END_TEST

START_TEST(a_duration_is_a_number_and_a_unit)
{
    static const struct reading table[] = {
        {"0", 0, 0},
        {"0s", 0, 0},
        {"10", 0, 10 * SEC},
        {"30s", 0, 30 * SEC},
        {"1ns", 0, 1},
        {"1us", 0, 1000},
        {"300ms", 0, 300 * SEC / 1000},
        {"450ms", 0, 450000000},
        {"0.45", 0, 450000000},
        {"0.45s", 0, 450000000},
        {".45s", 0, 450000000},
        {"2min", 0, 120 * SEC},
        {"1.5h", 0, 5400 * SEC},
        {"0.1ns", 0, 0},
        {"1.0000000019", 0, SEC + 1},
        {"0.000000001", 0, 1},
        {"0.3333333333333333333333333333h", 0, UINT64_C(1199999999999)},
        {"876600h", 0, UINT64_C(3155760000) * SEC},
        {"876600.0000000000000001h", 0, UINT64_C(3155760000) * SEC},
        {"3155760000s", 0, UINT64_C(3155760000) * SEC},
    };

    CHECK_READINGS(read_duration, table);
}
END_TEST

START_TEST(a_duration_beyond_a_century_is_out_of_range)
{
    static const struct reading table[] = {
        {"876601h", ERANGE, 0},
        {"3155760000.000000001s", ERANGE, 0},
        {"9223372036854775807", ERANGE, 0},
        {"9223372036854775808ns", ERANGE, 0},
        {"99999999999999999999999999999h", ERANGE, 0},
    };

    CHECK_READINGS(read_duration, table);
}
END_TEST

START_TEST(anything_else_is_no_duration)
{
    static const char *const table[] = {
        "1S",   "1MS",     "1Ms", "1m",     "1sec", "1hour", "1H",     "1d",
        "1msx", "1s300ms", "1 s", "10 min", "1KiB", "1mins", "-300ms",
    };

    CHECK_ALL_REFUSED(read_duration, no_numbers);
    CHECK_ALL_REFUSED(read_duration, table);
}
END_TEST

/* Where the locale has a comma, strtod() would read "1.5" as 1. */
START_TEST(the_locale_makes_no_difference)
{
    static const struct reading table[] = {
        {"1.5kB", 0, 1500},
        {"1,5kB", EINVAL, 0},
    };

    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        setlocale(LC_ALL, "");
    CHECK_READINGS(units_size, table);
}
END_TEST

static Suite *units_suite(void)
{
    Suite *suite = suite_create("units");
    TCase *cases = tcase_create("units");

    tcase_add_test(cases, a_count_is_decimal_digits);
    tcase_add_test(cases, a_count_beyond_64_bits_is_out_of_range);
    tcase_add_test(cases, anything_but_digits_is_no_count);
    tcase_add_test(cases, a_size_is_a_number_and_a_unit);
    tcase_add_test(cases, a_size_is_exact_to_the_last_byte_it_can_be);
    tcase_add_test(cases, anything_else_is_no_size);
    tcase_add_test(cases, a_duration_is_a_number_and_a_unit);
    tcase_add_test(cases, a_duration_beyond_a_century_is_out_of_range);
    tcase_add_test(cases, anything_else_is_no_duration);
    tcase_add_test(cases, the_locale_makes_no_difference);
    suite_add_tcase(suite, cases);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(units_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
