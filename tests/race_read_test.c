/*
 * race_read_test.c - what the race reads of programs that are not ours: the
 * JSON object that they print, and the trace that they write.
 */
#include "support.h"

#include "common/race/race_json.h"
#include "common/race/race_trace.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the JSON object ---- */

static const struct {
    const char *text;
    double number; /* under "n"; NAN: none */
    const char *string;
} objects[] = {
    {"{}", NAN, ""},
    {" { \"n\" : 1 , \"s\" : \"x\" } \r\n", 1, "x"},
    {"{\"n\": -0}", -0.0, ""},
    {"{\"n\": 12.50}", 12.5, ""},
    {"{\"n\": 1e3}", 1000, ""},
    {"{\"n\": 1.5E+2}", 150, ""},
    {"{\"n\": 2e-2}", 0.02, ""},
    {"{\"s\": \"\"}", NAN, ""},
    {"{\"s\": \"a \\\"b\\\" \\\\ \\/ c\"}", NAN, "a \"b\" \\ / c"},
    {"{\"s\": \"\\b\\f\\n\\r\\t\"}", NAN, "\b\f\n\r\t"},
    {"{\"s\": \"\\u0041\\u007A\\u007a\"}", NAN, "Azz"},
    {"{\"s\": \"\\u00e9\\u20AC\\u0000\"}", NAN, "???"},
    {"{\"\\u006e\": 7}", 7, ""},
};

START_TEST(an_object_of_numbers_and_strings_is_read)
{
    struct json_object object;
    const char *text = objects[_i].text;
    double right = objects[_i].number;

    const char *wrong = json_read(&object, text, strlen(text));
    ck_assert_msg(wrong == NULL, "%s: %s", text, wrong);
    double number = json_number(&object, "n");
    ck_assert_msg(number == right || (isnan(number) && isnan(right)), "%s: %g",
                  text, number);
    ck_assert_str_eq(json_string(&object, "s"), objects[_i].string);
}
END_TEST

/* JSON's grammar, and what is left out of it: RFC 8259. */
static const struct {
    const char *text;
    const char *why;
} no_objects[] = {
    {"", "no JSON object"},
    {"[1]", "no JSON object"},
    {"{\"n\": 1", "does not end"},
    {"{\"n\": 1,}", "no key"},
    {"{n: 1}", "no key"},
    {"{\"n", "no key"},
    {"{\"n\" 1}", "no colon"},
    {"{\"n\": 1} {}", "more than one"},
    {"{\"n\": 1} x", "more than one"},
    {"{\"n\": 1, \"\\u006e\": 2}", "a key twice"},
    {"{\"n\": }", "a value"},
    {"{\"n\": 01}", "does not end"},
    {"{\"n\": +1}", "a value"},
    {"{\"n\": -}", "a value"},
    {"{\"n\": .5}", "a value"},
    {"{\"n\": 1.}", "a value"},
    {"{\"n\": 1e}", "a value"},
    {"{\"n\": 1e+}", "a value"},
    {"{\"n\": 1e999}", "a value"},
    {"{\"n\": 0x10}", "does not end"},
    {"{\"n\": inf}", "a value"},
    {"{\"n\": null}", "a value"},
    {"{\"n\": {}}", "a value"},
    {"{\"n\": 1000000000000000000000000000000000000000000000000000000000000000"
     "}",
     "a value"},
    {"{\"s\": \"a\nb\"}", "a value"},
    {"{\"s\": \"\\x41\"}", "a value"},
    {"{\"s\": \"\\u00g0\"}", "a value"},
    {"{\"s\": \"\\u00", "a value"},
    {"{\"s\": \"\\", "a value"},
    {"{\"s\": \"0123456789012345678901234567890123456789012345678901234567890"
     "12345678901234567890123456789012345678901234567890123456789\"}",
     "a value"},
    {"{\"0123456789012345678901234567890123456789\": 1}", "no key"},
};

/* A copy that ends where it ends: what is read behind it is noticed. */
START_TEST(whatever_else_is_said_to_be_wrong)
{
    struct json_object object;
    size_t size = strlen(no_objects[_i].text);
    char *text = malloc(size > 0 ? size : 1);

    memcpy(text, no_objects[_i].text, size);
    const char *wrong = json_read(&object, text, size);
    ck_assert_msg(wrong != NULL && strstr(wrong, no_objects[_i].why) != NULL,
                  "%s: %s", no_objects[_i].text, wrong);
    free(text);
}
END_TEST

START_TEST(an_object_of_too_many_members_is_refused)
{
    struct json_object object;
    char text[2048] = "{";

    for (int i = 0; i <= JSON_MAX_MEMBERS; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "%s\"%d\": %d", i > 0 ? ", " : "", i, i);
    strcat(text, "}");
    ck_assert_str_eq(json_read(&object, text, strlen(text)),
                     "too many members in the JSON object");
}
END_TEST

/* ---- the trace ---- */

