/*
 * docs_tool_test.c - what docs/tools/docs.sh makes of small projects: each
 * check fails on a text that is wrong in one way, and passes the right one.
 */
#include "run.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- a project that is well ---- */

#define ADD          "int add(int a)\n{\n    return a + 1;\n}\n"
#define ADD_IN_FENCE "<!-- code: stages/a.c add -->\n```c\n" ADD "```\n"

/* With this a chapter begins; what a test adds begins in line 11. */
#define HEAD  "# Two\n\n" ADD_IN_FENCE "\n"
#define LINE  "docs/02-x.md:11: "
#define BELOW "docs/02-x.md:12: "

static const char source[] = "/* docs: add */\n" ADD;
static const char header[] = "int add(int a); /* sub(), struct sub */\n";
static const char data[] = "# machine: a\n"
                           "entrant,result,wall_s,pages\n"
                           "a -c 1,ok,1.5,10\n"
                           "a -c 1,ok,2.5,10\n"
                           "a -c 1,failed,9,10\n"
                           "b,ok,4,12345\n";
static const char glossary[] = "# Glossary\n"
                               "\n"
                               "### Event loop\n"
                               "<!-- term: 5 words: \"event loop\" -->\n"
                               "\n"
                               "### Fork\n"
                               "<!-- term: 2 words: \"fork\", \"forks\" -->\n";

static char root[] = "/tmp/docs-test-XXXXXX";
static char *tool, *build; /* absolute */

static void write_file(const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

/* Writes the chapter: HEAD, and this. */
static void write_chapter(const char *text)
{
    char *all;

    ck_assert_int_gt(asprintf(&all, "%s%s", HEAD, text), 0);
    write_file("docs/02-x.md", all);
    free(all);
}

/* What became of the chapter, behind HEAD; the caller frees. */
static char *read_chapter(void)
{
    char path[256];

    snprintf(path, sizeof path, "%s/docs/02-x.md", root);
    char *text = read_file(path);
    ck_assert_int_eq(strncmp(text, HEAD, strlen(HEAD)), 0);
    memmove(text, text + strlen(HEAD), strlen(text + strlen(HEAD)) + 1);
    return text;
}

/* What was started has ended, or is about to. Orphans are ours. */
static void nothing_runs(void)
{
    for (int tries = 0; tries < 500; tries++) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0)
            return;
        if (pid == 0)
            nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    ck_abort_msg("something was left running");
}

static void make_project(void)
{
    static const char *const parts[] = {"docs", "stages", "plots",
                                        "plots/data"};
    char path[256];

    tool = realpath("docs/tools/docs.sh", NULL);
    build = realpath(build_dir(), NULL);
    ck_assert_ptr_nonnull(tool);
    ck_assert_ptr_nonnull(build);
    ck_assert_ptr_nonnull(mkdtemp(root));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", root, parts[i]);
        ck_assert_int_eq(mkdir(path, 0700), 0);
    }
    write_file("stages/a.c", source);
    write_file("stages/a.h", header);
    write_file("plots/data/d.csv", data);
    write_file("docs/glossary.md", glossary);
    write_file("docs/a.svg", "<svg/>");
    write_chapter("");
    adopt_orphans();
}

static void remove_project(void)
{
    struct ended ended = run((const char *[]){"/bin/rm", "-rf", root, NULL});

    ended_free(&ended);
    nothing_runs();
    free(tool);
    free(build);
}

/* ---- running the tool ---- */

/* What `docs.sh WORDS` says and returns; what is before it sets variables. */
static struct ended docs(const char *set, const char *words)
{
    char *command;

    ck_assert_int_gt(asprintf(&command, "BUILD=%s %s sh %s --root=%s -j2 %s",
                              build, set, tool, root, words),
                     0);
    struct ended ended = run((const char *[]){"/bin/sh", "-c", command, NULL});
    free(command);
    return ended;
}

static void must_pass(const char *words)
{
    struct ended ended = docs("", words);

    ck_assert_msg(ended.status == 0 && ended.out[0] == '\0', "status %d: %s%s",
                  ended.status, ended.out, ended.err);
    ck_assert_str_eq(ended.err, "");
    ended_free(&ended);
}

