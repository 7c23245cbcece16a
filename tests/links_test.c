/*
 * links_test.c - which links a page has, and that nothing else is read.
 */
#include "common/links.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* A page, and its links as one text, each in angle brackets. */
struct page {
    const char *html, *links;
};

static void append(struct buffer *out, const char *string)
{
    ck_assert_int_eq(buffer_append_string(out, string), 0);
}

/* The links of a page as in struct page; the caller frees it. */
static char *links_of(const char *html, size_t size)
{
    struct links links;
    struct buffer out = {0};
    size_t count = 0;

    ck_assert_int_eq(links_scan(&links, html, size), 0);
    for (const char *link = links_next(&links, NULL); link;
         link = links_next(&links, link)) {
        append(&out, "<");
        append(&out, link);
        append(&out, ">");
        count++;
    }
    ck_assert_uint_eq(count, links.count);
    ck_assert_int_eq(buffer_append(&out, "", 1), 0);
    links_free(&links);
    return out.data;
}

static void check_page(const struct page *page)
{
    char *links = links_of(page->html, strlen(page->html));

    ck_assert_msg(strcmp(links, page->links) == 0, "`%s` has %s, not %s",
                  page->html, links, page->links);
    free(links);
}

#define CHECK_PAGES(table)                        \
    do {                                          \
        for (size_t i = 0; i < COUNT(table); i++) \
            check_page(&(table)[i]);              \
    } while (0)

/* ---- tags and attributes ---- */

START_TEST(links_are_the_hrefs_of_a_and_area)
{
    static const struct page table[] = {
        {"", ""},
        {"no markup", ""},
        {"<a href=\"x\">y</a>", "<x>"},
        {"<a href='x'><a href=y><A HREF=Z>", "<x><y><Z>"},
        {"<map><area href=x></map>", "<x>"},
        {"<a name=x><a>", ""},
        {"<link href=x><img href=y><aa href=z><abbr href=w>", ""},
        {"<area><areas href=x>", ""},
        {"</a href=x>", ""},
        {"<a href=x><a href=x>", "<x><x>"},
        {"<p><b><a href=x></p><a href=y>", "<x><y>"},
        {"<noscript><a href=x></noscript><a href=y>", "<x><y>"},
        {"<a data-href=x hrefs=y hre=z>", ""},
        {"<a xlink:href=x>", ""},
        {"text < a <3 <a href=x>", "<x>"},
    };

    CHECK_PAGES(table);
}
END_TEST

START_TEST(a_tag_may_be_written_in_many_ways)
{
    static const struct page table[] = {
        {"<a\thref=x><a\nhref=y><a\fhref=z><a\rhref=w>", "<x><y><z><w>"},
        {"<a  href  =  x  ><a href\n=\n'y'\n>", "<x><y>"},
        {"<a/href=x><a//href=y/><a / / href=z>", "<x><y/><z>"},
        {"<a href=x/>", "<x/>"},
        {"<a href='x'/><a href=\"y\" / >", "<x><y>"},
        {"<a id=1 href=x class=2>", "<x>"},
        {"<a id='1'href=\"x\"class=2>", "<x>"},
        {"<a disabled href=x><a disabled=href=y href=z>", "<x><z>"},
        {"<a id='>' href=x><a id=\"'>\" href=y>", "<x><y>"},
        {"<a id=a'b\"c href=x>", "<x>"},
        {"<a href=x'y\"z`>", "<x'y\"z`>"},
        {"<a href=a=b?c=d>", "<a=b?c=d>"},
        {"<a href='a b'><a href=\"<b>\">", "<a b><<b>>"},
        {"<a <b> href=x>", ""},
        {"<a href=x<b>", "<x<b>"},
        {"<a =href=x><a = href=y>", "<y>"},
        {"<a '=1 href=x><a \"href=y>", "<x>"},
        {"<a\"href=x>", ""},
        {"<<a href=x>", "<x>"},
        {"<a<a href=x>", ""},
        {"<a href=x", ""},
        {"<b <a href=x>", ""},
    };

    CHECK_PAGES(table);
}
END_TEST

