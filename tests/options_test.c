/*
 * options_test.c - the command line, and the list of URLs it names.
 */
#include "common/options.h"

#include "allocations.h"
#include "common/buffer.h"
#include "common/clock.h"
#include "common/start_list.h"
#include "support.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 16 };

static const char *chosen; /* by --flavour */

static bool set_flavour(const char *value)
{
    chosen = value;
    return strcmp(value, "sweet") == 0;
}

static bool set_plain(const char *value)
{
    chosen = "plain";
    return value == NULL;
}

static const struct stage_option own[] = {
    {.name = "flavour",
     .value = "NAME",
     .help = "how it tastes",
     .complaint = "only sweet is known",
     .set = set_flavour},
    {.name = "plain", .help = "takes no value", .set = set_plain},
    {0},
};

static const struct stage stage = {
    .name = "00-test", .summary = "Tests.", .own = own};
static const struct stage without_own = {.name = "00-test",
                                         .summary = "Tests."};

static struct options options;
static char *said, *printed; /* on stderr and stdout */

/* Parses what stands in `line`, cut at blanks. Returns the status. */
static int parse_for(const struct stage *who, const char *line)
{
    static char text[1024];
    char *argv[MAX_ARGUMENTS + 2] = {"00-test"};
    struct capture out, err;
    int argc = 1;

    ck_assert_uint_lt(strlen(line), sizeof text);
    strcpy(text, line);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    /* argv lives as long as the options do. */
    static char *kept[MAX_ARGUMENTS + 2];
    memcpy(kept, argv, sizeof argv);
    capture_begin(&out, stdout);
    capture_begin(&err, stderr);
    int status = options_parse(&options, who, argc, kept);
    said = capture_end(&err);
    printed = capture_end(&out);
    return status;
}

static void parse(const char *line)
{
    int status = parse_for(&stage, line);

    ck_assert_msg(status == OPTIONS_GO_ON, "%s: %d: %s", line, status, said);
    ck_assert_str_eq(said, "");
    ck_assert_str_eq(printed, "");
}

static void forget(void)
{
    options_free(&options);
    free(said);
    free(printed);
    said = printed = NULL;
}

/* ---- options ---- */

START_TEST(without_options_the_documented_defaults_hold)
{
    parse("http://a/");
    ck_assert_uint_eq(options.concurrency, 10);
    ck_assert(!options.follow && !options.json);
    ck_assert(!options.quiet && !options.verbose);
    ck_assert_uint_eq(options.max_pages, 10000);
    ck_assert_int_eq(options.timeout_ns, 30 * NS_PER_S);
    ck_assert_uint_eq(options.max_size, 16 << 20);
    ck_assert_uint_eq(options.max_redirects, 10);
    ck_assert_ptr_null(options.manifest);
    ck_assert_ptr_null(options.trace);
    ck_assert_ptr_null(options.har);
    ck_assert_ptr_null(options.trace_events);
    ck_assert_uint_eq(options.input_file_count, 0);
    ck_assert_uint_eq(options.url_count, 1);
    forget();
}
END_TEST

START_TEST(every_long_option_sets_its_member)
{
    parse("--concurrency=7 --follow --max-pages=99 --timeout=250ms "
          "--max-size=64KiB --max-redirects=0 --manifest=m --trace t --har=h "
          "--trace-events e --json "
          "--quiet http://a/");
    ck_assert_uint_eq(options.concurrency, 7);
    ck_assert(options.follow && options.json && options.quiet);
    ck_assert_uint_eq(options.max_pages, 99);
    ck_assert_int_eq(options.timeout_ns, 250 * NS_PER_MS);
    ck_assert_uint_eq(options.max_size, 65536);
    ck_assert_uint_eq(options.max_redirects, 0);
    ck_assert_str_eq(options.manifest, "m");
    ck_assert_str_eq(options.trace, "t");
    ck_assert_str_eq(options.har, "h");
    ck_assert_str_eq(options.trace_events, "e");
    forget();
}
END_TEST

START_TEST(every_short_option_sets_its_member)
{
    parse("-c 3 -f -t2.5s -v -i list -i- http://a/");
    ck_assert_uint_eq(options.concurrency, 3);
    ck_assert(options.follow && options.verbose);
    ck_assert_int_eq(options.timeout_ns, 2500 * NS_PER_MS);
    ck_assert_uint_eq(options.input_file_count, 2);
    ck_assert_str_eq(options.input_files[0], "list");
    ck_assert_str_eq(options.input_files[1], "-");
    forget();
}
END_TEST

