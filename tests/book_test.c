/*
 * book_test.c - the pages that `make book` makes: highlighted code, links that
 * lead to pages of the book, what is around the text; and the figures in it.
 *
 * Markdown is made into HTML by cmark-gfm, which need not be here: what it
 * would write is given. How pages look in a browser is seen by
 * `make check-book`.
 */
#include "page_valid.h"
#include "run.h"
#include "support.h"

#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#define BOOK "docs/tools/book/"

static void put(const char *name, const char *text)
{
    char *path = temp_path(name);

    file_write(path, text, strlen(text));
    free(path);
}

/* What the shell prints for the command, in which @ is our directory. */
static struct ended shell(const char *command)
{
    char line[2048] = "";
    char *directory = temp_path("");

    for (const char *at = command; *at != '\0'; at++) {
        size_t length = strlen(line);
        ck_assert_uint_lt(length + strlen(directory), sizeof line - 1);
        if (*at == '@')
            strcat(line, directory);
        else
            line[length] = *at, line[length + 1] = '\0';
    }
    free(directory);
    return run((const char *const[]){"/bin/sh", "-c", line, NULL});
}

static void must_hold(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no %s in %s", part, text);
}

static void must_lack(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) == NULL, "%s in %s", part, text);
}

/* The highlighted code is exactly that. */
static void highlights(const char *language, const char *code,
                       const char *expected)
{
    put("code", code);
    put("language", language);
    struct ended ended =
        shell("echo 'BEGIN { getline name <file; highlight_begin(name) }"
              " { print highlight($0) }' >@lines.awk;"
              "LC_ALL=C awk -f " BOOK "highlight.awk -f @lines.awk"
              " -v file=@language @code");

    ck_assert_str_eq(ended.err, "");
    ck_assert_str_eq(ended.out, expected);
    ended_free(&ended);
}

/* ---- code ---- */

START_TEST(c_has_its_words_strings_and_comments_marked)
{
    highlights("c",
               "    if (x < 10 && s != NULL) /* why */ return \"a\\\"/*b\";\n",
               "    <i class=\"k\">if</i> (x &lt; <i class=\"n\">10</i> "
               "&amp;&amp; s != <i class=\"n\">NULL</i>) "
               "<i class=\"c\">/* why */</i> <i class=\"k\">return</i> "
               "<i class=\"s\">\"a\\\"/*b\"</i>;\n");
    highlights("c", "#include <stdio.h> // in\nCO_AWAIT(self, '\\'');\n",
               "<i class=\"p\">#include</i> <i class=\"s\">&lt;stdio.h&gt;</i> "
               "<i class=\"c\">// in</i>\n"
               "<i class=\"m\">CO_AWAIT</i>(self, "
               "<i class=\"s\">'\\''</i>);\n");
}
END_TEST

START_TEST(a_comment_goes_on_in_the_next_line_until_it_ends)
{
    highlights("c", "int /* a\n\"b\n*/ c; /*/ d */\n",
               "<i class=\"t\">int</i> <i class=\"c\">/* a</i>\n"
               "<i class=\"c\">\"b</i>\n"
               "<i class=\"c\">*/</i> c; <i class=\"c\">/*/ d */</i>\n");
}
END_TEST

START_TEST(python_has_strings_over_lines_and_decorators)
{
    highlights("python",
               "@task\ndef f():\n    \"\"\"One\n    # two\"\"\"; x = '#' # c\n",
               "<i class=\"p\">@task</i>\n"
               "<i class=\"k\">def</i> f():\n"
               "    <i class=\"s\">\"\"\"One</i>\n"
               "<i class=\"s\">    # two\"\"\"</i>; x = <i class=\"s\">'#'</i> "
               "<i class=\"c\"># c</i>\n");
}
END_TEST

START_TEST(in_the_shell_a_comment_begins_where_a_word_would)
{
    highlights("sh", "if [ $# = 0 ]; then # none\necho \\' 'a\\' done#\n",
               "<i class=\"k\">if</i> [ $# = <i class=\"n\">0</i> ]; "
               "<i class=\"k\">then</i> <i class=\"c\"># none</i>\n"
               "echo \\' <i class=\"s\">'a\\'</i> <i class=\"k\">done</i>#\n");
}
END_TEST

