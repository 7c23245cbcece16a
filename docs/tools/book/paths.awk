# paths.awk - where in the book a file of the project is, and links from one
# page to another. Paths are from the root of the project, or of the book.
#
# What `pages` lists is a page; a line of it is
#
#     PATH <tab> KIND <tab> TITLE
#
# with KIND contents or chapter, which follow one another, exercise, or note.
# Every other file that is linked is copied if it is a picture, and else shown
# as a page of its own below source/. `wanted` gets the paths of those.

function read_pages(    line, part)
{
    while ((getline line < pages) > 0) {
        split(line, part, "\t")
        page_path[++page_count] = part[1]
        page_kind[part[1]] = part[2]
        page_title[part[1]] = part[3]
    }
    close(pages)
}

# "" for a file that is no page: to ask for an element would make it one.
function kind_of(path)
{
    return path in page_kind ? page_kind[path] : ""
}

function is_picture(path)
{
    return path ~ /\.(svg|png)$/
}

# Where that file is in the book.
function in_book(path)
{
    if (path == "docs/README.md")
        return "index.html"
    if (path in page_kind)
        sub(/\.md$/, ".html", path)
    else if (is_directory(path))
        return "source/" (path == "." ? "" : path "/") "index.html"
    else if (!is_picture(path))
        return "source/" path ".html"
    sub(/^docs\//, "", path)
    return path
}

# What leads from one page of the book to another.
function relative(from, to,    up)
{
    while (from ~ /\// && substr(from, 1, index(from, "/")) == \
           substr(to, 1, index(to, "/"))) {
        to = substr(to, index(to, "/") + 1)
        from = substr(from, index(from, "/") + 1)
    }
    for (up = gsub(/\//, "", from); up > 0; up--)
        to = "../" to
    return to
}

# The path from the root to what the file calls `path`.
function resolved(from, path,    n, i, part, top, stack)
{
    if (!sub(/[^\/]*$/, "", from))
        from = ""
    n = split(from path, part, "/")
    for (i = 1; i <= n; i++) {
        if (part[i] == ".." && top > 0 && stack[top] != "..")
            top--
        else if (part[i] != "" && part[i] != ".")
            stack[++top] = part[i]
    }
    path = ""
    for (i = 1; i <= top; i++)
        path = path (i > 1 ? "/" : "") stack[i]
    return path == "" ? "." : path
}

function quoted(text)
{
    gsub(/'/, "'\\''", text)
    return "'" text "'"
}

function is_directory(path)
{
    if (!(path in directories))
        directories[path] = system("test -d " quoted(path)) == 0
    return directories[path]
}

# A link of the file `from` as the book has it. Other sites' stay as they are;
# lines of a source, #L10 or #L10-L20, have the anchor of the first.
function book_link(from, link,    path, anchor)
{
    if (link ~ /^[a-z][a-z0-9+.-]*:/ || link ~ /^#/)
        return link
    path = anchor = link
    sub(/#.*/, "", path)
    if (!sub(/^[^#]*#/, "#", anchor))
        anchor = ""
    sub(/-L[0-9]+$/, "", anchor)
    path = resolved(from, path)
    want(path)
    return relative(in_book(from), in_book(path)) anchor
}

# The book must have that file, too.
function want(path)
{
    if (path in page_kind || path in is_wanted || wanted == "")
        return
    is_wanted[path] = 1
    print path >wanted
}
