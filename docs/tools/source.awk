# source.awk - pieces of the sources that chapters show.
#
#   piece(FILE, NAME)   the lines of it, each ended; "" if there is no such
#                       piece, and `why` says what is wrong.
#
# In C a comment line of its own names what follows: to the line "docs: end"
# at its indentation, if it has one; or to the first line at its indentation
# that begins with } and opens nothing. In Python it is a def or class. Without
# a name it is all.

function piece(file, name,    ok)
{
    why = ""
    if (!source_read(file)) {
        why = "there is no " file
        return ""
    }
    if (name == "")
        return source_cut(file, 1, source_lines[file], "")
    return file ~ /\.py$/ ? piece_of_python(file, name) : piece_of_c(file, name)
}

# The name on a marker line; "" if it is none. docs: tsan is for the Makefile.
function marker_name(line)
{
    if (line !~ /^[ \t]*\/\* docs: [a-z0-9][a-z0-9-]* \*\/$/)
        return ""
    sub(/^[ \t]*\/\* docs: /, "", line)
    sub(/ \*\/$/, "", line)
    return line
}

function indent_of(line)
{
    match(line, /^[ \t]*/)
    return substr(line, 1, RLENGTH)
}

function source_read(file,    n, line)
{
    if (file in source_lines)
        return source_lines[file] > 0
    while ((getline line < (root "/" file)) > 0)
        source[file, ++n] = line
    close(root "/" file)
    return (source_lines[file] = n + 0) > 0
}

# Lines without markers, moved out by `indent`.
function source_cut(file, from, to, indent,    i, line, text)
{
    for (i = from; i <= to; i++) {
        line = source[file, i]
        if (marker_name(line) != "" || line ~ /^ \* docs: tsan$/)
            continue
        if (index(line, indent) == 1)
            line = substr(line, length(indent) + 1)
        text = text line "\n"
    }
    return text
}

function piece_of_c(file, name,    begin, end, indent, line)
{
    for (begin = 1; begin <= source_lines[file]; begin++)
        if (marker_name(source[file, begin]) == name)
            break
    if (begin > source_lines[file] || name == "end" || name == "tsan") {
        why = file " has no marker /* docs: " name " */"
        return ""
    }
    indent = indent_of(source[file, begin])
    end = end_marker_of(file, begin, indent)
    if (end > 0)
        return source_cut(file, begin + 1, end - 1, indent)
    for (end = begin + 1; end <= source_lines[file]; end++) {
        line = source[file, end]
        if (indent_of(line) != indent)
            continue
        line = substr(line, length(indent) + 1)
        if (line ~ /^}/ && line !~ /\{ *(\/\*.*)?$/)
            return source_cut(file, begin + 1, end, indent)
    }
    why = file ", line " begin ": what /* docs: " name " */ begins does not end"
    return ""
}

# The line of the "docs: end" that belongs to the marker in line `begin`, or 0:
# before the next marker at its indentation, and before its block ends.
function end_marker_of(file, begin, indent,    i, line)
{
    for (i = begin + 1; i <= source_lines[file]; i++) {
        line = source[file, i]
        if (line == indent "/* docs: end */")
            return i
        if (line ~ /[^ \t]/ && line !~ /^(#|[a-z_]+:$)/ && \
            length(indent_of(line)) < length(indent))
            return 0
        if (i > begin + 1 && indent_of(line) == indent && \
            marker_name(line) != "")
            return 0
    }
    return 0
}

# NAME, or CLASS.METHOD where several have the same.
function piece_of_python(file, name,    dot, from, last, begin, end, i)
{
    from = 1
    last = source_lines[file]
    while ((dot = index(name, ".")) > 0) {
        from = python_find(file, substr(name, 1, dot - 1), from, last)
        if (from == 0)
            return ""
        last = python_end(file, from)
        from++
        name = substr(name, dot + 1)
    }
    begin = python_find(file, name, from, last)
    if (begin == 0)
        return ""
    if (python_find(file, name, begin + 1, last) > 0) {
        why = file " has more than one " name ": write CLASS." name
        return ""
    }
    why = ""
    end = python_end(file, begin)
    for (i = begin - 1; i > 0 && source[file, i] ~ /^ *@/; i--)
        begin = i
    return source_cut(file, begin, end, indent_of(source[file, begin]))
}

function python_find(file, name, from, to,    i, line)
{
    for (i = from; i <= to; i++) {
        line = source[file, i]
        if (line !~ /^ *(async +)?(def|class) /)
            continue
        sub(/^ *(async +)?(def|class) +/, "", line)
        sub(/[^A-Za-z0-9_].*/, "", line)
        if (line == name)
            return i
    }
    why = file " has no def or class " name
    return 0
}

# Its last line: behind it comes one that is not further in.
function python_end(file, begin,    indent, i, last)
{
    indent = length(indent_of(source[file, begin]))
    last = begin
    for (i = begin + 1; i <= source_lines[file]; i++) {
        if (source[file, i] ~ /^ *$/)
            continue
        if (length(indent_of(source[file, i])) <= indent && \
            source[file, i] !~ /^ *\)/)
            break
        last = i
    }
    return last
}
