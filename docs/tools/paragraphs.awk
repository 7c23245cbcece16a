# paragraphs.awk - the prose of a chapter, and the anchors of its headings.
# After markdown.awk.

# Hands the text on in paragraphs: a line of prose, until paragraph(TEXT, LINE)
# is called with what belongs together. "" ends what has begun. Headings, rows
# of tables and items of lists stand alone; a comment may hold empty lines.
function markdown_text(line, at,    alone)
{
    alone = line ~ /^ *[|#]/
    if (markdown_begun != "" && !markdown_in_comment && \
        (line ~ /^[ >]*$/ || alone || line ~ /^ *([-*+]|[0-9]+\.) /))
        markdown_end()
    if (line ~ /^[ >]*$/ && markdown_begun == "")
        return
    if (markdown_begun == "")
        markdown_begun_at = at
    markdown_begun = markdown_begun line "\n"
    markdown_in_comment = markdown_open_comment(markdown_begun)
    if (alone && !markdown_in_comment)
        markdown_end()
}

function markdown_end(    text)
{
    text = markdown_begun
    markdown_begun = ""
    markdown_in_comment = 0
    if (text != "")
        paragraph(text, markdown_begun_at)
}

function markdown_open_comment(text,    at)
{
    while ((at = index(text, "<!--")) > 0) {
        text = substr(text, at + 4)
        if ((at = index(text, "-->")) == 0)
            return 1
        text = substr(text, at + 3)
    }
    return 0
}

# Its ends of line alone: what takes its place keeps the lines' numbers.
function markdown_newlines(text)
{
    gsub(/[^\n]+/, "", text)
    return text
}

# Without code spans, in whose place stands {}, and comments: {=} for one that
# says where a number is from.
function markdown_prose(text,    done, ticks, comment, end, n)
{
    while ((ticks = index(text, "`")) + (comment = index(text, "<!--")) > 0) {
        if (comment > 0 && (ticks == 0 || comment < ticks)) {
            done = done substr(text, 1, comment - 1)
            text = substr(text, comment)
            end = index(text, "-->") + 2
            if (end == 2)
                end = length(text)
            done = done (substr(text, 1, end) ~ \
                /^<!-- (=|said:|set|fact:)/ ? "{=}" : "")
        } else {
            done = done substr(text, 1, ticks - 1)
            text = substr(text, ticks)
            match(text, /^`+/)
            n = RLENGTH
            end = markdown_span(text, n)
            if (end == 0) { # no span: ticks that stand alone
                done = done substr(text, 1, n)
                text = substr(text, n + 1)
                continue
            }
            done = done "{}"
        }
        done = done markdown_newlines(substr(text, 1, end))
        text = substr(text, end + 1)
    }
    return done text
}

# The end of a code span that begins with n ticks, or 0.
function markdown_span(text, n,    at, passed)
{
    passed = n
    text = substr(text, n + 1)
    while (match(text, /`+/)) {
        passed += RSTART + RLENGTH - 1
        if (RLENGTH == n)
            return passed
        text = substr(text, RSTART + RLENGTH)
    }
    return 0
}

# Prose without links, images and tags.
function markdown_without_links(text,    link, found)
{
    link = "!?\\[[^][]*\\](\\([^()]*(\\([^()]*\\))?[^()]*\\)|\\[[^]]*\\])"
    while (match(text, link) || match(text, /<[a-z\/][^<>]*>/)) {
        found = substr(text, RSTART, RLENGTH)
        text = substr(text, 1, RSTART - 1) "{}" markdown_newlines(found) \
            substr(text, RSTART + RLENGTH)
    }
    return text
}

# ---- headings ----

# The anchor that GitHub gives the heading, but for the number of a second one.
function markdown_slug(line)
{
    line = markdown_comments_gone(line)
    sub(/^ *#+ +/, "", line)
    sub(/ +#* *$/, "", line)
    gsub(/<[^>]*>/, "", line)
    while (match(line, /\[[^]\[]*\]\([^()]*\)/))
        line = substr(line, 1, RSTART - 1) \
            markdown_link_text(substr(line, RSTART, RLENGTH)) \
            substr(line, RSTART + RLENGTH)
    gsub(/–|—|“|”|‘|’|…|×|→|·|µ/, "", line)
    line = tolower(line)
    gsub(/[][!-,.\/:-@\\^`{-~]/, "", line)
    gsub(/ /, "-", line)
    return line
}

function markdown_link_text(link)
{
    sub(/^\[/, "", link)
    sub(/\]\(.*/, "", link)
    return link
}

function markdown_comments_gone(line,    at, end)
{
    while ((at = index(line, "<!--")) > 0) {
        end = index(line, "-->")
        line = substr(line, 1, at - 1) \
            (end > at ? substr(line, end + 3) : "")
    }
    return line
}
