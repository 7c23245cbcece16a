/*
 * plots_test.c - the plots, drawn from small tables in tests/plots: without a
 * word, with everybody in them, and the same to the byte each time.
 */
#include "run.h"

#include <check.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIXTURES "tests/plots"

/* A plot, and what must be read in it: its title, who takes part, and more. */
struct plot {
    const char *name;
    const char *words[12];
};

static const struct plot plots[] = {
    {"ten-pages",
     {"How long it takes", "01-blocking", "02-processes", "03-threads",
      "04-busy-wait -c 1", "04-busy-wait -c 10", "05-callbacks", "06-futures",
      "07-loop", "Python 0.43 s"}},
    {"timelines",
     {"Who waited for what", "01-blocking", "02-processes", "05-callbacks",
      "first byte"}},
    {"pages",
     {"number of pages", "01-blocking: it would wait", "03-threads",
      "05-callbacks", "07-loop"}},
    {"concurrency",
     {"in flight", "01-blocking: it would wait", "02-processes: fork",
      "03-threads: no more than 1\u201A994 threads", "05-callbacks",
      "05-callbacks, select", "07-loop", "Memory"}},
    {"burnt",
     {"What a page costs", "01-blocking", "02-processes", "04-busy-wait -c 1",
      "07-loop", "system calls"}},
    {"selectors", {"wake-up", "epoll", "poll", "select", "FD_SETSIZE"}},
    {"frames",
     {"What it costs to wait", "stackless", "fiber, our switch",
      "fiber, ucontext", "thread", "process"}},
    {"cores", {"several processes", "07-loop"}},
    {"counter-cases",
     {"does not help", "one page", "4 connections with small pages",
      "01-blocking", "03-threads", "07-loop", "in the loop", "in threads",
      "in processes", "epoll"}},
    {"peers",
     {"by others", "05-callbacks", "07-loop", "epoll", "libuv",
      "Python threads", "go"}},
    {"micro", {"What the loop costs", "task switch, 10,000", "spawn and join"}},
};

enum { PLOTS = sizeof plots / sizeof plots[0] };

static char directory[64]; /* what is drawn, and tables made here */

/*
 * Each plot is drawn once for all tests, in five ways at the same time:
 * NAME.a.svg and so on. What is said meanwhile is in NAME.a.svg.err.
 */
static const char draw_all[] =
    "draw() {\n"
    "    gnuplot -e \"fmt='$2'; data='" FIXTURES "/$1.csv'; \\\n"
    "        out='$d/$1.$3'; $4\" plots/$1.gp 2>$d/$1.$3.err ||\n"
    "        echo it failed >>$d/$1.$3.err\n"
    "}\n"
    "for plot; do\n"
    "    draw $plot svg a.svg &\n"
    "    draw $plot svg b.svg &\n"
    "    draw $plot png png &\n"
    "    draw $plot dumb txt &\n"
    "    draw $plot svg over.svg \"behind='" FIXTURES "/$plot.csv'\" &\n"
    "    wait\n"
    "done\n";