START_TEST(of_two_hrefs_the_first_counts)
{
    static const struct page table[] = {
        {"<a href=x href=y>", "<x>"},
        {"<a HREF=x href=y>", "<x>"},
        {"<a href href=y>", "<>"},
        {"<a href='' href=y>", "<>"},
    };

    CHECK_PAGES(table);
}
END_TEST

START_TEST(an_empty_href_is_a_link_to_the_page_itself)
{
    static const struct page table[] = {
        {"<a href>", "<>"},      {"<a href=>", "<>"},   {"<a href=''>", "<>"},
        {"<a href=\"\">", "<>"}, {"<a href= >", "<>"},  {"<a href='  '>", "<>"},
        {"<a href/>", "<>"},     {"<a href=/>", "</>"}, {"<a href id=x>", "<>"},
    };

    CHECK_PAGES(table);
}
END_TEST

START_TEST(a_tag_that_never_closes_is_none)
{
    static const struct page table[] = {
        {"<a href=x><", "<x>"},
        {"<a href=x><a", "<x>"},
        {"<a href=x><a href", "<x>"},
        {"<a href=x><a href=", "<x>"},
        {"<a href=x><a href=y", "<x>"},
        {"<a href=x><a href='y", "<x>"},
        {"<a href=x><a href='y'", "<x>"},
        {"<a href=x><a href='y' ", "<x>"},
        {"<a href=x><a href='y'/", "<x>"},
        {"<a href='x><a href=y>", ""},
        {"<a href=\"x><a href=y><a href='z'>", ""},
        {"<a href=\"x><a href=\"y>", "<x><a href=>"},
        {"</a href='x><a href=y>", ""},
    };

    CHECK_PAGES(table);
}
END_TEST

/* ---- comments and raw text ---- */

START_TEST(a_comment_ends_in_each_of_its_ways)
{
    static const struct page table[] = {
        {"<!--<a href=x>--><a href=y>", "<y>"},
        {"<!----><a href=y>", "<y>"},
        {"<!--><a href=y>", "<y>"},
        {"<!---><a href=y>", "<y>"},
        {"<!-----><a href=y>", "<y>"},
        {"<!--<a href=x>--!><a href=y>", "<y>"},
        {"<!----!><a href=y>", "<y>"},
        {"<!--!><a href=x>--><a href=y>", "<y>"},
        {"<!---!><a href=x>--><a href=y>", "<y>"},
        {"<!--x-><a href=x>--><a href=y>", "<y>"},
        {"<!--x--<a href=x>--><a href=y>", "<y>"},
        {"<!-- -- > <a href=x>--><a href=y>", "<y>"},
        {"<!--x--!-><a href=x>--><a href=y>", "<y>"},
        {"<!--x--!--><a href=y>", "<y>"},
        {"<!--<!--><a href=y>", "<y>"},
        {"<!--<!--x--><a href=y>", "<y>"},
        {"<!--<!-- <a href=x> --><a href=y>--><a href=z>", "<y><z>"},
        {"<!--'--><a href=y>", "<y>"},
        {"<!--<a href=x>", ""},
        {"<!--<a href=x>--", ""},
        {"<!--", ""},
    };

    CHECK_PAGES(table);
}
END_TEST

START_TEST(what_only_looks_like_markup_ends_at_the_first_bracket)
{
    static const struct page table[] = {
        {"<!doctype html><a href=y>", "<y>"},
        {"<!DOCTYPE html PUBLIC \"x><a href=y>", "<y>"},
        {"<!><a href=y>", "<y>"},
        {"<!-><a href=y>", "<y>"},
        {"<!x <a href=x><a href=y>", "<y>"},
        {"<!- -<a href=x>--><a href=y>", "<y>"},
        {"<?php echo '<a href=x>' ?><a href=y>", "<y>"},
        {"<?><a href=y>", "<y>"},
        {"</><a href=y>", "<y>"},
        {"</ a href='>'><a href=y>", "<y>"},
        {"</<a href=x><a href=y>", "<y>"},
        {"<![CDATA[<a href=x>]]><a href=y>", "<y>"},
        {"<![CDATA[ ><a href=y>]]>", "<y>"},
        {"<1 href=x><a href=y>", "<y>"},
        {"<!x <a href=x", ""},
        {"</", ""},
        {"<!", ""},
        {"<?", ""},
    };

    CHECK_PAGES(table);
}
END_TEST