#define HEADER                                                  \
    "url,worker,start,resolved,connected,sent,first_byte,done," \
    "outcome,status,bytes\n"

static const char *read_trace(struct trace *trace, const char *text)
{
    char *path = temp_path("trace");

    file_write(path, text, strlen(text));
    const char *wrong = trace_read(trace, path);
    free(path);
    return wrong;
}

START_TEST(cells_may_be_quoted)
{
    struct trace trace;

    ck_assert_ptr_null(read_trace(
        &trace, HEADER "\"http://a/x,y\",\"0\",0,,,,,\"1.5\",ok,200,5\r\n"
                       "\"http://a/\"\"b\"\"\",1,2,,,,,3,\"\",,\n"));
    ck_assert_uint_eq(trace.count, 2);
    ck_assert_str_eq(trace.rows[0].url, "http://a/x,y");
    ck_assert_str_eq(trace.rows[0].worker, "0");
    ck_assert_str_eq(trace.rows[0].bytes, "5");
    ck_assert_double_eq(trace.rows[0].at[MOMENT_DONE], 1.5);
    ck_assert(isnan(trace.rows[0].at[MOMENT_SENT]));
    ck_assert_str_eq(trace.rows[1].url, "http://a/\"b\"");
    ck_assert_str_eq(trace.rows[1].outcome, "");
    trace_free(&trace);
}
END_TEST

START_TEST(columns_come_in_any_order_and_more_are_left_out)
{
    struct trace trace;

    ck_assert_ptr_null(
        read_trace(&trace, "mine,bytes,status,outcome,done,first_byte,sent,"
                           "connected,resolved,start,worker,url\n"
                           "x,5,200,ok,6,5,4,3,2,1,7,http://a/\n"));
    ck_assert_uint_eq(trace.count, 1);
    ck_assert_str_eq(trace.rows[0].url, "http://a/");
    ck_assert_double_eq(trace.rows[0].at[MOMENT_START], 1);
    ck_assert_double_eq(trace.rows[0].at[MOMENT_DONE], 6);
    trace_free(&trace);
}
END_TEST

/* Those that never began come last, and equal ones as they stand there. */
START_TEST(rows_are_sorted_by_their_start)
{
    static const char *const order[] = {"c", "b", "d", "a", "e"};
    struct trace trace;

    ck_assert_ptr_null(read_trace(&trace, HEADER "a,0,,,,,,1,ok,,\n"
                                                 "b,0,2,,,,,3,ok,,\n"
                                                 "c,0,1,,,,,3,ok,,\n"
                                                 "d,0,2,,,,,3,ok,,\n"
                                                 "e,0,,,,,,1,ok,,\n"));
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(trace.rows[i].url, order[i]);
    trace_free(&trace);
}
END_TEST

static const struct {
    const char *text;
    const char *why;
} no_traces[] = {
    {"", "header"},
    {"url,worker\n", "header"},
    {HEADER "http://a/,0,1\n", "a broken row"},
    {HEADER "http://a/,0,x,,,,,1,ok,200,5\n", "a broken row"},
    {HEADER "http://a/,0,inf,,,,,1,ok,200,5\n", "a broken row"},
    {HEADER "\"http://a/\"b,0,1,,,,,1,ok,200,5\n", "a broken row"},
    {HEADER "\"http://a/,0,1,,,,,1,ok,200,5\n", "a broken row"},
    {HEADER "\n", "a broken row"},
    {HEADER ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n", "a broken row"},
    {HEADER "a,0,1,,,,,1,ok,200,5\nb,0\n", "a broken row"},
};

START_TEST(what_is_no_trace_is_said_to_be_none)
{
    struct trace trace;
    const char *wrong = read_trace(&trace, no_traces[_i].text);

    ck_assert_msg(wrong != NULL && strstr(wrong, no_traces[_i].why) != NULL,
                  "%s: %s", no_traces[_i].text, wrong);
    ck_assert_uint_eq(trace.count, 0);
    ck_assert_ptr_null(trace.rows);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("race_read");
    TCase *json = tcase_create("json"), *traces = tcase_create("trace");

    tcase_add_loop_test(json, an_object_of_numbers_and_strings_is_read, 0,
                        sizeof objects / sizeof objects[0]);
    tcase_add_loop_test(json, whatever_else_is_said_to_be_wrong, 0,
                        sizeof no_objects / sizeof no_objects[0]);
    tcase_add_test(json, an_object_of_too_many_members_is_refused);
    tcase_add_unchecked_fixture(traces, temp_dir_make, temp_dir_remove);
    tcase_add_test(traces, cells_may_be_quoted);
    tcase_add_test(traces, columns_come_in_any_order_and_more_are_left_out);
    tcase_add_test(traces, rows_are_sorted_by_their_start);
    tcase_add_loop_test(traces, what_is_no_trace_is_said_to_be_none, 0,
                        sizeof no_traces / sizeof no_traces[0]);
    suite_add_tcase(suite, json);
    suite_add_tcase(suite, traces);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
