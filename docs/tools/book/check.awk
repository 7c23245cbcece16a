# check.awk - whether every link, picture and anchor of a built book is there:
#
#     cd build/book && find . -name '*.html' | sed 's|^\./||' |
#         awk -f paths.awk -f check.awk
#
# Reads the names of the pages on stdin; prints a line for whatever leads
# nowhere, or to the network where it would be loaded, and ends with status 1
# if there was one. What the pages are made of must be there, too: a title, one
# heading of the first level, one `main`.

{ page[++n] = $0; is_page[$0] = 1 }

END {
    for (i = 1; i <= n; i++)
        read_page(page[i])
    for (i = 1; i <= links; i++)
        follow(link_from[i], link_to[i])
    exit wrong > 0
}

function problem(file, text)
{
    print file ": " text
    wrong++
}

function read_page(file,    line, tag, heads, mains, titles)
{
    while ((getline line < file) > 0) {
        heads += gsub(/<h1[ >]/, "&", line)
        mains += gsub(/<main[ >]/, "&", line)
        titles += gsub(/<title>[^<]+<\/title>/, "&", line)
        while (match(line, / (id|href|src)="[^"]*"/)) {
            tag = substr(line, RSTART + 1, RLENGTH - 2)
            line = substr(line, RSTART + RLENGTH)
            if (tag ~ /^id=/)
                add_id(file, substr(tag, 5))
            else
                add_link(file, tag)
        }
    }
    close(file)
    if (heads != 1 || mains != 1 || titles != 1)
        problem(file, heads + 0 " h1, " mains + 0 " main, " titles + 0 \
                " title: each should be there once")
}

function add_id(file, id)
{
    if ((file, id) in ids)
        problem(file, "the id " id " is there twice")
    ids[file, id] = 1
}

function add_link(file, tag,    to)
{
    to = tag
    sub(/^[^"]*"/, "", to)
    if (to !~ /^[a-z][a-z0-9+.-]*:/) {
        link_from[++links] = file
        link_to[links] = to
    } else if (tag ~ /^src/)
        problem(file, to " would be loaded from the network")
}

function follow(file, to,    path, anchor)
{
    path = anchor = to
    sub(/#.*/, "", path)
    if (!sub(/^[^#]*#/, "", anchor))
        anchor = ""
    path = path == "" ? file : resolved(file, path)
    if (!is_there(path))
        problem(file, to " leads nowhere")
    else if (anchor != "" && (path in is_page) && !((path, anchor) in ids))
        problem(file, to " leads nowhere: the page has no such anchor")
}

function is_there(path)
{
    if (!(path in there))
        there[path] = (path in is_page) || \
            system("test -f " quoted(path)) == 0
    return there[path]
}