START_TEST(raw_text_holds_no_tags)
{
    static const char *const names[] = {
        "title",   "textarea", "style",  "xmp",   "iframe",
        "noembed", "noframes", "script", "TITLE", "Script",
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        char html[512];
        const char *n = names[i];

        snprintf(html, sizeof html,
                 "<%s><a href=x></%sx></ %s><\\/%s>'\"<!- </%s\t><a href=y>"
                 "<%s/></b></%s x='>'><a href=z><%s a=b><a href=x></%s/>"
                 "<a href=w></%s><a href=v><%s><a href=x></%s",
                 n, n, n, n, n, n, n, n, n, n, n, n);
        check_page(&(struct page){html, "<y><z><w><v>"});
    }
}
END_TEST

START_TEST(plain_text_never_ends)
{
    check_page(&(struct page){
        "<a href=x><plaintext><a href=y></plaintext><a href=z>", "<x>"});
}
END_TEST

START_TEST(a_script_in_a_script_takes_one_end_for_itself)
{
    static const struct page table[] = {
        {"<script>s='<a href=x>'</script><a href=y>", "<y>"},
        {"<script>if(a<b)</script><a href=y>", "<y>"},
        {"<script><!--<a href=x>--></script><a href=y>", "<y>"},
        {"<script><!--</script><a href=y>", "<y>"},
        {"<script><!--<script></script><a href=x></script><a href=y>", "<y>"},
        {"<script><!--<script></script><a href=x>--></script><a href=y>",
         "<y>"},
        {"<script><!--<script>--></script><a href=y>", "<y>"},
        {"<script><!--<SCRIPT ></Script/<a href=x></script><a href=y>", "<y>"},
        {"<script><!--<scripts></script><a href=y>", "<y>"},
        {"<script><!--<script</script><a href=y>", "<y>"},
        {"<script><!--><script></script><a href=y>", "<y>"},
        {"<script><!---><script></script><a href=y>", "<y>"},
        {"<script><!-- --><script></script><a href=y>", "<y>"},
        {"<script><!-<script></script><a href=y>", "<y>"},
        {"<script><!--<script><a href=x></script>--><a href=x></script>"
         "<a href=y>",
         "<y>"},
        {"<script><!--<script><script></script></script><a href=y>", "<y>"},
        {"<script><!--<script></script><script></script></script><a href=y>",
         "<y>"},
        {"<script><!--<script></script><a href=x>", ""},
        {"<script><!--", ""},
        {"<script></script", ""},
    };

    CHECK_PAGES(table);
}
END_TEST

START_TEST(what_is_in_a_template_is_not_in_the_page)
{
    static const struct page table[] = {
        {"<template><a href=x></template><a href=y>", "<y>"},
        {"<template><template></template><a href=x></template><a href=y>",
         "<y>"},
        {"</template><a href=y>", "<y>"},
        {"<template/><a href=x></template><a href=y>", "<y>"},
        {"<template><!--</template>--><a href=x></template><a href=y>", "<y>"},
        {"<template><script></template></script><a href=x></template>"
         "<a href=y>",
         "<y>"},
        {"<template><a href=x>", ""},
    };

    CHECK_PAGES(table);
}
END_TEST

START_TEST(a_self_closing_tag_is_whole_in_svg_and_math_only)
{
    static const struct page table[] = {
        {"<title/><a href=x></title><a href=y>", "<y>"},
        {"<svg><title/><a href=x></svg><title/><a href=y>", "<x>"},
        {"<svg><style /><script/><a href=x></svg><a href=y>", "<x><y>"},
        {"<svg/><title/><a href=x>", ""},
        {"<svg><svg></svg><title/><a href=x></svg>", "<x>"},
        {"<math><title/><a href=x></math>", "<x>"},
        {"<svg><template/><a href=x></svg>", "<x>"},
        {"<svg><title x=y/><a href=x></title><a href=y></svg>", "<y>"},
        {"<svg><title / ><a href=x></title><a href=y></svg>", "<y>"},
        {"<svg><style>a{}<a href=x></style><a href=y></svg>", "<y>"},
    };

    CHECK_PAGES(table);
}
END_TEST