START_TEST(in_a_transcript_what_is_typed_differs_from_what_comes)
{
    highlights("console", "$ ls <a\n> b\n2 > 1\n",
               "<i class=\"$\">$ </i><i class=\"i\">ls &lt;a</i>\n"
               "<i class=\"$\">&gt; </i><i class=\"i\">b</i>\n"
               "2 &gt; 1\n");
}
END_TEST

/* ---- pages ---- */

static void make_pages(void)
{
    temp_dir_make();
    put("pages", "docs/README.md\tcontents\tThe course\n"
                 "docs/01-blocking.md\tchapter\tChapter 1: One & all\n"
                 "docs/02-processes.md\tchapter\tChapter 2\n"
                 "docs/exercises/02/1-warm-up/task.md\texercise\tWarm\n"
                 "docs/exercises/02/2-fix/task.md\texercise\tFix it\n");
}

/* The page of the file whose Markdown became that HTML. It is well-formed. */
static char *page_of(const char *path, const char *body)
{
    char command[1024], where[61];

    put("body", body);
    snprintf(command, sizeof command,
             "LC_ALL=C awk -f " BOOK "paths.awk -f " BOOK
             "highlight.awk -f " BOOK "frame.awk -f " BOOK
             "chapter.awk -v path=%s -v pages=@pages"
             " -v template=" BOOK "page.html -v wanted=@wanted @body",
             path);
    struct ended ended = shell(command);
    ck_assert_str_eq(ended.err, "");
    /* Links lead out of it, and pictures are fetched: as they should. */
    char *copy = strdup(ended.out);
    for (char *at = copy; (at = strpbrk(at, "hs")) != NULL; at++)
        if (strncmp(at, "href=\"", 6) == 0 || strncmp(at, "src=\"", 5) == 0)
            *at = 'x';
    const char *wrong = page_problem(copy, where);
    ck_assert_msg(wrong == NULL, "%s: %s", wrong, where);
    free(copy);
    free(ended.err);
    return ended.out;
}

static char *wanted(void)
{
    char *path = temp_path("wanted");
    char *text = file_read(path);

    free(path);
    return text;
}

START_TEST(links_lead_to_pages_of_the_book)
{
    char *page = page_of(
        "docs/01-blocking.md",
        "<p><a href=\"02-processes.md#the-idea\">a</a> "
        "<a href=\"../stages/01-blocking/fetch.c\">b</a> "
        "<a href=\"../stages/01-blocking/fetch.c#L10-L20\">c</a> "
        "<a href=\"../stages/01-blocking\">d</a> "
        "<a href=\"https://example.org/a.md\">e</a> <a href=\"#here\">f</a> "
        "<a href=\"exercises/02/2-fix/task.md\">g</a> <a href=\"README.md\">"
        "h</a></p><a id=\"here\"></a>\n");
    char *files = wanted();

    must_hold(page, "<a href=\"02-processes.html#the-idea\">a");
    must_hold(page, "<a href=\"source/stages/01-blocking/fetch.c.html\">b");
    must_hold(page, "<a href=\"source/stages/01-blocking/fetch.c.html#L10\">c");
    must_hold(page, "<a href=\"source/stages/01-blocking/index.html\">d");
    must_hold(page, "<a href=\"https://example.org/a.md\">e");
    must_hold(page, "<a href=\"#here\">f");
    must_hold(page, "<a href=\"exercises/02/2-fix/task.html\">g");
    must_hold(page, "<a href=\"index.html\">h");
    ck_assert_str_eq(files, "stages/01-blocking/fetch.c\nstages/01-blocking\n");
    free(files);
    free(page);
}
END_TEST

