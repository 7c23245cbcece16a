# phrasebook.awk - in tables that say what is what in C, each name is in a
# header of a stage, and in a program that its row links to. After markdown.awk.
#
# Such a table has a column `C`, and later one `shown in`; the names are from
# the one up to the other. A name is what is called, has an underscore in it, or
# follows `struct`. One with a single letter in front, f_new, is the reader's
# own; one with a manual section behind it that no header has, fork(2), is the
# system's.

FNR == 1 { in_table = 0 }

{
    if (markdown_kind($0) != "text" || $0 !~ /^ *\|/) {
        in_table = 0
    } else if (!in_table) {
        in_table = 1
        find_columns($0)
    } else if (first_column < last_column) {
        row($0)
    }
}

# In the first line of a table; of others the first is not before the last.
function find_columns(line,    n, i, cells)
{
    first_column = last_column = 0
    n = split(line, cells, / *\| */)
    for (i = 1; i <= n; i++) {
        if (cells[i] == "C")
            first_column = i
        if (cells[i] == "shown in" && first_column > 0)
            last_column = i
    }
}

function problem(text)
{
    print FILENAME ":" FNR ": " text
}

function row(line,    cells, i)
{
    gsub(/\\\|/, " ", line)
    read_programs(line)
    split(line, cells, "|")
    for (i = first_column; i < last_column; i++)
        cell(cells[i])
}

function cell(text,    code)
{
    while (match(text, /`[^`]+`/)) {
        code = substr(text, RSTART + 1, RLENGTH - 2)
        text = substr(text, RSTART + RLENGTH)
        names(code)
    }
}

function names(code,    word, before)
{
    gsub(/"[^"]*"/, "", code)
    while (match(code, /[A-Za-z_][A-Za-z0-9_]*/)) {
        word = substr(code, RSTART, RLENGTH)
        code = substr(code, RSTART + RLENGTH)
        if (word ~ /_/ || code ~ /^\(/ || before == "struct")
            name(word, code ~ /^\([23]\)/)
        before = word
    }
}

function name(word, may_be_the_systems)
{
    if (word ~ /^[a-z](_|$)/)
        return
    if (!headers_are_read)
        read_headers()
    if (!(word in declared) && !may_be_the_systems)
        problem("no header of a stage has " word)
    else if (!(word in used))
        problem("no program that this row links to has " word)
}

# ---- words of sources, but not of their comments ----

function read_headers(    find, path)
{
    find = "find stages -name '*.h' ! -name '*_internal.h'"
    while ((find | getline path) > 0)
        read_words(path, declared)
    close(find)
    headers_are_read = 1
}

function read_programs(line,    target)
{
    split("", used)
    while (match(line, /\]\([^ )]*\.c\)/)) {
        target = substr(line, RSTART + 2, RLENGTH - 3)
        line = substr(line, RSTART + RLENGTH)
        read_words(directory(FILENAME) target, used)
    }
}

function directory(path)
{
    return sub(/[^\/]*$/, "", path) ? path : ""
}

function read_words(path, words,    line, n, i, parts)
{
    if (!(path in text_of)) {
        while ((getline line < path) > 0)
            text_of[path] = text_of[path] line "\n"
        close(path)
        text_of[path] = without_comments(text_of[path])
    }
    n = split(text_of[path], parts, /[^A-Za-z0-9_]+/)
    for (i = 1; i <= n; i++)
        words[parts[i]] = 1
}

function without_comments(text,    n, i, parts, end, plain)
{
    n = split(text, parts, "/\\*")
    plain = parts[1]
    for (i = 2; i <= n; i++) {
        end = index(parts[i], "*/")
        plain = plain " " substr(parts[i], end > 0 ? end + 2 : 1)
    }
    return plain
}
