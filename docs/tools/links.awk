# links.awk - every relative link of the files and every anchor leads
# somewhere, and images say in words what they show. After paragraphs.awk.

{
    if (FNR == 1 && NR > 1)
        markdown_end()
    if (FNR == 1)
        file = FILENAME
    kind = markdown_kind($0)
    if (kind == "open")
        markdown_end()
    else if (kind == "text")
        markdown_text($0, FNR)
}

END { markdown_end() }

function problem(line, text)
{
    print file ":" line ": " text
}

function paragraph(text, at,    passed, place, target)
{
    text = markdown_prose(text)
    if (text ~ /^ *\[[^]]+\]: /) {
        target = text
        sub(/^ *\[[^]]+\]: */, "", target)
        follow(target, at)
    }
    images(text, at)
    tags(text, at)
    while ((place = index(text, "](")) > 0) {
        passed = passed substr(text, 1, place + 1)
        text = substr(text, place + 2)
        follow(text, at + markdown_newline_count(passed))
    }
}

function markdown_newline_count(text)
{
    return gsub(/\n/, "", text)
}

function images(text, at,    before)
{
    while (match(text, /!\[[^]]*\]\(/)) {
        before = before substr(text, 1, RSTART)
        if (substr(text, RSTART, RLENGTH) ~ /^!\[[ \n]*\]/)
            problem(at + markdown_newline_count(before), "an image without " \
                    "alt text: say in words what it shows: ![...](...)")
        text = substr(text, RSTART + RLENGTH)
    }
}

# <a href="...">, <img src="..." alt="...">
function tags(text, at,    passed, tag)
{
    while (match(text, /<(a|img) [^>]*>/)) {
        tag = substr(text, RSTART, RLENGTH)
        passed = passed substr(text, 1, RSTART)
        text = substr(text, RSTART + RLENGTH)
        if (tag ~ /^<img/ && tag !~ / alt="[^"]*[^" ][^"]*"/)
            problem(at + markdown_newline_count(passed), "an image without " \
                    "alt text: say in words what it shows: alt=\"...\"")
        if (sub(/.* (href|src)="/, "", tag))
            follow(tag, at + markdown_newline_count(passed))
    }
}

# What begins with the target of a link.
function follow(target, line,    path, anchor)
{
    if (target ~ /^</) {
        target = substr(target, 2)
        sub(/>.*/, "", target)
    } else
        sub(/["') \n].*/, "", target)
    if (target ~ /^[a-z][a-z0-9+.-]*:/)
        return
    path = anchor = target
    sub(/#.*/, "", path)
    if (!sub(/^[^#]*#/, "", anchor))
        anchor = ""
    if (path ~ /^\//) {
        problem(line, "the link " target " begins with /: write it relative")
        return
    }
    path = path == "" ? file : resolved(file, path)
    if (path ~ /^\.\./)
        problem(line, "the link " target " leads out of the project")
    else if (path ~ /^build(\/|$)/)
        problem(line, "the link " target " leads to what is only built")
    else if (!exists(path))
        problem(line, "the link " target " leads nowhere: there is no " path)
    else if (anchor != "" && path ~ /\.md$/ && !has_anchor(path, anchor))
        problem(line, "the link " target " leads nowhere: " path \
                " has no heading and no <a id> for #" anchor)
}

# The path from the root to what the file calls `path`.
function resolved(from, path,    n, i, parts, top, stack)
{
    if (!sub(/[^\/]*$/, "", from))
        from = ""
    n = split(from path, parts, "/")
    for (i = 1; i <= n; i++) {
        if (parts[i] == ".." && top > 0 && stack[top] != "..")
            top--
        else if (parts[i] != "" && parts[i] != ".")
            stack[++top] = parts[i]
    }
    path = ""
    for (i = 1; i <= top; i++)
        path = path (i > 1 ? "/" : "") stack[i]
    return path == "" ? "." : path
}

function exists(path,    quoted)
{
    if (!(path in there)) {
        quoted = path
        gsub(/%20/, " ", quoted)
        gsub(/'/, "'\\''", quoted)
        there[path] = system("test -e '" quoted "'") == 0
    }
    return there[path]
}

function has_anchor(path, anchor)
{
    if (!(path in anchors_of))
        read_anchors(path)
    return (path, anchor) in anchors
}

function read_anchors(path,    line, slug, fence_open, id)
{
    anchors_of[path] = 1
    while ((getline line < path) > 0) {
        if (line ~ /^ *(```|~~~)/)
            fence_open = !fence_open
        if (fence_open)
            continue
        if (line ~ /^#+ /) {
            slug = markdown_slug(line)
            if ((path, slug) in anchors)
                slug = slug "-" (++slugs[path, slug])
            anchors[path, slug] = 1
        }
        while (match(line, /<[a-z]+ [^>]*(id|name)="[^"]*"/)) {
            id = substr(line, RSTART, RLENGTH)
            line = substr(line, RSTART + RLENGTH)
            gsub(/.*(id|name)="|"$/, "", id)
            anchors[path, id] = 1
        }
    }
    close(path)
}