START_TEST(urls_and_options_may_come_in_any_order)
{
    parse("http://a/ -c 3 http://b/ -- -http");
    ck_assert_uint_eq(options.concurrency, 3);
    ck_assert_uint_eq(options.url_count, 3);
    ck_assert_str_eq(options.urls[0], "http://a/");
    ck_assert_str_eq(options.urls[1], "http://b/");
    ck_assert_str_eq(options.urls[2], "-http");
    forget();
}
END_TEST

START_TEST(an_input_file_is_enough_without_a_url)
{
    parse("-i -");
    ck_assert_uint_eq(options.url_count, 0);
    forget();
}
END_TEST

START_TEST(of_quiet_and_verbose_the_last_one_counts)
{
    parse("-q -v http://a/");
    ck_assert(options.verbose && !options.quiet);
    forget();
    parse("-v -q http://a/");
    ck_assert(!options.verbose && options.quiet);
    forget();
}
END_TEST

START_TEST(a_stages_own_options_are_given_to_it)
{
    parse("--flavour=sweet http://a/");
    ck_assert_str_eq(chosen, "sweet");
    forget();
    parse("--plain http://a/");
    ck_assert_str_eq(chosen, "plain");
    forget();
}
END_TEST

START_TEST(help_names_every_option_and_the_stages_own)
{
    static const char *const names[] = {
        "--input-file",   "--concurrency", "--follow",        "--max-pages",
        "--timeout",      "--max-size",    "--max-redirects", "--manifest",
        "--trace",        "--har",         "--trace-events",  "--json",
        "--quiet",        "--verbose",     "--help",          "--version",
        "--flavour=NAME", "--plain"};

    ck_assert_int_eq(parse_for(&stage, "--help"), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_msg(strstr(printed, names[i]) != NULL, "%s", names[i]);
    ck_assert_str_eq(said, "");
    forget();
}
END_TEST

START_TEST(no_line_of_help_is_longer_than_a_terminal_is_wide)
{
    ck_assert_int_eq(parse_for(&stage, "--help"), 0);
    for (const char *line = printed; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        ck_assert_msg(length < 80, "%.*s", (int)length, line);
        line += length + (line[length] == '\n');
    }
    forget();
}
END_TEST

START_TEST(version_names_the_stage)
{
    ck_assert_int_eq(parse_for(&without_own, "--version"), 0);
    ck_assert_ptr_nonnull(strstr(printed, "00-test"));
    ck_assert_str_eq(said, "");
    forget();
}
END_TEST

static const char *const told[] = {"--help", "--version"};

START_TEST(help_that_cannot_be_written_is_a_failure)
{
    char *argv[] = {"00-test", (char *)told[_i], NULL};
    struct capture err;

    send_stream_to(stdout, "/dev/full");
    capture_begin(&err, stderr);
    ck_assert_int_eq(options_parse(&options, &stage, 2, argv), 1);
    said = capture_end(&err);
    ck_assert_ptr_nonnull(strstr(said, "stdout"));
    forget();
}
END_TEST

static const struct {
    const char *line;
    const char *says; /* a part of the message */
} bad_rows[] = {
    {"", "no URL"},
    {"-f", "no URL"},
    {"--bogus http://a/", "--bogus: no such option"},
    {"--bogus=1 http://a/", "--bogus=1: no such option"},
    {"-x http://a/", "-x: no such option"},
    {"-fx http://a/", "-x: no such option"},
    {"-\xc3\xa9 http://a/", "-\xc3: no such option"},
    {"http://a/ --concurrency", "its value is missing"},
    {"http://a/ -c", "-c: its value is missing"},
    {"http://a/ --manifest", "--manifest: its value is missing"},
    {"--follow=yes http://a/", "it takes no value"},
    {"--json=1 http://a/", "--json=1: it takes no value"},
    {"-c 0 http://a/", "--concurrency='0': give a whole number"},
    {"-c abc http://a/", "--concurrency='abc'"},
    {"-c -1 http://a/", "--concurrency='-1'"},
    {"-c +1 http://a/", "--concurrency='+1'"},
    {"-c 1.5 http://a/", "--concurrency"},
    {"-c 1e3 http://a/", "--concurrency"},
    {"-c 10x http://a/", "--concurrency"},
    {"-c 1000001 http://a/", "--concurrency"},
    {"-c 99999999999999999999999 http://a/", "--concurrency"},
    {"--concurrency= http://a/", "--concurrency=''"},
    {"-t 0 http://a/", "--timeout='0': give a time above zero"},
    {"-t 0ms http://a/", "--timeout"},
    {"-t -1 http://a/", "--timeout"},
    {"-t nan http://a/", "--timeout='nan'"},
    {"-t inf http://a/", "--timeout"},
    {"-t 5parsecs http://a/", "--timeout"},
    {"--timeout=1e99 http://a/", "--timeout"},
    {"--max-pages=0 http://a/", "--max-pages"},
    {"--max-pages=all http://a/", "--max-pages"},
    {"--max-size=0 http://a/", "--max-size='0': give a size above zero"},
    {"--max-size=-5 http://a/", "--max-size"},
    {"--max-size=1XB http://a/", "--max-size"},
    {"--max-redirects=-1 http://a/", "--max-redirects"},
    {"--max-redirects=1001 http://a/", "--max-redirects"},
    {"--manifest= http://a/", "--manifest=''"},
    {"--trace= http://a/", "--trace=''"},
    {"--har= http://a/", "--har=''"},
    {"--har=- http://a/", "--har='-': give a file name"},
    {"--har", "--har: its value is missing"},
    {"--trace-events=- http://a/", "--trace-events='-': give a file name"},
    {"--json --manifest=- http://a/", "--json and --manifest=-"},
    {"--manifest - --json http://a/", "--json and --manifest=-"},
    {"--flavour=sour http://a/", "--flavour='sour': only sweet is known"},
    {"--flavour", "--flavour: its value is missing"},
    {"--plain=1 http://a/", "--plain=1: it takes no value"},
};

START_TEST(bad_usage_is_status_two_and_says_what_to_do)
{
    int status = parse_for(&stage, bad_rows[_i].line);

    ck_assert_msg(status == 2, "%s: %d", bad_rows[_i].line, status);
    ck_assert_msg(strstr(said, bad_rows[_i].says) != NULL, "%s", said);
    ck_assert_msg(strncmp(said, "00-test: ", 9) == 0, "%s", said);
    ck_assert_ptr_nonnull(strstr(said, "Try '00-test --help'.\n"));
    ck_assert_str_eq(printed, "");
    forget();
}
END_TEST

START_TEST(another_stages_option_is_none_of_ours)
{
    ck_assert_int_eq(parse_for(&without_own, "--flavour=sweet http://a/"), 2);
    ck_assert_ptr_nonnull(strstr(said, "no such option"));
    forget();
}
END_TEST

static void parse_something(void)
{
    char *argv[] = {"00-test", "-i", "list", "http://a/", NULL};
    struct options parsed;

    int status = options_parse(&parsed, &stage, 4, argv);
    bool failed = allocations_restore();
    ck_assert_int_eq(status, failed ? 1 : OPTIONS_GO_ON);
    options_free(&parsed);
}

START_TEST(without_memory_for_the_options_there_is_no_crawl)
{
    send_stream_to(stderr, "/dev/null");
    ck_assert_int_gt(allocations_try_all(parse_something), 0);
}
END_TEST

/* ---- the list of URLs ---- */

static struct frontier frontier;

/* Reads the list of the options. Returns the status; `said` is set. */
static int read_list(void)
{
    struct capture err;

    frontier_init(&frontier, options.concurrency, options.max_pages);
    capture_begin(&err, stderr);
    int status = start_list_read(&frontier, &stage, &options);
    free(said);
    said = capture_end(&err);
    return status;
}

/* The pages to do, each followed by a newline. The caller frees. */
static char *urls(void)
{
    struct buffer text = {0};

    for (const struct page *p = frontier.todo; p != NULL; p = p->next) {
        ck_assert_int_eq(buffer_append_string(&text, p->url), 0);
        ck_assert_int_eq(buffer_append(&text, "\n", 1), 0);
    }
    ck_assert_int_eq(buffer_append(&text, "", 1), 0);
    return text.data;
}

static void list_is(const char *expected)
{
    char *text = urls();

    ck_assert_str_eq(text, expected);
    free(text);
}

static void forget_list(void)
{
    frontier_free(&frontier);
    forget();
}

/* Writes `size` bytes to a file and parses `-i FILE`. */
static void parse_file(const char *data, size_t size)
{
    char *path = temp_path("list");
    char line[256];

    file_write(path, data, size);
    snprintf(line, sizeof line, "-i %s", path);
    free(path);
    parse(line);
}

START_TEST(the_list_is_the_arguments_in_normal_form_each_once)
{
    parse("HTTP://A.test:80/x/../b http://a.test/b#part http://c.test");
    ck_assert_int_eq(read_list(), 0);
    list_is("http://a.test/b\nhttp://c.test/\n");
    forget_list();
}
END_TEST

static const struct {
    const char *text;
    const char *list;
} file_rows[] = {
    {"http://a/1\nhttp://a/2\n", "http://a/1\nhttp://a/2\n"},
    {"http://a/1\nhttp://a/2", "http://a/1\nhttp://a/2\n"},
    {"http://a/1\r\nhttp://a/2\r\n", "http://a/1\nhttp://a/2\n"},
    {"\n\n  \t\nhttp://a/1\n\n\n", "http://a/1\n"},
    {"  http://a/1\t \n\thttp://a/2", "http://a/1\nhttp://a/2\n"},
    {"http://a/1\nhttp://A/1\nhttp://a:80/./1#x\n", "http://a/1\n"},
    {"http://a/b c\n", "http://a/b%20c\n"},
    {"ftp://a/x\nmailto:x@a\n", "ftp://a/x\nmailto:x@a\n"},
};

START_TEST(a_file_holds_one_url_a_line)
{
    parse_file(file_rows[_i].text, strlen(file_rows[_i].text));
    ck_assert_int_eq(read_list(), 0);
    list_is(file_rows[_i].list);
    forget_list();
}
END_TEST

START_TEST(the_arguments_come_before_the_files_and_all_are_read)
{
    char *path = temp_path("one"), *other = temp_path("other");
    char line[256];

    file_write(path, "http://a/1\n", 11);
    file_write(other, "http://a/2\n", 11);
    snprintf(line, sizeof line, "-i %s http://a/0 -i %s", path, other);
    free(path);
    free(other);
    parse(line);
    ck_assert_int_eq(read_list(), 0);
    list_is("http://a/0\nhttp://a/1\nhttp://a/2\n");
    forget_list();
}
END_TEST

START_TEST(a_dash_is_stdin)
{
    char *path = temp_path("stdin");

    file_write(path, "http://a/1\nno url\n", 18);
    ck_assert_ptr_nonnull(freopen(path, "r", stdin));
    free(path);
    parse("-i -");
    ck_assert_int_eq(read_list(), 2);
    list_is("http://a/1\n");
    ck_assert_ptr_nonnull(strstr(said, "stdin, line 2: 'no url'"));
    forget_list();
}
END_TEST

START_TEST(a_line_of_a_megabyte_is_refused_not_crashed_on)
{
    size_t size = 1 << 20;
    char *text = malloc(size);

    ck_assert_ptr_nonnull(text);
    memset(text, 'a', size);
    memcpy(text, "http://a/", 9);
    text[size - 1] = '\n';
    parse_file(text, size);
    free(text);
    ck_assert_int_eq(read_list(), 2);
    ck_assert_ptr_nonnull(strstr(said, "line 1: "));
    forget_list();
}
END_TEST

START_TEST(the_origins_of_the_list_are_followed_and_no_others)
{
    parse("http://a/ http://b:81/x http://user@c/ https://d/ ftp://e/");
    ck_assert_int_eq(read_list(), 0);
    ck_assert(frontier_follows(&frontier, "http://a/y"));
    ck_assert(frontier_follows(&frontier, "http://b:81/"));
    ck_assert(frontier_follows(&frontier, "http://c/"));
    ck_assert(!frontier_follows(&frontier, "http://b/"));
    ck_assert(!frontier_follows(&frontier, "http://d/"));
    ck_assert(!frontier_follows(&frontier, "http://e/"));
    forget_list();
}
END_TEST

START_TEST(urls_beyond_max_pages_are_left_and_counted)
{
    parse("--max-pages=2 http://a/1 http://a/2 http://a/3 http://a/4");
    ck_assert_int_eq(read_list(), 0);
    list_is("http://a/1\nhttp://a/2\n");
    ck_assert_uint_eq(frontier_left(&frontier), 2);
    forget_list();
}
END_TEST

static const char *const no_urls[] = {
    "relative",    "/a",           "//a/b",       "http://",
    "http:///x",   "http://:80/",  "http://a:0/", "http://a:65536/",
    "http://a:b/", "http://[::1/",
};

START_TEST(an_argument_that_is_no_url_is_bad_usage_that_names_it)
{
    char wanted[128];

    parse(no_urls[_i]);
    ck_assert_int_eq(read_list(), 2);
    snprintf(wanted, sizeof wanted, "00-test: '%s' is no URL: give",
             no_urls[_i]);
    ck_assert_msg(strstr(said, wanted) != NULL, "%s", said);
    forget_list();
}
END_TEST

static const struct {
    const char *text;
    size_t size;
    const char *says;
} bad_files[] = {
    {"http://a/\n\nnot one\n", 19, "list, line 3: 'not one' is no URL"},
    {"http://a/\n/b", 12, "list, line 2: '/b' is no URL"},
    {"http://a/\0b\n", 12, "list, line 1: "},
    {"http://a/\nhttp://a/\x01\n", 21, "list, line 2: "},
    {"", 0, "holds no URL"},
    {"\n \n", 3, "holds no URL"},
};

START_TEST(a_file_with_a_line_that_is_no_url_is_bad_usage_that_names_it)
{
    parse_file(bad_files[_i].text, bad_files[_i].size);
    ck_assert_int_eq(read_list(), 2);
    ck_assert_msg(strstr(said, bad_files[_i].says) != NULL, "%s", said);
    forget_list();
}
END_TEST

static const char *const unreadable[] = {"/nowhere/to/be/found", "/tmp"};

START_TEST(a_file_that_cannot_be_read_is_bad_usage_that_names_it)
{
    char line[64];
    int descriptors = count_descriptors();

    snprintf(line, sizeof line, "-i %s", unreadable[_i]);
    parse(line);
    ck_assert_int_eq(read_list(), 2);
    snprintf(line, sizeof line, "cannot read '%s': ", unreadable[_i]);
    ck_assert_msg(strstr(said, line) != NULL, "%s", said);
    ck_assert_int_eq(count_descriptors(), descriptors);
    forget_list();
}
END_TEST

static void read_without_memory(void)
{
    frontier_init(&frontier, 10, 100);
    int status = start_list_read(&frontier, &stage, &options);
    bool failed = allocations_restore();
    ck_assert_int_eq(status, failed ? 1 : 0);
    frontier_free(&frontier);
}

START_TEST(without_memory_for_the_list_there_is_no_crawl)
{
    static const char text[] = "http://c/3\nhttp://d/4\n";

    parse_file(text, sizeof text - 1);
    send_stream_to(stderr, "/dev/null");
    ck_assert_int_gt(allocations_try_all(read_without_memory), 5);
    forget();
}
END_TEST

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static TCase *options_case(void)
{
    TCase *tcase = tcase_create("options");

    tcase_add_test(tcase, without_options_the_documented_defaults_hold);
    tcase_add_test(tcase, every_long_option_sets_its_member);
    tcase_add_test(tcase, every_short_option_sets_its_member);
    tcase_add_test(tcase, urls_and_options_may_come_in_any_order);
    tcase_add_test(tcase, an_input_file_is_enough_without_a_url);
    tcase_add_test(tcase, of_quiet_and_verbose_the_last_one_counts);
    tcase_add_test(tcase, a_stages_own_options_are_given_to_it);
    tcase_add_test(tcase, help_names_every_option_and_the_stages_own);
    tcase_add_test(tcase, no_line_of_help_is_longer_than_a_terminal_is_wide);
    tcase_add_test(tcase, version_names_the_stage);
    tcase_add_loop_test(tcase, help_that_cannot_be_written_is_a_failure, 0,
                        LENGTH(told));
    tcase_add_loop_test(tcase, bad_usage_is_status_two_and_says_what_to_do, 0,
                        LENGTH(bad_rows));
    tcase_add_test(tcase, another_stages_option_is_none_of_ours);
    tcase_add_test(tcase, without_memory_for_the_options_there_is_no_crawl);
    return tcase;
}

static TCase *list_case(void)
{
    TCase *tcase = tcase_create("list");

    tcase_add_unchecked_fixture(tcase, temp_dir_make, temp_dir_remove);
    tcase_add_test(tcase, the_list_is_the_arguments_in_normal_form_each_once);
    tcase_add_loop_test(tcase, a_file_holds_one_url_a_line, 0,
                        LENGTH(file_rows));
    tcase_add_test(tcase, the_arguments_come_before_the_files_and_all_are_read);
    tcase_add_test(tcase, a_dash_is_stdin);
    tcase_add_test(tcase, a_line_of_a_megabyte_is_refused_not_crashed_on);
    tcase_add_test(tcase, the_origins_of_the_list_are_followed_and_no_others);
    tcase_add_test(tcase, urls_beyond_max_pages_are_left_and_counted);
    tcase_add_loop_test(tcase,
                        an_argument_that_is_no_url_is_bad_usage_that_names_it,
                        0, LENGTH(no_urls));
    tcase_add_loop_test(
        tcase, a_file_with_a_line_that_is_no_url_is_bad_usage_that_names_it, 0,
        LENGTH(bad_files));
    tcase_add_loop_test(tcase,
                        a_file_that_cannot_be_read_is_bad_usage_that_names_it,
                        0, LENGTH(unreadable));
    tcase_add_test(tcase, without_memory_for_the_list_there_is_no_crawl);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("options");

    suite_add_tcase(suite, options_case());
    suite_add_tcase(suite, list_case());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
