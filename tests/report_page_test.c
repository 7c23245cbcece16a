/*
 * report_page_test.c - the report that `make report` writes: over the plots and
 * the data there are, and over small ones of our own, whose figures are known.
 *
 * What a browser makes of it is seen by `make check-report`.
 */
#include "page_valid.h"
#include "run.h"
#include "support.h"

#include <check.h>
#include <dirent.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RACE "entrant,run,result,wall_s,user_s,peak_kib,retries,pages,failed"

/* The plots and data of our own: a directory, with one "data" in it. */
static char *ours, *data;

static void make_plots(void)
{
    temp_dir_make();
    ours = temp_path("");
    data = temp_path("data");
    ck_assert_int_eq(mkdir(data, 0700), 0);
}

static void remove_plots(void)
{
    DIR *dir = opendir(data);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(data);
    temp_dir_remove();
    free(ours);
    free(data);
}

static void put(const char *name, const char *text)
{
    char *path = temp_path(name);

    file_write(path, text, strlen(text));
    free(path);
}

/* The report over the plots in that directory, which must be well-formed. */
static struct ended report(const char *plots)
{
    const char *const argv[] = {"/bin/sh", "plots/report/report.sh", plots,
                                NULL};
    struct ended ended = run(argv);
    char where[61];

    ck_assert_msg(ended.status == 0, "status %d: %s", ended.status, ended.err);
    const char *wrong = page_problem(ended.out, where);
    ck_assert_msg(wrong == NULL, "%s: %s", wrong, where);
    return ended;
}

static void must_hold(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no %s in %s", part, text);
}

static int times(const char *text, const char *part)
{
    int count = 0;

    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        count++;
    }
    return count;
}

/* ---- over what there is ---- */

/* The figure of that plot in the page; the caller frees. */
static char *figure_of(const char *page, const char *name)
{
    char begin[128];

    snprintf(begin, sizeof begin, "<figure id=\"%s\">", name);
    const char *figure = strstr(page, begin);
    ck_assert_msg(figure != NULL,
                  "%s is not in the report: are there words "
                  "about it in plots/report/captions?",
                  name);
    return strndup(figure, (size_t)(strstr(figure, "</figure>") - figure));
}

/* In its drawing are the stages that its data says went well. */
static void must_have_stages(const char *figure, const char *name)
{
    char path[128], line[4096], stage[64];

    snprintf(path, sizeof path, "plots/data/%s.csv", name);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *at = line;
        if (*at == '#' || strstr(line, ",ok") == NULL)
            continue;
        while (at != NULL && !(at[0] == '0' && at[2] == '-'))
            at = (at = strchr(at, ',')) != NULL ? at + 1 : NULL;
        if (at == NULL || sscanf(at, "%63[^ ,]", stage) != 1)
            continue;
        ck_assert_msg(strstr(figure, stage) != NULL, "no %s in plots/%s.svg",
                      stage, name);
    }
    if (file != NULL)
        fclose(file);
}