START_TEST(links_of_a_page_below_lead_up_again)
{
    char *page = page_of("docs/exercises/02/1-warm-up/task.md",
                         "<h1>Warm</h1>\n<p><a href=\"starter.c\">a</a> "
                         "<a href=\"../../../02-processes.md\">b</a></p>\n");

    must_hold(page, "<a href=\"../../../source/docs/exercises/02/1-warm-up/"
                    "starter.c.html\">a");
    must_hold(page, "<a href=\"../../../02-processes.html\">b");
    must_hold(page, "href=\"../../../book.css\"");
    must_hold(page, "Exercise 2.1 of <a href=\"../../../02-processes.html\">");
    must_hold(page, "<a class=\"next\" rel=\"next\" "
                    "href=\"../2-fix/task.html\"><span>Next</span> 2.2 Fix it");
    must_lack(page, "rel=\"prev\"");
    free(page);
}
END_TEST

START_TEST(every_chapter_leads_to_the_ones_beside_it)
{
    char *page = page_of("docs/01-blocking.md",
                         "<h1>Chapter 1: One &amp; all</h1>\n"
                         "<p><a href=\"README.md\">contents</a> · "
                         "<a href=\"02-processes.md\">next: two</a></p>\n"
                         "<h2>The idea</h2>\n<p>Words.</p>\n");

    must_hold(page, "<title>Chapter 1: One &amp; all · Seven Crawlers</title>");
    must_hold(page, "<a class=\"previous\" rel=\"prev\" href=\"index.html\">");
    must_hold(page,
              "<a class=\"next\" rel=\"next\" href=\"02-processes.html\">");
    must_hold(page, "aria-current=\"page\"><span class=\"mark s01\"></span>"
                    "Chapter 1: One &amp; all</a>");
    must_hold(page, "<li><a href=\"#the-idea\">The idea</a></li>");
    must_lack(page, "next: two"); /* the line that the Markdown has for that */
    free(page);
}
END_TEST

START_TEST(the_last_chapter_does_not_lead_on_to_an_exercise)
{
    char *page = page_of("docs/02-processes.md", "<h1>Chapter 2</h1>\n");

    must_hold(page, "rel=\"prev\" href=\"01-blocking.html\"");
    must_lack(page, "rel=\"next\"");
    free(page);
}
END_TEST

START_TEST(headings_have_the_anchors_that_code_hosts_give_them)
{
    char *page = page_of(
        "docs/02-processes.md",
        "<h1>Two</h1>\n<h2>What <code>recv_all(fd)</code> does: 1 &amp; "
        "2</h2>\n"
        "<h3>A “so-called” step…</h3>\n<h3>Again</h3>\n<h3>Again</h3>\n");

    must_hold(page, "<h2 id=\"what-recv_allfd-does-1--2\">What <code>");
    must_hold(page, "<h3 id=\"a-so-called-step\">");
    must_hold(page, "<h3 id=\"again\">");
    must_hold(page, "<h3 id=\"again-1\">");
    must_hold(page, "<li><a href=\"#what-recv_allfd-does-1--2\">What <code>");
    free(page);
}
END_TEST

START_TEST(comments_are_not_shown_and_code_is)
{
    char *page = page_of(
        "docs/02-processes.md",
        "<!-- code: a.c one -->\n"
        "<p>takes 4.51 s<!-- = ten.csv a=1 median(x) -->, or 0.45 s<!-- = a\n"
        "b / c --> less; <code>&lt;!-- kept --&gt;</code></p>\n"
        "<pre><code class=\"language-c\">int a; /* &lt;!-- &amp;amp; */\n"
        "\n"
        "b\n"
        "</code></pre>\n"
        "<pre><code>$ &quot;plain&quot;\n"
        "</code></pre>\n");

    must_hold(page, "<p>takes 4.51 s, or 0.45 s\n less; "
                    "<code><span>&lt;!--</span> kept "
                    "<span>--&gt;</span></code></p>");
    must_lack(page, "<!--");
    must_hold(page, "<pre tabindex=\"0\"><code><i class=\"t\">int</i> a; "
                    "<i class=\"c\">/* &lt;!-- &amp;amp; */</i>\n\n"
                    "b</code></pre>");
    must_hold(page, "<code>$ \"plain\"</code></pre>");
    free(page);
}
END_TEST