/* ---- values ---- */

START_TEST(entities_are_decoded_as_in_attributes)
{
    static const struct page table[] = {
        {"<a href='?a&amp;b'>", "<?a&b>"},
        {"<a href='&lt;&gt;&quot;&apos;'>", "<<>\"'>"},
        {"<a href='&AMP;&LT;&GT;&QUOT;'>", "<&<>\">"},
        {"<a href=\"a&quot;b\"><a href=a&#32;b>", "<a\"b><a b>"},
        {"<a href='&sol;&colon;&quest;&num;&period;&percnt;'>", "</:?#.%>"},
        {"<a href='&nbsp;&eacute;&euro;&rarr;&hearts;'>",
         "<\xc2\xa0\xc3\xa9\xe2\x82\xac\xe2\x86\x92\xe2\x99\xa5>"},
        /* without a semicolon: only old names, only before other signs */
        {"<a href='?a&amp'>", "<?a&>"},
        {"<a href='&amp/&lt-&eacute.'>", "<&/<-\xc3\xa9.>"},
        {"<a href='?a&copy=b'>", "<?a&copy=b>"},
        {"<a href='?a&copyb'>", "<?a&copyb>"},
        {"<a href='?a&copy1'>", "<?a&copy1>"},
        {"<a href='?a&amp=b'>", "<?a&amp=b>"},
        {"<a href='?a&ampb;'>", "<?a&ampb;>"},
        {"<a href='?a&copy;=b'>", "<?a\xc2\xa9=b>"},
        {"<a href='&notit;&not;&not'>", "<&notit;\xc2\xac\xc2\xac>"},
        {"<a href='&euro&rarr'>", "<&euro&rarr>"},
        {"<a href='&frac12;&sup2'>", "<\xc2\xbd\xc2\xb2>"},
        /* no names */
        {"<a href='&&&;& '>", "<&&&;&>"},
        {"<a href='&nosuchname;&Amp;&aMP;'>", "<&nosuchname;&Amp;&aMP;>"},
        {"<a href='&a'><a href='&'>", "<&a><&>"},
        {"<a href=&amp><a href=x&amp;>", "<&><x&>"},
        {"<a href='&am\np;'>", "<&amp;>"},
        /* numbers */
        {"<a href='&#65;&#x42;&#X43;&#x6a;&#x6A;'>", "<ABCjj>"},
        {"<a href='&#65&#x42-&#67g'>", "<AB-Cg>"},
        {"<a href='&#0000000000000000000065;'>", "<A>"},
        {"<a href='&#;&#x;&#xg;&#-1;&#'>", "<&#;&#x;&#xg;&#-1;&#>"},
        {"<a href='&#x&#X&#a'>", "<&#x&#X&#a>"},
        {"<a href='&#233;&#8364;&#128512;'>",
         "<\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80>"},
        {"<a href='&#128;&#x80;&#150;&#x9f;&#x81;'>",
         "<\xe2\x82\xac\xe2\x82\xac\xe2\x80\x93\xc5\xb8\xc2\x81>"},
        {"<a href='&#0;'>", "<\xef\xbf\xbd>"},
        {"<a href='&#xD800;&#xDFFF;'>", "<\xef\xbf\xbd\xef\xbf\xbd>"},
        {"<a href='&#xD7FF;&#xE000;'>", "<\xed\x9f\xbf\xee\x80\x80>"},
        {"<a href='&#x10FFFF;&#x110000;'>", "<\xf4\x8f\xbf\xbf\xef\xbf\xbd>"},
        {"<a href='&#4294967361;'>", "<\xef\xbf\xbd>"},
        {"<a href='&#x10000000000000041;'>", "<\xef\xbf\xbd>"},
        /* in names nothing is decoded */
        {"<a &#104;ref=x>", ""},
        {"<&#97; href=x>", ""},
    };

    CHECK_PAGES(table);
}
END_TEST