static void make_directory(void)
{
    strcpy(directory, "/tmp/plots-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void remove_directory(void)
{
    DIR *list = opendir(directory);
    struct dirent *entry;

    while (list != NULL && (entry = readdir(list)) != NULL)
        unlinkat(dirfd(list), entry->d_name, 0);
    if (list != NULL)
        closedir(list);
    rmdir(directory);
}

static void make_plots(void)
{
    const char *argv[PLOTS + 5] = {"/bin/sh", "-c", draw_all, "draw_all"};

    make_directory();
    setenv("d", directory, 1);
    for (size_t i = 0; i < PLOTS; i++)
        argv[4 + i] = plots[i].name;
    struct ended ended = run(argv);
    ended_free(&ended);
}

/* The bytes of a file in the directory; the caller frees them. */
static char *bytes_of(const char *plot, const char *kind, size_t *size)
{
    char path[256];
    struct stat status;

    snprintf(path, sizeof path, "%s/%s.%s", directory, plot, kind);
    ck_assert_msg(stat(path, &status) == 0, "there is no %s.%s", plot, kind);
    char *bytes = calloc(1, (size_t)status.st_size + 1);
    ck_assert_ptr_nonnull(bytes);
    FILE *stream = fopen(path, "re");
    ck_assert_ptr_nonnull(stream);
    *size = fread(bytes, 1, (size_t)status.st_size, stream);
    fclose(stream);
    return bytes;
}

/* What was drawn, without a word; the caller frees it. */
static char *drawn(const struct plot *plot, const char *kind, size_t *size)
{
    char err[32];

    snprintf(err, sizeof err, "%s.err", kind);
    char *said = bytes_of(plot->name, err, size);
    ck_assert_msg(*size == 0, "%s, %s: %s", plot->name, kind, said);
    free(said);
    return bytes_of(plot->name, kind, size);
}

static void must_hold(const char *text, const char *words, const char *name)
{
    ck_assert_msg(strstr(text, words) != NULL, "%s: no \"%s\" in it", name,
                  words);
}

/* Starts the shell over a command, put together as by printf(). */
__attribute__((format(printf, 1, 2))) static struct child
start(const char *format, ...)
{
    char command[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return child_start((const char *[]){"/bin/sh", "-c", command, NULL});
}

/* It must end well, with nothing on stderr. Returns its stdout, to be freed. */
static char *end_well(struct child child)
{
    struct ended ended = child_end(&child);

    ck_assert_str_eq(ended.err, "");
    ck_assert_int_eq(ended.status, 0);
    free(ended.err);
    return ended.out;
}

/* It must fail, and say these words on stderr. */
static void end_badly(struct child child, const char *words)
{
    struct ended ended = child_end(&child);

    ck_assert_int_ne(ended.status, 0);
    must_hold(ended.err, words, "what was said");
    ended_free(&ended);
}

/* ---- each plot: loop tests, `_i` is which ---- */

START_TEST(it_names_everybody_and_where_its_numbers_are_from)
{
    size_t size;
    char *svg = drawn(&plots[_i], "a.svg", &size);

    must_hold(svg, "2 cores", plots[_i].name);
    must_hold(svg, "Made by: ", plots[_i].name);
    for (const char *const *word = plots[_i].words; *word != NULL; word++)
        must_hold(svg, *word, plots[_i].name);
    free(svg);
}
END_TEST

START_TEST(it_is_the_same_to_the_byte_each_time)
{
    size_t size_of_a, size_of_b;
    char *a = drawn(&plots[_i], "a.svg", &size_of_a);
    char *b = drawn(&plots[_i], "b.svg", &size_of_b);

    ck_assert_uint_eq(size_of_a, size_of_b);
    ck_assert_mem_eq(a, b, size_of_a);
    free(a);
    free(b);
}
END_TEST

START_TEST(it_can_be_a_png)
{
    size_t size;
    char *png = drawn(&plots[_i], "png", &size);

    ck_assert_uint_gt(size, 1000);
    ck_assert_mem_eq(png, "\x89PNG", 4);
    free(png);
}
END_TEST

START_TEST(a_terminal_of_80_columns_can_show_it)
{
    size_t size;
    char *text = drawn(&plots[_i], "txt", &size);

    must_hold(text, plots[_i].words[0], plots[_i].name);
    must_hold(text, plots[_i].words[1], plots[_i].name);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        size_t columns = 0;
        for (const char *c = line; *c != '\0'; c++)
            columns += *c != '\f' && (*c & 0xC0) != 0x80; /* UTF-8's first */
        ck_assert_uint_le(columns, 80);
    }
    free(text);
}
END_TEST

START_TEST(another_run_lies_pale_behind_it)
{
    size_t size;

    if (strcmp(plots[_i].name, "timelines") == 0)
        return; /* traces do not lie over one another */
    char *svg = drawn(&plots[_i], "over.svg", &size);
    must_hold(svg, "Pale: ", plots[_i].name);
    free(svg);
}
END_TEST

START_TEST(without_data_it_says_so)
{
    const char *name = plots[_i].name;
    struct child missing =
        start("gnuplot -e \"data='%s/no.csv'\" plots/%s.gp", directory, name);
    struct child empty = start("head -n 1 " FIXTURES "/%s.csv >%s/none.csv; "
                               "gnuplot -e \"data='%s/none.csv'\" plots/%s.gp",
                               name, directory, directory, name);

    end_badly(missing, "there is nothing in ");
    end_badly(empty, "there is nothing in ");
}
END_TEST

/* ---- make plots ---- */

#define DRAW "sh plots/draw.sh "

START_TEST(a_file_is_compared_with_what_its_head_names)
{
    char *out = end_well(start(
        "cp " FIXTURES "/burnt.csv %s/mine; mkdir -p %s/plots/data; "
        "cp -r plots/*.* %s/plots; cp " FIXTURES "/burnt.csv %s/plots/data; "
        "cd %s && " DRAW "svg built mine burnt && cat built/plots/burnt.svg; "
        "rm -r built plots",
        directory, directory, directory, directory, directory));

    ck_assert_ptr_nonnull(strstr(out, "built/plots/burnt.svg"));
    ck_assert_ptr_nonnull(strstr(out, "Pale: a machine, 2 cores"));
    free(out);
}
END_TEST

START_TEST(what_cannot_be_compared_is_named)
{
    end_badly(start(DRAW "svg %s no-such-file burnt", directory),
              "no-such-file is neither a file nor a directory");
    end_badly(start(DRAW "svg %s %s burnt", directory, directory),
              "has no file like burnt.csv");
    end_badly(start("echo >%s/odd.csv; " DRAW "svg %s %s/odd.csv burnt",
                    directory, directory, directory),
              "there is no plot of \"odd\"");
}
END_TEST

START_TEST(other_formats_are_not_known)
{
    end_badly(start(DRAW "pdf %s '' burnt", directory),
              "the formats are svg, png and dumb");
}
END_TEST

START_TEST(a_plot_without_data_is_left_out_and_named)
{
    struct child child = start(DRAW "svg %s '' no-such-experiment", directory);
    struct ended ended = child_end(&child);

    ck_assert_int_eq(ended.status, 0);
    ck_assert_ptr_nonnull(strstr(ended.err, "no-such-experiment is left out"));
    ended_free(&ended);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plots");
    TCase *each = tcase_create("each"), *make = tcase_create("make");

    tcase_add_unchecked_fixture(each, make_plots, remove_directory);
    tcase_add_loop_test(each, it_names_everybody_and_where_its_numbers_are_from,
                        0, PLOTS);
    tcase_add_loop_test(each, it_is_the_same_to_the_byte_each_time, 0, PLOTS);
    tcase_add_loop_test(each, it_can_be_a_png, 0, PLOTS);
    tcase_add_loop_test(each, a_terminal_of_80_columns_can_show_it, 0, PLOTS);
    tcase_add_loop_test(each, another_run_lies_pale_behind_it, 0, PLOTS);
    tcase_add_loop_test(each, without_data_it_says_so, 0, PLOTS);
    tcase_add_checked_fixture(make, make_directory, remove_directory);
    tcase_add_test(make, a_file_is_compared_with_what_its_head_names);
    tcase_add_test(make, what_cannot_be_compared_is_named);
    tcase_add_test(make, other_formats_are_not_known);
    tcase_add_test(make, a_plot_without_data_is_left_out_and_named);
    tcase_set_timeout(each, 60);
    tcase_set_timeout(make, 60);
    suite_add_tcase(suite, each);
    suite_add_tcase(suite, make);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
