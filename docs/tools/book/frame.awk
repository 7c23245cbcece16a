# frame.awk - what is around the text of every page: page.html with its places
# filled in, the contents, and the ways to the pages before and behind.
#
# After paths.awk. The caller sets `template`, and `path`: the file whose page
# it is. It has in `section[1..sections]` and `anchor[...]` its headings.

function html(text)
{
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    gsub(/"/, "\\&quot;", text)
    return text
}

function put(line, what, with,    at, done)
{
    while ((at = index(line, what)) > 0) {
        done = done substr(line, 1, at - 1) with
        line = substr(line, at + length(what))
    }
    return done line
}

# Prints the page up to its text, then (second call) what comes after it.
function frame(title,    line)
{
    while ((getline line < template) > 0) {
        if (line == "@text@")
            return
        if (line == "@contents@")
            contents()
        else if (line == "@turn@")
            turn()
        else if (line == "@links@")
            links()
        else
            print put(put(line, "@root@", root()), "@title@", html(title))
    }
    close(template)
}

# What leads from this page to the book's root: "../" or nothing.
function root()
{
    return relative(in_book(path), "")
}

# The page in the same row: 1 behind it, -1 before it; "" if there is none.
function beside(way,    i)
{
    for (i = 1; i <= page_count; i++)
        if (page_path[i] == path)
            break
    i += way
    if (i < 1 || i > page_count)
        return ""
    if (row_of(path) != row_of(page_path[i]) || row_of(path) == "note")
        return ""
    return page_path[i]
}

function row_of(other)
{
    return kind_of(other) == "contents" ? "chapter" : kind_of(other)
}

function href_to(other)
{
    return html(relative(in_book(path), in_book(other)))
}

function links(    other)
{
    if (path in page_kind && (other = beside(-1)) != "")
        printf "<link rel=\"prev\" href=\"%s\" />\n", href_to(other)
    if (path in page_kind && (other = beside(1)) != "")
        printf "<link rel=\"next\" href=\"%s\" />\n", href_to(other)
}

function turn(    before, behind)
{
    if (!(path in page_kind))
        return
    before = beside(-1)
    behind = beside(1)
    if (before behind == "")
        return
    print "<nav class=\"turn\" aria-label=\"Previous and next page\">"
    if (before != "")
        printf "<a class=\"previous\" rel=\"prev\" href=\"%s\">" \
            "<span>Previous</span> %s</a>\n",
            href_to(before), html(title_of(before))
    if (behind != "")
        printf "<a class=\"next\" rel=\"next\" href=\"%s\">" \
            "<span>Next</span> %s</a>\n",
            href_to(behind), html(title_of(behind))
    print "</nav>"
}

# An exercise is called by its chapter, too.
function title_of(other,    part)
{
    if (kind_of(other) != "exercise")
        return page_title[other]
    split(other, part, "/")
    return part[3] + 0 "." part[4] + 0 " " page_title[other]
}

# The mark of its stage, in the colour that the stage has in every plot.
function stage_mark(other)
{
    if (other !~ /^docs\/0[0-7]-/)
        return ""
    return "<span class=\"mark s" substr(other, 6, 2) "\"></span>"
}

# The chapter that an exercise belongs to.
function chapter_of(other,    i)
{
    for (i = 1; i <= page_count; i++)
        if (index(page_path[i], "docs/" substr(other, 16, 2) "-") == 1)
            return page_path[i]
    return ""
}

function contents(    i, j, other, here)
{
    here = kind_of(path) == "exercise" ? chapter_of(path) : path
    print "<ol>"
    for (i = 1; i <= page_count; i++) {
        other = page_path[i]
        if (row_of(other) != "chapter")
            continue
        printf "<li%s><a href=\"%s\"%s>%s%s</a>",
            (other == here ? " class=\"here\"" : ""), href_to(other),
            (other == path ? " aria-current=\"page\"" : ""), stage_mark(other),
            html(page_title[other])
        if (other == path && sections > 0 && kind_of(path) != "contents")
            inner(path)
        else if (other == here && kind_of(path) == "exercise")
            exercises_of(substr(path, 1, 17))
        print "</li>"
    }
    print "</ol>"
}

function inner(other,    j)
{
    print "<ol>"
    for (j = 1; j <= sections; j++)
        printf "<li><a href=\"#%s\">%s</a></li>\n", anchor[j], section[j]
    print "</ol>"
}

function exercises_of(folder,    i)
{
    print "<ol>"
    for (i = 1; i <= page_count; i++)
        if (index(page_path[i], folder) == 1)
            printf "<li><a href=\"%s\"%s>%s</a></li>\n", href_to(page_path[i]),
                (page_path[i] == path ? " aria-current=\"page\"" : ""),
                html(title_of(page_path[i]))
    print "</ol>"
}