/* It finds one problem, which begins so. More of it may be indented. */
static void must_fail(const char *set, const char *begin)
{
    struct ended ended = docs(set, "check");

    ck_assert_msg(strncmp(ended.out, begin, strlen(begin)) == 0,
                  "not \"%s\" but: %s%s", begin, ended.out, ended.err);
    ck_assert_int_eq(ended.status, 1);
    for (const char *at = ended.out; (at = strchr(at, '\n')) != NULL; at++)
        ck_assert_msg(at[1] == '\0' || at[1] == ' ', "more than one: %s",
                      ended.out);
    ended_free(&ended);
}

/* Fills it without a problem. */
static void must_fill(void)
{
    struct ended ended = docs("", "fill");

    ck_assert_msg(ended.status == 0, "%s%s", ended.out, ended.err);
    ck_assert_str_eq(ended.err, "");
    ended_free(&ended);
}

/* The chapter's text becomes this. */
static void must_become(const char *text, const char *filled)
{
    write_chapter(text);
    must_fill();
    char *now = read_chapter();
    ck_assert_str_eq(now, filled);
    free(now);
    must_pass("check");
}

/* ---- chapters: loop tests, `_i` is which ---- */

struct row {
    const char *bad;   /* behind HEAD */
    const char *begin; /* of what is said about it */
    const char *good;
};

#define LONG_LINK                                                  \
    "[q](#what-_it_-does-and--a-link-2) [r](#two) [s](#two-1)\n\n" \
    "## What `_it_` does, “and” – a [link](a.svg) (2)\n\n## Two\n"

/* A table of names, of which the row is in line 13. */
#define NAMES(row) "| Python | C | shown in |\n|---|---|---|\n" row "\n"
#define ROW        "docs/02-x.md:13: "
#define SHOWN      " | [b](a.svg), [a](../stages/a.c) |"

