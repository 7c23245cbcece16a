# chapter.awk - a page of the book from what cmark-gfm made of its Markdown:
#
#     cmark-gfm ... docs/01-blocking.md | awk -f paths.awk -f highlight.awk \
#         -f frame.awk -f chapter.awk -v path=docs/01-blocking.md \
#         -v pages=FILE -v template=page.html -v wanted=FILE
#
# Comments go, code is highlighted, headings get the anchors that GitHub gives
# them, links lead to pages of the book, tables stand in boxes that scroll, and
# a paragraph that is a picture becomes a figure.

BEGIN { read_pages() }

in_code { code_line($0); next }

{
    $0 = without_comments($0)
    gsub(/<br>/, "<br />")
}

/^<pre><code/ {
    match($0, /^<pre><code( class="language-[^"]*")?>/)
    language_of = substr($0, 1, RLENGTH)
    if (!sub(/^.*language-/, "", language_of))
        language_of = ""
    sub(/".*/, "", language_of)
    highlight_begin(language_of)
    code = substr($0, RLENGTH + 1)
    in_code = 1
    keep("<div class=\"code" (language_of == "console" ? " console" : "") "\">")
    # A box that scrolls can be reached with the keys.
    code_begins = "<pre tabindex=\"0\"><code>"
    code_line(code)
    next
}

/^<h[1-6]>/ { heading($0); next }

/^<table>/ {
    keep("<div class=\"wide\" role=\"region\" aria-label=\"Table\" " \
         "tabindex=\"0\">")
    table_at = kept + 1
    columns = longest = 0
}
/^<th[ >]/ { columns++ }
/^<td[ >]/ {
    width = length(plain($0))
    longest = width > longest ? width : longest
    if (width <= (columns > 3 ? 14 : 9)) # a number or a name: not to be broken
        sub(/^<td/, "<td class=\"short\"")
}
/^<\/thead>/ { drop_empty_head() }
/^<\/table>/ {
    if (columns > 4 && longest > 40) # sentences in narrow columns
        text[table_at] = "<table class=\"many\">"
    else if (columns > 7)
        text[table_at] = "<table class=\"dense\">"
    keep($0 "</div>")
    next
}

# The line that leads to the pages beside this one: the frame has it.
/^<p><a href="(\.\.\/)*README\.md">contents<\/a>/ && !past_navigation {
    past_navigation = 1
    in_navigation = 1
}
in_navigation {
    if (/<\/p>/)
        in_navigation = 0
    next
}

/^<p><img [^>]*>(<\/p>)?$/ && /<\/p>$/ { figure($0); next }

/[^ \t]/ { keep(with_whole_words(with_links($0))) }

END {
    if (title == "")
        title = page_title[path]
    frame(title (kind_of(path) == "contents" ? "" : " · Seven Crawlers"))
    for (i = 1; i <= kept; i++)
        print text[i]
    frame(title)
}

function keep(line)
{
    text[++kept] = line
}

# Comments may go over lines. Code, where they are no comments, is escaped.
function without_comments(line,    at, done)
{
    for (;;) {
        if (in_comment) {
            at = index(line, "-->")
            if (at == 0)
                return done
            line = substr(line, at + 3)
            in_comment = 0
        }
        at = index(line, "<!--")
        if (at == 0)
            return done line
        done = done substr(line, 1, at - 1)
        line = substr(line, at + 4)
        in_comment = 1
    }
}

function plain(line)
{
    gsub(/<[^>]*>/, "", line)
    gsub(/&lt;/, "<", line)
    gsub(/&gt;/, ">", line)
    gsub(/&quot;/, "\"", line)
    gsub(/&amp;/, "\\&", line)
    return line
}

# ---- code ----

function code_line(line,    last)
{
    last = line ~ /<\/code><\/pre>$/
    if (last)
        sub(/<\/code><\/pre>$/, "", line)
    if (!last || line != "")
        keep(code_begins highlight(plain(line)))
    else if (code_begins != "") # no code at all
        keep(code_begins)
    code_begins = ""
    if (last) {
        text[kept] = text[kept] "</code></pre></div>"
        in_code = 0
    }
}

# ---- headings ----

function heading(line,    level, words, id)
{
    level = substr(line, 3, 1)
    line = with_links(line)
    words = line
    gsub(/^<h[1-6]>|<\/h[1-6]>$/, "", words)
    id = anchor_of(plain(words))
    if (level == 1 && title == "") {
        title = plain(words)
        above()
        keep("<h1 id=\"" id "\">" words "</h1>")
        return
    }
    if (level == 2) {
        section[++sections] = words
        gsub(/<\/?a( [^>]*)?>/, "", section[sections])
        anchor[sections] = id
    }
    keep("<h" level " id=\"" id "\">" words " <a class=\"anchor\" href=\"#" \
         id "\" aria-label=\"Link to this section\">#</a></h" level ">")
}

# Over the title of an exercise: which one it is, and of which chapter.
function above(    chapter, part)
{
    if (kind_of(path) != "exercise")
        return
    chapter = chapter_of(path)
    split(path, part, "/")
    keep("<p class=\"above\">Exercise " part[3] + 0 "." part[4] + 0 \
         (chapter == "" ? "" : " of <a href=\"" href_to(chapter) "\">" \
          html(page_title[chapter]) "</a>") "</p>")
}

# As GitHub does it; the second of the same name gets a number.
function anchor_of(words,    id)
{
    gsub(/–|—|“|”|‘|’|…|×|→|·|µ/, "", words)
    words = tolower(words)
    gsub(/[][!-,.\/:-@\\^`{-~]/, "", words)
    gsub(/ /, "-", words)
    id = words
    if (words in anchor_count)
        id = words "-" anchor_count[words]
    anchor_count[words]++
    return id
}

# Options and names with a hyphen in code, which a line may not end inside of.
function with_whole_words(line,    done, code, n, i, word)
{
    while (match(line, /<code>[^<]*<\/code>/)) {
        code = substr(line, RSTART + 6, RLENGTH - 13)
        done = done substr(line, 1, RSTART + 5)
        line = substr(line, RSTART + RLENGTH)
        n = split(code, word, " ")
        for (i = 1; i <= n; i++)
            done = done (i > 1 ? " " : "") (word[i] ~ /-./ && \
                length(word[i]) < 34 ? "<span>" word[i] "</span>" : word[i])
        done = done "</code>"
    }
    return done line
}

# ---- links and pictures ----

function with_links(line,    done, link)
{
    while (match(line, /(href|src)="[^"]*"/)) {
        link = substr(line, RSTART, RLENGTH)
        done = done substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        sub(/"$/, "", link)
        done = done substr(link, 1, index(link, "\""))
        link = substr(link, index(link, "\"") + 1)
        done = done book_link(path, link) "\""
    }
    return done line
}

# A picture can be opened alone, to be made larger.
function figure(line,    source, file, size)
{
    match(line, /src="[^"]*"/)
    source = substr(line, RSTART + 5, RLENGTH - 6)
    file = resolved(path, source)
    size = size_of(file)
    line = with_links(line)
    gsub(/^<p>|<\/p>$/, "", line)
    sub(/ \/>$/, size " />", line)
    match(line, /src="[^"]*"/)
    source = substr(line, RSTART + 5, RLENGTH - 6)
    keep("<figure" (file ~ /^plots\// ? " class=\"plot\"" : "") "><a href=\"" \
         source "\">" line "</a></figure>")
}

# The attributes that keep its place while it is loaded.
function size_of(file,    line, n, box)
{
    while (n++ < 9 && (getline line < file) > 0)
        if (match(line, /viewBox="[0-9. ]*"/)) {
            split(substr(line, RSTART + 9, RLENGTH - 10), box, " ")
            close(file)
            return " width=\"" box[3] "\" height=\"" box[4] "\""
        }
    close(file)
    return ""
}

# ---- tables ----

# A head with no words in it: the first column is what the rows are called.
function drop_empty_head(    i, words)
{
    for (i = kept; text[i] !~ /^<thead>/; i--)
        words = words text[i]
    gsub(/<[^>]*>/, "", words)
    if (words !~ /^ *$/)
        return
    kept = i - 1
    $0 = ""
}