START_TEST(an_option_in_the_text_is_not_broken_at_its_hyphens)
{
    char *page =
        page_of("docs/02-processes.md",
                "<p>Type <code>race -q --only=01-blocking x</code>.</p>"
                "\n<p>A-b <code>c</code> <code>a &amp; b-c</code></p>\n");

    must_hold(page, "<code>race <span>-q</span> "
                    "<span>--only=01-blocking</span> x</code>");
    must_hold(page, "A-b <code>c</code> "
                    "<code>a &amp; <span>b-c</span></code>");
    free(page);
}
END_TEST

START_TEST(a_picture_alone_is_a_figure_with_its_size)
{
    char *page =
        page_of("docs/02-processes.md",
                "<p><img src=\"figures/02-pool.svg\" alt=\"A pool\" />"
                "</p>\n<p><img src=\"../plots/pages.svg\" alt=\"Pages\""
                " /></p>\n");
    char *files = wanted();

    must_hold(page, "<figure><a href=\"figures/02-pool.svg\"><img "
                    "src=\"figures/02-pool.svg\" alt=\"A pool\" width=\"600\" "
                    "height=\"");
    must_hold(page, "<figure class=\"plot\"><a href=\"plots/pages.svg\">");
    ck_assert_str_eq(files, "docs/figures/02-pool.svg\nplots/pages.svg\n");
    free(files);
    free(page);
}
END_TEST

START_TEST(tables_stand_in_a_box_and_empty_heads_go)
{
    char *page =
        page_of("docs/02-processes.md",
                "<table>\n<thead>\n<tr>\n<th></th>\n<th></th>\n</tr>\n"
                "</thead>\n<tbody>\n<tr>\n<td>stage</td>\n<td>02</td>\n"
                "</tr>\n</tbody>\n</table>\n"
                "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n"
                "</table>\n");

    must_hold(page, "tabindex=\"0\">\n<table>\n<tbody>\n<tr>\n"
                    "<td class=\"short\">stage</td>");
    must_hold(page, "</table></div>");
    must_hold(page, "<th>a</th>");
    free(page);
}
END_TEST

START_TEST(a_source_is_a_page_with_a_number_for_each_line)
{
    put("a.c", "/* a\n * b */\nint x;\n");
    struct ended ended = shell(
        "LC_ALL=C awk -f " BOOK "paths.awk -f " BOOK "highlight.awk -f " BOOK
        "frame.awk -f " BOOK "source.awk -v path=common/a.c"
        " -v pages=@pages -v template=" BOOK "page.html @a.c");

    must_hold(ended.out, "<h1 class=\"path\">common/<wbr />a.c</h1>");
    must_hold(ended.out, "<a id=\"L2\" href=\"#L2\" data-n=\"2\" ");
    must_hold(ended.out, "</a><i class=\"c\"> * b */</i>\n<a id=\"L3\"");
    must_hold(ended.out, "href=\"../../book.css\"");
    must_hold(ended.out, "<a href=\"../../02-processes.html\">");
    ended_free(&ended);
}
END_TEST

/* ---- a finished book ---- */

#define PAGE(text) \
    "<title>t</title><h1 id=\"top\">h</h1><main>" text "</main>\n"

static struct ended check(const char *one, const char *two)
{
    put("one.html", one);
    put("two.html", two);
    return shell("here=$(pwd) && cd @ && ls *.html | LC_ALL=C awk"
                 " -f $here/" BOOK "paths.awk -f $here/" BOOK "check.awk");
}

START_TEST(a_book_is_whole_if_every_link_leads_somewhere)
{
    struct ended ended =
        check(PAGE("<a href=\"two.html#end\">a</a><a href=\"#top\">b</a>"
                   "<a href=\"https://example.org/\">c</a>"),
              PAGE("<a id=\"end\" href=\"./one.html\">d</a>"));

    ck_assert_str_eq(ended.out, "");
    ck_assert_int_eq(ended.status, 0);
    ended_free(&ended);
}
END_TEST

