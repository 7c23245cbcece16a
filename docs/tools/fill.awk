# fill.awk - a chapter with its code from the sources and its numbers from
# plots/data, on stdout. After csv.awk, markdown.awk, source.awk, query.awk.
#
#   -v file=NAME       as problems name it
#   -v root=DIR        of the project
#   -v problems=FILE   gets a line for each
#   -v check=1         what is stale is a problem, too
#   -v code=1 -v numbers=1    what to fill

{
    kind = markdown_kind($0)
    if (kind == "text")
        text_line()
    else if (kind == "open")
        open_fence()
    else if (kind == "close")
        close_fence()
    else if (showing)
        old = old markdown_outdent($0) "\n"
    else
        print
}

END {
    end_paragraph()
    if (fence != "")
        problem(opened_at, "the fence does not end")
    if (wanted != "")
        problem(wanted_at, "no fence follows the code line: put ```c and ``` " \
                "under it")
}

function problem(line, text)
{
    print file ":" line ": " text >>problems
}

function stale(line, text)
{
    if (check)
        problem(line, text)
}

# ---- code ----
function open_fence()
{
    end_paragraph()
    showing = wanted != "" && code
    if (wanted == "" && fence_language ~ /^(c|python|py)$/)
        problem(FNR, "pasted code: put a marker into the source, and above " \
                "this fence <!-- code: FILE NAME -->")
    old = ""
    opened_at = FNR
    print
}

function close_fence(    new)
{
    if (showing) {
        new = shown(wanted)
        if (why != "") {
            problem(wanted_at, why)
            new = old
        } else if (new != old)
            stale(opened_at, "the code is not as in the source (" wanted \
                  "): make docs")
        printf "%s", markdown_indent(new, fence_indent)
    }
    showing = 0
    wanted = ""
    print
}

# FILE NAME...: the pieces, with an empty line between.
function shown(line,    n, i, words, text, one)
{
    n = split(line, words, " ")
    if (n < 2)
        return piece(words[1], "")
    for (i = 2; i <= n; i++) {
        one = piece(words[1], words[i])
        if (why != "")
            return ""
        text = text (i > 2 ? "\n" : "") one
    }
    return text
}

# ---- text: paragraphs, in which a number and its query may be apart ----
function text_line()
{
    if (wanted != "") {
        problem(wanted_at, "no fence follows the code line: put ```c and " \
                "``` under it")
        wanted = ""
    }
    if ($0 ~ /^ *<!-- code: .* -->$/) {
        end_paragraph()
        wanted = $0
        sub(/^ *<!-- code: */, "", wanted)
        sub(/ *-->$/, "", wanted)
        wanted_at = FNR
        print
        return
    }
    if (paragraph == "")
        begun_at = FNR
    paragraph = paragraph $0 "\n"
    if ($0 ~ /^ *$/)
        end_paragraph()
}

function end_paragraph()
{
    if (paragraph != "")
        printf "%s", numbers ? with_numbers(paragraph) : paragraph
    paragraph = ""
}

# ---- numbers ----
function with_numbers(text,    done, at, before, asked, end, value)
{
    while ((at = index(text, "<!-- = ")) > 0) {
        before = substr(text, 1, at - 1)
        text = substr(text, at)
        end = index(text, "-->")
        number_at = begun_at + \
            markdown_lines_before(done before, length(done before) + 1)
        if (end == 0) {
            problem(number_at, "<!-- = without its -->")
            return done before text
        }
        asked = substr(text, 8, end - 8)
        done = done with_number(before, asked) substr(text, 1, end + 2)
        text = substr(text, end + 3)
    }
    return done text
}

# The last number of the text, and a unit behind it.
function with_number(before, asked,    start, number, unit, value)
{
    if (!match(before, /[0-9][0-9,.]*[^0-9]*$/)) {
        problem(number_at, "no number stands before its query")
        return before
    }
    start = RSTART
    number = substr(before, start)
    match(number, /^[0-9]+(,[0-9][0-9][0-9])*(\.[0-9]+)?/)
    unit = substr(number, RLENGTH + 1)
    number = substr(number, 1, RLENGTH)
    if (length(unit) > 40) {
        problem(number_at, "the number " number " stands too far before its " \
                "query")
        return before
    }
    value = query(asked)
    if (why != "") {
        problem(number_at, why)
        return before
    }
    value = like(number, value)
    if (value != number)
        stale(number_at, number unit " should be " value unit ": make docs")
    return substr(before, 1, start - 1) value unit
}

# With as many decimals as the number has, and commas if it has some.
function like(number, value,    digits, whole, part)
{
    digits = index(number, ".") ? length(number) - index(number, ".") : 0
    value = sprintf("%." digits "f", value)
    if (!index(number, ",") && !(number ~ /^[0-9][0-9]?[0-9]?(\.|$)/ && \
                                 value + 0 >= 10000))
        return value
    whole = value
    sub(/\..*/, "", whole)
    part = substr(value, length(whole) + 1)
    value = ""
    while (whole ~ /[0-9][0-9][0-9][0-9]/) {
        value = "," substr(whole, length(whole) - 2) value
        whole = substr(whole, 1, length(whole) - 3)
    }
    return whole value part
}