START_TEST(blanks_go_at_the_ends_and_line_ends_go_everywhere)
{
    static const struct page table[] = {
        {"<a href='  x  '>", "<x>"},
        {"<a href='\t\r\n\f x \f\n'>", "<x>"},
        {"<a href='a b'>", "<a b>"},
        {"<a href='a\nb\r\nc\td'>", "<abcd>"},
        {"<a href='a\fb'>", "<a\fb>"},
        {"<a href='&#32;&#10;x&Tab;&NewLine;y&#13;'>", "<xy>"},
        {"<a href='\x01x\x1f'>", "<x>"},
        {"<a href='\xc2\xa0x'>", "<\xc2\xa0x>"},
        {"<a href='java\nscript:x'>", "<javascript:x>"},
        {"<a href=x\n>", "<x>"},
    };

    CHECK_PAGES(table);
}
END_TEST

START_TEST(a_nul_is_a_character_like_others)
{
    static const char html[] = "<a\0 href=x><a href=x\0y><a hr\0ef=z>"
                               "<!--\0--><b\0><title>\0</title\0></title>"
                               "<a\0href=v><a href='\0'>\0<a href=w>";
    char *links = links_of(html, sizeof html - 1);

    ck_assert_str_eq(links, "<x\xef\xbf\xbdy><\xef\xbf\xbd><w>");
    free(links);
}
END_TEST

START_TEST(bytes_above_127_are_kept)
{
    static const struct page table[] = {
        {"<a href=\xfc><a href='\xc3\xbc'>", "<\xfc><\xc3\xbc>"},
        {"<\xe4 href=x><a\xa0href=x>", ""},
        {"<a\xa0 href=x><a \xff href=y>", "<y>"},
    };

    CHECK_PAGES(table);
}
END_TEST

/* ---- base ---- */

START_TEST(the_base_is_the_first_that_has_an_href)
{
    static const struct {
        const char *html, *base;
    } table[] = {
        {"<base href=x>", "x"},
        {"<BASE HREF=' x\n&amp;y '>", "x&y"},
        {"<base href=x><base href=y>", "x"},
        {"<base target=_top><base href=y>", "y"},
        {"<base href><base href=y>", ""},
        {"<a href=a><base href=x>", "x"},
        {"<!--<base href=x>--><base href=y>", "y"},
        {"<template><base href=x></template><base href=y>", "y"},
        {"<title><base href=x></title>", NULL},
        {"<base target=_top>", NULL},
        {"</base href=x>", NULL},
        {"<basefont href=x>", NULL},
        {"<base href=x", NULL},
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct links links;

        ck_assert_int_eq(
            links_scan(&links, table[i].html, strlen(table[i].html)), 0);
        ck_assert_pstr_eq(links.base, table[i].base);
        links_free(&links);
    }
}
END_TEST

START_TEST(a_base_is_not_among_the_links)
{
    check_page(&(struct page){"<a href=x><base href=b><a href=y>", "<x><y>"});
}
END_TEST

/* ---- sizes ---- */

/* `begin`, then `piece` again and again, then `end`; the caller frees it. */
static struct buffer repeated(const char *begin, const char *piece,
                              size_t times, const char *end)
{
    struct buffer html = {0};
    size_t size = strlen(piece);

    append(&html, begin);
    ck_assert_int_eq(buffer_reserve(&html, times * size), 0);
    for (; times > 0; times--, html.length += size)
        memcpy(html.data + html.length, piece, size);
    append(&html, end);
    return html;
}

START_TEST(a_link_beyond_the_longest_is_counted_and_left)
{
    struct buffer html =
        repeated("<a href=1><a href='", "x", LINK_MAX_LENGTH, "'>");
    struct links links;

    append(&html, "<a href=2><base href='x");
    struct buffer longer = repeated("", "&amp;", LINK_MAX_LENGTH, "'>");
    ck_assert_int_eq(buffer_append(&html, longer.data, longer.length), 0);
    append(&html, "<base href=3><a href='x");
    ck_assert_int_eq(buffer_append(&html, longer.data, longer.length), 0);
    append(&html, "<a href='");
    ck_assert_int_eq(buffer_append(&html, longer.data, longer.length), 0);

    ck_assert_int_eq(links_scan(&links, html.data, html.length), 0);
    ck_assert_uint_eq(links.count, 4);
    ck_assert_uint_eq(links.too_long, 2);
    ck_assert_str_eq(links.base, "3");

    const char *link = links_next(&links, NULL);

    ck_assert_str_eq(link, "1");
    link = links_next(&links, link);
    ck_assert_uint_eq(strlen(link), LINK_MAX_LENGTH);
    link = links_next(&links, link);
    ck_assert_str_eq(link, "2");
    link = links_next(&links, link);
    ck_assert_uint_eq(strspn(link, "&"), LINK_MAX_LENGTH);
    ck_assert_ptr_null(links_next(&links, link));
    links_free(&links);
    buffer_free(&html);
    buffer_free(&longer);
}
END_TEST