START_TEST(a_link_that_leads_nowhere_is_told)
{
    struct ended ended = check(
        PAGE("<a href=\"three.html\">a</a><a href=\"two.html#no\">b</a>"
             "<img src=\"no.svg\" /><img src=\"https://example.org/a.png\" />"),
        PAGE("<h1>h</h1><a id=\"top\"></a>"));

    ck_assert_int_eq(ended.status, 1);
    must_hold(ended.out, "one.html: three.html leads nowhere\n");
    must_hold(ended.out, "one.html: two.html#no leads nowhere: the page has "
                         "no such anchor\n");
    must_hold(ended.out, "one.html: no.svg leads nowhere\n");
    must_hold(ended.out, "https://example.org/a.png would be loaded");
    must_hold(ended.out, "two.html: 2 h1, 1 main, 1 title");
    must_hold(ended.out, "two.html: the id top is there twice");
    ended_free(&ended);
}
END_TEST

/* ---- the figures ---- */

START_TEST(every_figure_says_what_it_shows_and_stands_on_white)
{
    glob_t found;
    char where[61];

    ck_assert_int_eq(glob("docs/figures/*.svg", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char *figure = file_read(found.gl_pathv[i]);
        const char *wrong = page_problem(figure, where);
        ck_assert_msg(wrong == NULL, "%s: %s: %s", found.gl_pathv[i], wrong,
                      where);
        must_hold(figure, " viewBox=\"0 0 600 ");
        must_hold(figure, "<title id=\"title\">");
        must_hold(figure, "<desc id=\"desc\">");
        must_hold(figure, "<rect width=\"600\" height=\"");
        must_hold(figure, " rx=\"12\" fill=\"#fff\"/>");
        free(figure);
    }
    ck_assert_uint_ge(found.gl_pathc, 14);
    globfree(&found);
}
END_TEST

static Suite *book_suite(void)
{
    Suite *suite = suite_create("book");
    TCase *code = tcase_create("code");
    TCase *pages = tcase_create("pages");
    TCase *whole = tcase_create("whole");

    tcase_add_checked_fixture(code, temp_dir_make, temp_dir_remove);
    tcase_add_test(code, c_has_its_words_strings_and_comments_marked);
    tcase_add_test(code, a_comment_goes_on_in_the_next_line_until_it_ends);
    tcase_add_test(code, python_has_strings_over_lines_and_decorators);
    tcase_add_test(code, in_the_shell_a_comment_begins_where_a_word_would);
    tcase_add_test(code, in_a_transcript_what_is_typed_differs_from_what_comes);
    suite_add_tcase(suite, code);

    tcase_add_checked_fixture(pages, make_pages, temp_dir_remove);
    tcase_add_test(pages, links_lead_to_pages_of_the_book);
    tcase_add_test(pages, links_of_a_page_below_lead_up_again);
    tcase_add_test(pages, every_chapter_leads_to_the_ones_beside_it);
    tcase_add_test(pages, the_last_chapter_does_not_lead_on_to_an_exercise);
    tcase_add_test(pages, headings_have_the_anchors_that_code_hosts_give_them);
    tcase_add_test(pages, comments_are_not_shown_and_code_is);
    tcase_add_test(pages, an_option_in_the_text_is_not_broken_at_its_hyphens);
    tcase_add_test(pages, a_picture_alone_is_a_figure_with_its_size);
    tcase_add_test(pages, tables_stand_in_a_box_and_empty_heads_go);
    tcase_add_test(pages, a_source_is_a_page_with_a_number_for_each_line);
    suite_add_tcase(suite, pages);

    tcase_add_checked_fixture(whole, temp_dir_make, temp_dir_remove);
    tcase_add_test(whole, a_book_is_whole_if_every_link_leads_somewhere);
    tcase_add_test(whole, a_link_that_leads_nowhere_is_told);
    tcase_add_test(whole, every_figure_says_what_it_shows_and_stands_on_white);
    suite_add_tcase(suite, whole);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(book_suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