static const struct row rows[] = {
    /* code */
    {"<!-- code: stages/a.c no -->\n```c\n```\n",
     LINE "stages/a.c has no marker /* docs: no */", ADD_IN_FENCE},
    {"<!-- code: stages/no.c add -->\n```c\n```\n",
     LINE "there is no stages/no.c", ADD_IN_FENCE},
    {"<!-- code: stages/a.c add -->\n```c\nint add(int b)\n```\n",
     BELOW "the code is not as in the source", ADD_IN_FENCE},
    {"<!-- code: stages/a.c -->\n\n```sh\nmake\n```\n",
     LINE "no fence follows the code line",
     "<!-- code: stages/a.c -->\n```c\n" ADD "```\n"},
    {"```c\nint x;\n```\n", LINE "pasted code", "```sh\nmake\n```\n"},
    {"```python\nx = 1\n```\n", LINE "pasted code", "```\nx = 1\n```\n"},
    {"```sh\nmake\n", LINE "the fence does not end", "```sh\nmake\n```\n"},
    /* numbers */
    {"1.9 s<!-- = d.csv entrant=b median(wall_s) -->\n",
     LINE "1.9 s should be 4.0 s",
     "**4.0 s**<!-- = d.csv entrant=b median(wall_s) -->\n"},
    {"Well, 4.0\ns<!-- = d.csv entrant=b\nmedian(wall_ms) -->\n",
     BELOW "d.csv has no column wall_ms",
     "Well, 4.0\ns<!-- = d.csv entrant=b\nmedian(wall_s) -->\n"},
    {"4 s<!-- = no.csv median(wall_s) -->\n", LINE "there is no plots/data/no",
     "4<!-- = 4 -->\n"},
    {"4 s<!-- = d.csv entrant=c median(wall_s) -->\n", LINE "no row passes",
     "2 rows<!-- = d.csv entrant=\"a -c 1\" count(wall_s) -->\n"},
    {"4 s<!-- = d.csv entrant='a -c 1' value(wall_s) -->\n",
     LINE "d.csv: value(wall_s): 2 rows pass",
     "4 s<!-- = d.csv entrant=b value(wall_s) -->\n"},
    {"4 s<!-- = d.csv entrant=b middle(wall_s) -->\n",
     LINE "\"middle\" is none of median", "4 s<!-- = 2 + 2 -->\n"},
    {"4 s<!-- = 4 + -->\n", LINE "the query ends too early",
     "4 s<!-- = 4 + 0 -->\n"},
    {"4 s<!-- = 4 / 0 -->\n", LINE "a division by 0", "4 s<!-- = 4 / 1 -->\n"},
    {"some s<!-- = 4 -->\n", LINE "no number stands before its query",
     "some 4 s<!-- = 4 -->\n"},
    {"4 lines<!-- = lines stages/b*.c -->\n", LINE "there is no stages/b*.c",
     "5 lines<!-- = lines stages/a*.c -->\n"},
    {"It takes 2.1 s here.\n", LINE "2.1 s is not bound",
     "It takes 2.1 s<!-- said: E-P09 --> here.\n"},
    {"Some\n2.1\nms.\n", BELOW "2.1 ms is not bound",
     "Some\n2.1\nms<!-- set -->. `2.1 ms`, [2.1 ms](a.svg), 450 ms.\n"},
    {"| 2.1x |\n|---|\n", LINE "2.1x is not bound",
     "| 2.1x<!-- fact: RFC 9110 --> |\n|---|\n"},
    {"<!-- 2.1 s -->**2.1&nbsp;%**\n", LINE "2.1&nbsp;% is not bound",
     "<!-- 2.1\n\ns --> HTTP/1.1 s, 2.1 systems, 1.2.3\n"},
    /* links */
    {"See [x](no.md).\n", LINE "the link no.md leads nowhere: there is no docs",
     "See [x](glossary.md), [y](../stages/a.c \"y\"), `[z](no.md)`.\n"},
    {"See\n[`x`][1].\n\n[1]: ../no.c\n",
     "docs/02-x.md:14: the link ../no.c leads nowhere: there is no no.c",
     "See\n[`x`][1].\n\n[1]: ../stages/a.c\n"},
    {"See [x](../../a).\n", LINE "the link ../../a leads out of the project",
     "See [x](https://example.org/no.md).\n"},
    {"See [x](../build/site).\n", LINE "the link ../build/site leads to what",
     "See `build/site`.\n"},
    {"See [x](glossary.md#event).\n",
     LINE "the link glossary.md#event leads nowhere: docs/glossary.md has",
     "See [x](glossary.md#event-loop).\n"},
    {"See [x](#here).\n", LINE "the link #here leads nowhere",
     "<a id=\"here\"></a>\n\nSee [x](#here), [x](02-x.md#here).\n"},
    {"[q](#what-it-does)\n\n## What `_it_` does\n",
     LINE "the link #what-it-does leads nowhere", LONG_LINK},
    {"![](a.svg)\n", LINE "an image without alt text",
     "![A\npicture](a.svg)\n"},
    {"<img src=\"a.svg\">\n", LINE "an image without alt text",
     "<img alt=\"A picture\" src=\"a.svg\">\n"},
    {"![A picture](no.svg)\n", LINE "the link no.svg leads nowhere",
     "![A picture](a.svg)\n"},
    /* terms */
    {"The Event\nloop.\n", LINE "\"event loop\" is a term of chapter 5",
     "The [event\nloop](glossary.md#event-loop), `event loop`, a pre-event "
     "loop, event loopy, fork.\n"},
    {"It is a forks' event loop.\n", LINE "\"event loop\" is a term of",
     "An event loop <!-- plain: event loop --> is one.\n"},
    /* names */
    {NAMES("| `a` | `add(1)` and `sub(1)`" SHOWN),
     ROW "no header of a stage has sub",
     NAMES("| `sub(1)` | `f_new(add(1))`, `sub`, sub()" SHOWN)},
    {NAMES("| `a` | `struct sub *`" SHOWN), ROW "no header of a stage has sub",
     NAMES("| `a` | `struct add *`, `\"sub(1)\"`" SHOWN)},
    {NAMES("| `a` | `add(1)` | [b](a.svg) |"),
     ROW "no program that this row links to has add",
     "| Python | in C | shown in |\n|---|---|---|\n| `a` | `sub(1)` | b |\n"},
    {NAMES("| `a` | `fork(2)`" SHOWN),
     ROW "no program that this row links to has fork",
     NAMES("| `a` | add | `sub(1)` |\n| `a` | `add(2)`" SHOWN)},
    /* transcripts */
    {"```console\n$ echo a\nb\n```\n",
     LINE "the transcript is stale (- as written, + as run); make docs fills "
          "it anew\n    -b\n    +a\n",
     "```console\n$ echo a\na\n```\n"},
    {"```console\n$ no-such-command\n```\n",
     LINE "`no-such-command`: ", "```console\n$ command -v sh >path\n```\n"},
    {"```console\nmake\n```\n", BELOW "a transcript begins with a line `$ `",
     "```console\n$ true\n```\n"},
    {"```console\n$ echo '$ a'\n```\n",
     LINE "what is printed looks like what is typed",
     "```console\n$ echo a; echo '> b'\na\n> b\n```\n"},
    {"<!-- transcript: no -->\n```console\n$ true\n```\n",
     BELOW "transcript: no: there are numbers, ",
     "<!-- transcript: numbers, needs=sh -->\n```console\n$ true\n```\n"},
    {"```console\n$ echo 12 apples\n7 apples\n```\n",
     LINE "the transcript is stale",
     "<!-- transcript: numbers -->\n"
     "```console\n$ echo '12.5k  apples'\n7 apples\n```\n"},
    {"<!-- transcript: numbers -->\n```console\n$ echo '/ --# 1'\n/ cc "
     "2\n```\n",
     BELOW "the transcript is stale",
     "<!-- transcript: timeline -->\n"
     "```console\n$ echo '/ --# 1'\n/ cc 2\n```\n"},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

START_TEST(a_chapter_that_is_wrong_fails_and_the_right_one_passes)
{
    const struct row *row = &rows[_i];

    write_chapter(row->bad);
    must_fail("", row->begin);
    write_chapter(row->good);
    must_pass("check");
}
END_TEST

/* ---- sources ---- */

static const struct row sources[] = {
    {"/* docs: add */\n" ADD "\n/* docs: two */\nint two;\n",
     "stages/b.c:7: no chapter shows the marker two", "int two;\n"},
    {"/* docs: add */\nint add;\n",
     "stages/b.c:1: the marker add is there twice: stages/a.c:1", "int add;\n"},
    {"  /* docs: two */\nint two;\n",
     "stages/b.c:1: the marker two has not the indentation of",
     "/* docs: three */\nstruct three {\n    int x;\n};\n"},
    {"int two; /* docs: two */\n", "stages/b.c:1: this is no marker",
     "int two; /* see docs/two */\n"},
    {"int two;\n/* docs: end */\n", "stages/b.c:2: docs: end without a marker",
     "/* docs: three */\nint two;\n/* docs: end */\n"},
    {"/* docs: three */\nint two;\n",
     "docs/02-x.md:11: stages/b.c, line 1: "
     "what /* docs: three */ begins does not",
     "/* docs: three */\nint two;\n/* docs: end */\nint four;\n"},
};

enum { SOURCES = sizeof sources / sizeof sources[0] };

START_TEST(a_source_with_a_wrong_marker_fails)
{
    const struct row *row = &sources[_i];
    int shows_three = strstr(row->good, "three") != NULL;

    write_file("stages/b.c", row->good);
    write_chapter(shows_three ? "<!-- code: stages/b.c three -->\n```c\n```\n"
                              : "");
    must_fill();
    must_pass("check");
    /* What is shown of the good one is not there in most of the bad ones. */
    if (shows_three && strstr(row->bad, "three") == NULL)
        write_chapter("");
    write_file("stages/b.c", row->bad);
    struct ended ended = docs("", "check");
    ck_assert_msg(strstr(ended.out, row->begin) != NULL, "no \"%s\" in %s",
                  row->begin, ended.out);
    ck_assert_int_eq(ended.status, 1);
    ended_free(&ended);
}
END_TEST

START_TEST(markers_may_be_unused_when_one_chapter_alone_is_checked)
{
    write_file("stages/b.c", "/* docs: two */\nint two;\n/* docs: end */\n");
    must_pass("check docs/02-x.md");
    must_fail("", "stages/b.c:1: no chapter shows the marker two");
}
END_TEST

/* ---- filling ---- */

START_TEST(it_fills_in_pieces_of_sources)
{
    write_file("stages/b.c", "/* docs: all */\n"
                             "/* What it is. */\n"
                             "static int f(int a)\n"
                             "{\n"
                             "    /* docs: run */\n"
                             "    if (a) {\n"
                             "        a++;\n"
                             "    } else {\n"
                             "        a--;\n"
                             "    }\n"
                             "    a++;\n"
                             "    /* docs: end */\n"
                             "    /* docs: block */\n"
                             "    do {\n"
                             "        a++;\n"
                             "\n"
                             "    } while (a);\n"
                             "    return a;\n"
                             "}\n"
                             "int more;\n");
    write_file("stages/c.py", "class A:\n"
                              "    @property\n"
                              "    def f(self):\n"
                              "        return 1\n"
                              "\n"
                              "class B:\n"
                              "    async def f(self):\n"
                              "\n"
                              "        return 2\n");
    must_become("<!-- code: stages/b.c all -->\n```c\n```\n"
                "1. One\n"
                "   <!-- code: stages/b.c run block -->\n   ```c\nx\n   ```\n"
                "<!-- code: stages/c.py A.f -->\n```python\n```\n"
                "<!-- code: stages/c.py B -->\n```python\n```\n",
                "<!-- code: stages/b.c all -->\n```c\n"
                "/* What it is. */\n"
                "static int f(int a)\n"
                "{\n"
                "    if (a) {\n"
                "        a++;\n"
                "    } else {\n"
                "        a--;\n"
                "    }\n"
                "    a++;\n"
                "    do {\n"
                "        a++;\n"
                "\n"
                "    } while (a);\n"
                "    return a;\n"
                "}\n"
                "```\n"
                "1. One\n"
                "   <!-- code: stages/b.c run block -->\n   ```c\n"
                "   if (a) {\n"
                "       a++;\n"
                "   } else {\n"
                "       a--;\n"
                "   }\n"
                "   a++;\n"
                "\n"
                "   do {\n"
                "       a++;\n"
                "\n"
                "   } while (a);\n"
                "   ```\n"
                "<!-- code: stages/c.py A.f -->\n```python\n"
                "@property\n"
                "def f(self):\n"
                "    return 1\n"
                "```\n"
                "<!-- code: stages/c.py B -->\n```python\n"
                "class B:\n"
                "    async def f(self):\n"
                "\n"
                "        return 2\n"
                "```\n");
}
END_TEST

START_TEST(it_fills_in_numbers_with_as_many_decimals_as_are_written)
{
    must_become("0 s<!-- = d.csv entrant=\"a -c 1\" median(wall_s) -->\n"
                "0.0 s<!-- = d.csv entrant=\"a -c 1\" q1(wall_s) -->\n"
                "0.00 s<!-- = d.csv entrant=\"a -c 1\" q3(wall_s) -->\n"
                "0.0<!-- = d.csv min(wall_s) --> to 0.0<!-- = d.csv\n"
                "max(wall_s) -->, 0<!-- = d.csv sum(wall_s) --> in all,\n"
                "0.000<!-- = d.csv mean(wall_s) -->,\n"
                "0 pages<!-- = d.csv entrant=b value(pages) -->,\n"
                "0 s<!-- = d.csv result=failed value(wall_s) -->,\n"
                "0<!-- = d.csv pages=10.0 count(wall_s) --> rows,\n"
                "0.0 times<!-- = d.csv entrant=b sum(wall_s) / d.csv\n"
                "entrant=\"a -c 1\" max(wall_s) * 10 - 1 + 0.5 -->\n",
                "2 s<!-- = d.csv entrant=\"a -c 1\" median(wall_s) -->\n"
                "1.8 s<!-- = d.csv entrant=\"a -c 1\" q1(wall_s) -->\n"
                "2.25 s<!-- = d.csv entrant=\"a -c 1\" q3(wall_s) -->\n"
                "1.5<!-- = d.csv min(wall_s) --> to 4.0<!-- = d.csv\n"
                "max(wall_s) -->, 8<!-- = d.csv sum(wall_s) --> in all,\n"
                "2.667<!-- = d.csv mean(wall_s) -->,\n"
                "12,345 pages<!-- = d.csv entrant=b value(pages) -->,\n"
                "9 s<!-- = d.csv result=failed value(wall_s) -->,\n"
                "2<!-- = d.csv pages=10.0 count(wall_s) --> rows,\n"
                "15.5 times<!-- = d.csv entrant=b sum(wall_s) / d.csv\n"
                "entrant=\"a -c 1\" max(wall_s) * 10 - 1 + 0.5 -->\n");
}
END_TEST

START_TEST(what_is_filled_is_not_touched_again)
{
    struct stat before, after;
    char path[256];

    write_chapter("```console\n$ echo took $$ s\n```\n"
                  "4.0<!-- = d.csv entrant=b max(wall_s) -->\n");
    must_fill();
    snprintf(path, sizeof path, "%s/docs/02-x.md", root);
    ck_assert_int_eq(stat(path, &before), 0);
    must_pass("fill");
    must_pass("check");
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_int_eq(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    ck_assert_int_eq(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
}
END_TEST

START_TEST(it_can_fill_one_part_alone)
{
    write_chapter("```console\n$ echo a\n```\n4<!-- = 5 -->\n");
    must_pass("fill --code");
    struct ended ended = docs("", "fill --numbers");
    ck_assert_str_eq(ended.out, "docs/02-x.md\n");
    ended_free(&ended);
    char *text = read_chapter();
    ck_assert_str_eq(text, "```console\n$ echo a\n```\n5<!-- = 5 -->\n");
    free(text);
}
END_TEST

START_TEST(a_chapter_that_is_edited_meanwhile_is_left_alone)
{
    write_chapter("```console\n$ echo more >>docs/02-x.md; echo a\n```\n");
    struct ended ended = docs("", "fill");
    ck_assert_str_eq(ended.out,
                     "docs/02-x.md:1: changed meanwhile: not filled\n");
    ck_assert_int_eq(ended.status, 1);
    ended_free(&ended);
    char *text = read_chapter();
    ck_assert_str_eq(
        text, "```console\n$ echo more >>docs/02-x.md; echo a\n```\nmore\n");
    free(text);
}
END_TEST

START_TEST(a_project_without_chapters_is_well)
{
    char path[256];
    snprintf(path, sizeof path, "%s/docs/02-x.md", root);
    unlink(path);
    snprintf(path, sizeof path, "%s/docs/glossary.md", root);
    unlink(path);
    must_pass("check");
    must_pass("fill");
}
END_TEST

/* ---- transcripts ---- */

START_TEST(what_differs_in_every_run_is_no_difference)
{
    static const char text[] =
        "```console\n"
        "$ echo \"took 0.3 s, 12ms and   4 µs, pid 7\"\n"
        "took   10.25 s, 7ms and 4.5 µs, pid 1234\n"
        "$ echo 'at 0x7ffe1234 ==7== (tid=8) 127.0.0.1:8 [::1]:9'\n"
        "at 0x7ffe12345678 ==99== (tid=12) 127.0.0.1:80 [::1]:PORT\n"
        "$ echo '7 poll([], 1, 30) = 0 (Timeout) <0.1>'\n"
        "7 poll([], 1, 29) = 0 (Timeout) <0.000123>\n"
        "$ sh -c 'kill -ABRT $$'; echo v1.2 s3 m\n"
        "Aborted (core dumped)\n"
        "v1.2 s3 m\n"
        "```\n";

    must_become(text, text);
    write_chapter("```console\n$ echo v1.3 s3 m\nv1.2 s3 m\n```\n");
    must_fail("", LINE "the transcript is stale");
}
END_TEST

START_TEST(a_site_runs_behind_the_commands_and_ends_with_them)
{
    static const char filled[] =
        "```console\n"
        "$ build/site --quiet --latency=0 &\n"
        "http://127.0.0.1:PORT/\n"
        "$ build/01-blocking -q --max-pages=1 \\\n"
        ">     http://127.0.0.1:PORT/ && echo SO_REUSEPORT\n"
        "SO_REUSEPORT\n"
        "$ echo http://127.0.0.1:PORT/ |\n"
        ">     sed 's/$/1/'\n"
        "http://127.0.0.1:PORT/1\n"
        "```\n";

    must_become("```console\n"
                "$ build/site --quiet --latency=0 &\n"
                "$ build/01-blocking -q --max-pages=1 \\\n"
                ">     http://127.0.0.1:PORT/ && echo SO_REUSEPORT\n"
                "$ echo http://127.0.0.1:PORT/ |\n"
                ">     sed 's/$/1/'\n"
                "```\n",
                filled);
    nothing_runs();
}
END_TEST

START_TEST(a_command_that_does_not_end_is_ended)
{
    write_chapter("```console\n$ sleep 50 & sleep 60\n```\n");
    must_fail("LIMIT=1", LINE "`sleep 50 & sleep 60` took more than 1 s");
    nothing_runs();
}
END_TEST

START_TEST(commands_see_the_project_and_leave_nothing_in_it)
{
    char path[256];

    must_become("```console\n"
                "$ head -n 1 stages/a.c; test -x build/site && echo yes >new\n"
                "/* docs: add */\n"
                "$ cat new; pwd >/dev/null; env | grep -e BUILD -e MAKE\n"
                "yes\n"
                "```\n",
                "```console\n"
                "$ head -n 1 stages/a.c; test -x build/site && echo yes >new\n"
                "/* docs: add */\n"
                "$ cat new; pwd >/dev/null; env | grep -e BUILD -e MAKE\n"
                "yes\n"
                "```\n");
    snprintf(path, sizeof path, "%s/new", root);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(paths_are_written_as_a_reader_has_them)
{
    must_become("```console\n"
                "$ realpath stages/a.c build/site; echo \"$PWD/x\"\n"
                "```\n",
                "```console\n"
                "$ realpath stages/a.c build/site; echo \"$PWD/x\"\n"
                "stages/a.c\n"
                "build/site\n"
                "x\n"
                "```\n");
}
END_TEST

START_TEST(what_needs_a_command_is_left_out_without_it)
{
    write_chapter("<!-- transcript: needs=no-such-command -->\n"
                  "```console\n$ echo a\n```\n");
    struct ended ended = docs("", "check");
    ck_assert_int_eq(ended.status, 0);
    ck_assert_str_eq(ended.out, "");
    ck_assert_str_eq(ended.err, BELOW "transcript left out: there is no "
                                      "no-such-command\n");
    ended_free(&ended);
}
END_TEST

START_TEST(what_is_long_runs_only_when_asked)
{
    write_chapter("<!-- transcript: long -->\n```console\n$ echo a\n```\n");
    must_pass("check");
    must_fail("LONG=1", BELOW "the transcript is stale");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("docs tool");
    TCase *project = tcase_create("project");

    tcase_add_checked_fixture(project, make_project, remove_project);
    tcase_set_timeout(project, is_patient() ? 600 : 60);
    tcase_add_loop_test(project,
                        a_chapter_that_is_wrong_fails_and_the_right_one_passes,
                        0, ROWS);
    tcase_add_loop_test(project, a_source_with_a_wrong_marker_fails, 0,
                        SOURCES);
    tcase_add_test(project,
                   markers_may_be_unused_when_one_chapter_alone_is_checked);
    tcase_add_test(project, it_fills_in_pieces_of_sources);
    tcase_add_test(project,
                   it_fills_in_numbers_with_as_many_decimals_as_are_written);
    tcase_add_test(project, what_is_filled_is_not_touched_again);
    tcase_add_test(project, it_can_fill_one_part_alone);
    tcase_add_test(project, a_chapter_that_is_edited_meanwhile_is_left_alone);
    tcase_add_test(project, a_project_without_chapters_is_well);
    tcase_add_test(project, what_differs_in_every_run_is_no_difference);
    tcase_add_test(project, a_site_runs_behind_the_commands_and_ends_with_them);
    tcase_add_test(project, a_command_that_does_not_end_is_ended);
    tcase_add_test(project, commands_see_the_project_and_leave_nothing_in_it);
    tcase_add_test(project, paths_are_written_as_a_reader_has_them);
    tcase_add_test(project, what_needs_a_command_is_left_out_without_it);
    tcase_add_test(project, what_is_long_runs_only_when_asked);
    suite_add_tcase(suite, project);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