START_TEST(blanks_do_not_make_a_link_too_long)
{
    struct buffer html =
        repeated("<a href=' ", " \n&#10;\t", LINK_MAX_LENGTH, "x");
    struct links links;

    append(&html, "'>");
    ck_assert_int_eq(links_scan(&links, html.data, html.length), 0);
    ck_assert_uint_eq(links.count, 1);
    ck_assert_str_eq(links_next(&links, NULL), "x");
    links_free(&links);
    buffer_free(&html);
}
END_TEST

/*
 * Each of these is a megabyte of what a careless scanner starts over
 * and over. Linear work takes milliseconds, quadratic work takes until Check
 * gives up.
 */
static const struct {
    const char *begin, *piece, *end;
    size_t links; /* per piece */
} loads[] = {
    {"", "<a href=x>", "", 1},
    {"", "<a ", "", 0},
    {"", "<a href='", "", 0},
    {"", "<a href=", "", 0},
    {"", "<", "", 0},
    {"", "</", "", 0},
    {"", "<!", "", 0},
    {"", "<!-", "", 0},
    {"", "<!--", "", 0},
    {"<!--", "-", "", 0},
    {"<!--", "--!", "", 0},
    {"", "<?", "", 0},
    {"", "<![CDATA[", "", 0},
    {"<a ", "x ", "", 0},
    {"<a ", "=", ">", 0},
    {"<a ", "/", ">", 0},
    {"<a ", "x='' ", ">", 0},
    {"<a href='", "&", "'>", 0},
    {"<a href='", "&#", "'>", 0},
    {"<a href='&", "a", ";'>", 0},
    {"<a href='&#", "9", ";'>", 0},
    {"", "<title>", "", 0},
    {"<title>", "</title", "", 0},
    {"<title>", "</titl", "", 0},
    {"<script>", "</script", "", 0},
    {"<script>", "<!--", "", 0},
    {"<script><!--", "<script>", "", 0},
    {"<script><!--", "<script></script>", "", 0},
    {"<script><!--", "--", "", 0},
    {"", "<template>", "", 0},
    {"", "<svg>", "", 0},
    {"", "<plaintext>", "", 0},
    {"", "<script>x</script><!--x--></b>", "", 0},
};

START_TEST(the_time_is_linear_in_the_size)
{
    size_t times = 1024 * 1024 / strlen(loads[_i].piece);
    struct buffer html =
        repeated(loads[_i].begin, loads[_i].piece, times, loads[_i].end);
    struct links links;

    ck_assert_int_eq(links_scan(&links, html.data, html.length), 0);
    if (loads[_i].links > 0)
        ck_assert_uint_eq(links.count, loads[_i].links * times);
    ck_assert_uint_le(links.text.capacity, 4 * html.length);
    links_free(&links);
    buffer_free(&html);
}
END_TEST

/* ---- the page's end ---- */

/* A bit of everything; cut anywhere it must be read up to the cut only. */
static const char nasty[] =
    "<!doctype html PUBLIC \"-//x\"><?xml ?><![CDATA[ ]]><!><!--><!--->"
    "<!-- -- --!><base target=_top><base href=' b&amp;c '><title>&lt;</titl>"
    "</TITLE x='>'><script>a<b<!--<script x></script></scripts>--></script/>"
    "<style></style ><textarea></textarea><template><a href=t></template/>"
    "<svg><title/><path d=\"M0 0\"/></svg><a href='x'id=\"1\"/><a\thref = y >"
    "<a/href><area href=\"&#x41;&#66&copy=1&copy;&notit;&am&&#\"></a ></ ></>"
    "<A =HREF=q HREF='&#128512;\n\0\xff&euro;' ><a href=z><plaintext></p";

