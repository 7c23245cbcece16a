# prose.awk - measured numbers are bound to data, and no term of the glossary
# is used before its chapter. After paragraphs.awk; -v glossary=FILE.

BEGIN {
    unit = "(ns|us|µs|ms|s|min|B|[KMG]iB|[kKMG]B|%|x|×|times" \
        "|(nano|micro|milli)?seconds?)"
    while ((getline line < glossary) > 0)
        read_term(line)
}

FNR == 1 {
    markdown_end()
    file = FILENAME
    chapter = file ~ /(^|\/)[0-9][0-9]-[^\/]*$/ ? chapter_of(file) : ""
}

{
    kind = markdown_kind($0)
    if (kind == "open")
        markdown_end()
    else if (kind == "text")
        markdown_text($0, FNR)
}

END { markdown_end() }

function chapter_of(file)
{
    sub(/.*\//, "", file)
    return substr(file, 1, 2) + 0
}

# Under its heading stands <!-- term: 5 words: "event loop", "event loops" -->
function read_term(line,    chapter, word)
{
    if (line ~ /^###* /)
        slug = markdown_slug(line)
    if (line !~ /^<!-- term: [0-9]+ words: .* -->$/)
        return
    sub(/^<!-- term: /, "", line)
    chapter = line + 0
    while (match(line, /"[^"]+"/)) {
        word = tolower(substr(line, RSTART + 1, RLENGTH - 2))
        line = substr(line, RSTART + RLENGTH)
        term_chapter[++terms] = chapter
        term_slug[terms] = slug
        gsub(/[.+*?^$(){}|\/\\]/, "[&]", word)
        gsub(/ +/, "[ \n]+", word)
        term_pattern[terms] = word
    }
}

function problem(at, text, place, what)
{
    print file ":" at + markdown_lines_before(text, place) ": " what
}

function paragraph(text, at,    i, plain)
{
    plain = plain_words(text)
    text = markdown_without_links(markdown_prose(text))
    numbers(text, at)
    if (chapter == "")
        return
    text = tolower(text)
    for (i = 1; i <= terms; i++)
        if (term_chapter[i] > chapter)
            early(i, text, at, plain)
}

# <!-- plain: thread, process --> in a paragraph: these words are no terms here.
function plain_words(text)
{
    if (!match(text, /<!-- plain: [^>]*-->/))
        return ""
    text = tolower(substr(text, RSTART + 12, RLENGTH - 15))
    gsub(/[ \n]*,[ \n]*/, ",", text)
    gsub(/^[ \n]+|[ \n]+$/, "", text)
    return "," text ","
}

function early(i, text, at, plain,    passed, rest, place, word)
{
    rest = text
    while (match(rest, term_pattern[i])) {
        place = passed + RSTART
        word = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        passed = place + length(word) - 1
        if (substr(text, place - 1, 1) ~ /[a-z0-9_-]/ && place > 1)
            continue
        if (rest ~ /^[a-z0-9_-]/)
            continue
        gsub(/[ \n]+/, " ", word)
        if (index(plain, "," word ",") == 0)
            problem(at, text, place, "\"" word "\" is a term of chapter " \
                    term_chapter[i] ": say it otherwise, or link it to " \
                    "glossary.md#" term_slug[i])
    }
}

# A decimal number with a unit, behind which no {=} stands.
function numbers(text, at,    passed, rest, place, found)
{
    rest = text
    while (match(rest, "[0-9]+[.][0-9]+(&nbsp;|[ \n]|\302\240)?" unit)) {
        place = passed + RSTART
        found = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        passed = place + length(found) - 1
        if (place > 1 && substr(text, place - 1, 1) ~ /[A-Za-z0-9_.\/]/)
            continue
        if (rest ~ /^[A-Za-z0-9_]/ || rest ~ /^[*_]*[ \n]*\{=\}/)
            continue
        gsub(/\n/, " ", found)
        problem(at, text, place, found " is not bound: put <!-- = QUERY --> " \
                "behind it, or <!-- said: ... -->, <!-- set -->, " \
                "<!-- fact: ... -->")
    }
}
