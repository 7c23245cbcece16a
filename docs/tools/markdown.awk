# markdown.awk - what the lines of a chapter are.

# What the line is: "open" and "close" of a fence, "code" in it, or "text".
# Of the fence that is open, fence_language and fence_indent say more.
function markdown_kind(line,    ticks)
{
    if (FNR == 1)
        fence = ""
    if (fence != "") {
        ticks = line
        gsub(/^ +| +$/, "", ticks)
        if (index(ticks, fence) != 1 || ticks ~ /[^`~]/)
            return "code"
        fence = ""
        return "close"
    }
    if (!match(line, /^ *(```+|~~~+)/))
        return "text"
    ticks = substr(line, 1, RLENGTH)
    fence_language = substr(line, RLENGTH + 1)
    gsub(/^ +| .*$/, "", fence_language)
    fence = ticks
    sub(/^ +/, "", fence)
    fence_indent = substr(ticks, 1, length(ticks) - length(fence))
    return "open"
}

# A line of a fence without the indentation of the fence itself.
function markdown_outdent(line,    i)
{
    for (i = 1; i <= length(fence_indent) && substr(line, i, 1) == " "; i++)
        ;
    return substr(line, i)
}

# All lines of a text, which ends each of them, moved in by `indent`.
function markdown_indent(text, indent)
{
    if (indent == "" || text == "")
        return text
    gsub(/\n/, "&" indent, text)
    text = indent substr(text, 1, length(text) - length(indent))
    gsub(/\n +\n/, "\n\n", text)
    return text
}

# How many lines end before the place in the text.
function markdown_lines_before(text, place)
{
    text = substr(text, 1, place - 1)
    return gsub(/\n/, "", text)
}