START_TEST(each_plot_there_is_stands_in_it_with_words_and_its_stages)
{
    struct ended ended = report("plots");
    glob_t found;

    ck_assert_int_eq(glob("plots/*.svg", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char name[64];
        sscanf(found.gl_pathv[i], "plots/%63[^.]", name);
        char *figure = figure_of(ended.out, name);
        must_hold(figure, "<svg role=\"img\"");
        must_hold(figure, "<figcaption><strong");
        must_hold(figure, "Data: plots/data/");
        must_have_stages(figure, name);
        free(figure);
    }
    ck_assert_int_eq(times(ended.out, "<figure"), (int)found.gl_pathc);
    globfree(&found);
    ended_free(&ended);
}
END_TEST

START_TEST(nothing_in_it_is_fetched_from_elsewhere)
{
    struct ended ended = report("plots");

    /* href and src are looked at by page_problem(). */
    ck_assert_int_eq(times(ended.out, "url("), times(ended.out, "url(#"));
    ck_assert_ptr_null(strstr(ended.out, "@import"));
    ck_assert_ptr_null(strstr(ended.out, "<link"));
    ck_assert_ptr_null(strstr(ended.out, "fetch("));
    ended_free(&ended);
}
END_TEST

/* ---- over data of our own ---- */

START_TEST(the_table_has_the_medians_of_each_entrant)
{
    put("data/ten-pages.csv",
        "# x=10: 10 pages, 450ms away, 10 at a time\n" RACE ",python_s,why\n"
        "01-blocking,1,ok,4,0.001,1024,0,10,0,4.5,\n"
        "02-processes,1,ok,0.5,0.002,2048,0,10,0,,\n"
        "01-blocking,2,ok,6,0.003,1024,0,10,0,4.5,\n"
        "02-processes,2,ok,0.4,0.004,4096,1234567,10,1,,\n"
        "01-blocking,3,ok,5.5,0.002,1024,0,10,0,4.5,\n"
        "02-processes,3,failed,9,9,9,9,9,9,,\n");
    struct ended ended = report(ours);

    must_hold(ended.out, "01-blocking</th><td>5.500</td><td>4.000 – 6.000</td>"
                         "<td>1.0×</td><td>10/10</td><td>4.5</td></tr>");
    must_hold(ended.out, "02-processes</th><td>0.450</td><td>0.400 – 0.500</td>"
                         "<td>12.2×</td><td>9/10</td><td></td></tr>");
    must_hold(ended.out, "<td>617k</td></tr>");
    must_hold(ended.out, "10 pages, 450ms away, 10 at a time");
    ck_assert_int_eq(times(ended.out, "<tr><th scope=\"row\">"), 4);
    ended_free(&ended);
}
END_TEST

START_TEST(who_could_not_go_stands_in_the_table_with_the_reason)
{
    put("data/ten-pages.csv", RACE
        ",why\n"
        "\"mine, <b> & \"\"co\"\"\",1,cannot,,,,,,,\"no room, <sorry>\"\n");
    struct ended ended = report(ours);

    must_hold(ended.out, "mine, &lt;b&gt; &amp; &quot;co&quot;</th>"
                         "<td class=\"why\" colspan=\"5\">no room, "
                         "&lt;sorry&gt;</td></tr>");
    ended_free(&ended);
}
END_TEST

START_TEST(under_a_timeline_a_line_is_as_dark_as_its_processes_are_busy)
{
    put("data/timelines.csv",
        "outcome,page,entrant,start,resolved,connected,sent,first_byte,done,"
        "running\n"
        "ok,/,07-loop,0,0,0,0,1,1,\n"
        ",,07-loop,0,,,,,0.5,1.2\n"
        ",,07-loop,0.5,,,,,1,0\n");
    struct ended ended = report(ours);

    must_hold(ended.out, "<div class=\"cpu s07\" role=\"img\" "
                         "aria-label=\"its processes had 0.60 of a core on "
                         "average\">");
    must_hold(ended.out, "<i style=\"left: 0.000%; width: 49.020%; "
                         "opacity: 1.00\"></i></div>");
    ck_assert_int_eq(times(ended.out, "<li tabindex=\"0\""), 1);
    ended_free(&ended);
}
END_TEST

START_TEST(the_timeline_says_what_each_page_waited_for)
{
    put("data/timelines.csv",
        "outcome,page,entrant,start,resolved,connected,sent,first_byte,done\n"
        "ok,/,07-loop,0,0.000012,0.0001,0.0002,0.4502,0.4512\n"
        "timeout,/1,07-loop,1,,1.5,,,4\n");
    struct ended ended = report(ours);

    must_hold(ended.out,
              "<b>/</b> 0.0000 s to 0.4512 s</span> <span>resolve</span> "
              "<b>12 µs</b> <span>connect</span> <b>88 µs</b> "
              "<span>send</span> <b>100 µs</b> <span>first byte</span> "
              "<b>450 ms</b> <span>rest</span> <b>1.0 ms</b>");
    must_hold(ended.out, "<b>/1</b> 1.0000 s to 4.0000 s, timeout</span> "
                         "<span>connect</span> <b>500 ms</b> <span>rest</span> "
                         "<b>2.50 s</b>");
    ck_assert_int_eq(times(ended.out, "<li tabindex=\"0\""), 2);
    ended_free(&ended);
}
END_TEST

#define DRAWING                                                      \
    "<?xml version=\"1.0\"?>\n<svg \n viewBox=\"0 0 8 8\"\n"         \
    " xmlns:xlink=\"http://www.w3.org/1999/xlink\"\n>\n"             \
    "<title>Gnuplot</title>\n<g id=\"gnuplot_canvas\">\n"            \
    "<g id=\"gnuplot_plot_1\" ><title>$a using 1</title>\n"          \
    "<circle id='gpDot' r='1'/><use xlink:href='#gpDot' "            \
    "color='rgb(230, 159,   0)' stroke='rgb( 51,  51,  51)'/>\n</g>" \
    "\n</g>\n</svg>\n"

START_TEST(drawings_with_the_same_ids_do_not_meet)
{
    put("pages.svg", DRAWING);
    put("burnt.svg", DRAWING);
    struct ended ended = report(ours);

    must_hold(ended.out, "xlink:href='#pages-gpDot'");
    must_hold(ended.out, "xlink:href='#burnt-gpDot'");
    ck_assert_int_eq(times(ended.out, "<title>"), 1); /* the page's own */
    must_hold(ended.out, "color='rgb(230, 159,   0)' "
                         "stroke='color-mix(in srgb, var(--black) 80.0%, "
                         "var(--paper))'");
    ended_free(&ended);
}
END_TEST

START_TEST(what_is_missing_is_left_out_and_said)
{
    put("strange.svg", DRAWING);
    struct ended ended = report(ours);

    must_hold(ended.err, "ten-pages.csv is not there ('make experiments')");
    must_hold(ended.err, "timelines.csv is not there ('make experiments')");
    must_hold(ended.err, "ten-pages.svg is not there ('make plots')");
    must_hold(ended.err, "strange.svg has no words");
    ck_assert_int_eq(times(ended.out, "<figure"), 0);
    ended_free(&ended);
}
END_TEST

START_TEST(what_differs_between_machines_is_said)
{
    put("data/pages.csv", "# machine: one\n# kernel: Linux\nx\n");
    put("data/burnt.csv", "# machine: two\n# kernel: Linux\nx\n");
    struct ended ended = report(ours);

    must_hold(ended.out, "<dd>one <small>pages</small></dd>");
    must_hold(ended.out, "<dd>two <small>burnt</small></dd>");
    must_hold(ended.out, "<dd>Linux</dd>");
    ended_free(&ended);
}
END_TEST

static Suite *report_page_suite(void)
{
    Suite *suite = suite_create("report page");
    TCase *there = tcase_create("what there is");
    TCase *made = tcase_create("data of our own");

    tcase_add_test(there,
                   each_plot_there_is_stands_in_it_with_words_and_its_stages);
    tcase_add_test(there, nothing_in_it_is_fetched_from_elsewhere);
    suite_add_tcase(suite, there);

    tcase_add_checked_fixture(made, make_plots, remove_plots);
    tcase_add_test(made, the_table_has_the_medians_of_each_entrant);
    tcase_add_test(made, who_could_not_go_stands_in_the_table_with_the_reason);
    tcase_add_test(made, the_timeline_says_what_each_page_waited_for);
    tcase_add_test(
        made, under_a_timeline_a_line_is_as_dark_as_its_processes_are_busy);
    tcase_add_test(made, drawings_with_the_same_ids_do_not_meet);
    tcase_add_test(made, what_is_missing_is_left_out_and_said);
    tcase_add_test(made, what_differs_between_machines_is_said);
    suite_add_tcase(suite, made);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(report_page_suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