/* Memory whose last byte is followed by a page that must not be touched. */
struct guarded {
    char *map;
    size_t size; /* without the guard page */
};

static struct guarded guarded_new(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct guarded memory = {.size = (size + page - 1) / page * page};

    memory.map = mmap(NULL, memory.size + page, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(memory.map, MAP_FAILED);
    ck_assert_int_eq(mprotect(memory.map + memory.size, page, PROT_NONE), 0);
    return memory;
}

static void guarded_free(struct guarded memory)
{
    munmap(memory.map, memory.size + (size_t)sysconf(_SC_PAGESIZE));
}

START_TEST(nothing_behind_the_end_is_read)
{
    struct guarded memory = guarded_new(sizeof nasty);

    for (size_t size = 0; size < sizeof nasty; size++) {
        char *html = memory.map + memory.size - size;

        memcpy(html, nasty, size);
        free(links_of(html, size));
    }
    guarded_free(memory);
}
END_TEST

/* So neither does what stands before the page decide anything. */
START_TEST(nothing_before_the_beginning_is_read)
{
    struct guarded memory = guarded_new(sizeof nasty);

    for (size_t skip = 0; skip < sizeof nasty; skip++) {
        char *html = memory.map + memory.size - (sizeof nasty - 1 - skip);

        memcpy(html, nasty + skip, sizeof nasty - 1 - skip);
        free(links_of(html, sizeof nasty - 1 - skip));
    }
    guarded_free(memory);
}
END_TEST

/* A cut takes links away from the end and never makes new ones. */
START_TEST(a_page_cut_short_has_the_first_of_its_links)
{
    char *whole = links_of(nasty, sizeof nasty - 1);

    ck_assert_str_eq(whole, "<x><y><><AB&copy=1\xc2\xa9&notit;&am&&#>"
                            "<\xf0\x9f\x98\x80\xef\xbf\xbd\xff\xe2\x82\xac>"
                            "<z>");
    for (size_t size = 0; size < sizeof nasty; size++) {
        char *links = links_of(nasty, size);

        ck_assert_int_eq(strncmp(links, whole, strlen(links)), 0);
        free(links);
    }
    free(whole);
}
END_TEST

START_TEST(a_page_of_no_bytes_may_be_null)
{
    struct links links;

    ck_assert_int_eq(links_scan(&links, NULL, 0), 0);
    ck_assert_uint_eq(links.count, 0);
    ck_assert_ptr_null(links_next(&links, NULL));
    links_free(&links);
    links_free(&links);
    ck_assert_ptr_null(links.text.data);
}
END_TEST

static Suite *links_suite(void)
{
    const TTest *const tests[] = {
        links_are_the_hrefs_of_a_and_area,
        a_tag_may_be_written_in_many_ways,
        of_two_hrefs_the_first_counts,
        an_empty_href_is_a_link_to_the_page_itself,
        a_tag_that_never_closes_is_none,
        a_comment_ends_in_each_of_its_ways,
        what_only_looks_like_markup_ends_at_the_first_bracket,
        raw_text_holds_no_tags,
        plain_text_never_ends,
        a_script_in_a_script_takes_one_end_for_itself,
        what_is_in_a_template_is_not_in_the_page,
        a_self_closing_tag_is_whole_in_svg_and_math_only,
        entities_are_decoded_as_in_attributes,
        blanks_go_at_the_ends_and_line_ends_go_everywhere,
        a_nul_is_a_character_like_others,
        bytes_above_127_are_kept,
        the_base_is_the_first_that_has_an_href,
        a_base_is_not_among_the_links,
        a_link_beyond_the_longest_is_counted_and_left,
        blanks_do_not_make_a_link_too_long,
        nothing_behind_the_end_is_read,
        nothing_before_the_beginning_is_read,
        a_page_cut_short_has_the_first_of_its_links,
        a_page_of_no_bytes_may_be_null,
    };
    Suite *suite = suite_create("links");
    TCase *cases = tcase_create("links");

    for (size_t i = 0; i < COUNT(tests); i++)
        tcase_add_test(cases, tests[i]);
    tcase_add_loop_test(cases, the_time_is_linear_in_the_size, 0, COUNT(loads));
    suite_add_tcase(suite, cases);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(links_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
