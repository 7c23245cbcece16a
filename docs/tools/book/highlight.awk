# highlight.awk - source code as HTML, line by line. What it marks:
#
#     k keyword   t type   m macro   p directive   c comment   s string
#     n number    $ prompt   i what was typed (in a console)
#
# It knows no grammar, only words, strings and comments; what it does not know
# it shows as it is.

function words_of(list, mark,    n, i, word)
{
    n = split(list, word, " ")
    for (i = 1; i <= n; i++)
        mark_of[language, word[i]] = mark
}

# Call it once before the first line of a piece of code.
function highlight_begin(name)
{
    language = name
    open_comment = 0
    open_string = ""
    if (name == "h" || name == "go" || name == "mjs" || name == "js")
        language = "c"
    else if (name == "py")
        language = "python"
    else if (name == "bash" || name == "make" || name == "gp" || name == "awk")
        language = "sh"
    if (language in is_known)
        return
    is_known[language] = 1
    if (language == "c") {
        words_of("auto break case const continue default do else enum extern " \
            "for goto if inline register restrict return sizeof static " \
            "struct switch typedef union volatile while _Atomic _Alignof " \
            "_Noreturn _Static_assert _Thread_local __attribute__", "k")
        words_of("bool char double float int long short signed unsigned void " \
            "size_t ssize_t int8_t int16_t int32_t int64_t uint8_t uint16_t " \
            "uint32_t uint64_t intptr_t uintptr_t pid_t socklen_t " \
            "pthread_t pthread_mutex_t pthread_cond_t FILE atomic_bool", "t")
        words_of("NULL true false", "n")
    } else if (language == "python") {
        words_of("and as assert async await break class continue def del " \
            "elif else except finally for from global if import in is lambda " \
            "nonlocal not or pass raise return try while with yield", "k")
        words_of("None True False", "n")
        words_of("self", "t")
    } else if (language == "sh")
        words_of("if then else elif fi for while until do done case esac in " \
            "return exit function set export trap", "k")
}

function escaped(text)
{
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    return text
}

function marked(mark, text)
{
    return text == "" ? "" : "<i class=\"" mark "\">" escaped(text) "</i>"
}

function highlight(line)
{
    if (language == "c")
        return c_line(line)
    if (language == "python")
        return python_line(line)
    if (language == "sh")
        return shell_line(line)
    if (language == "console")
        return console_line(line)
    return escaped(line)
}

# A name or a number.
function word_of(word)
{
    if ((language, word) in mark_of)
        return marked(mark_of[language, word], word)
    if (word ~ /^[0-9]/)
        return marked("n", word)
    if (language == "c" && word ~ /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/)
        return marked("m", word)
    return escaped(word)
}

# How long the string at the beginning is; to the end, if it is not closed.
function string_length(text,    quote, i, n, sign)
{
    quote = substr(text, 1, 1)
    n = length(text)
    for (i = 2; i <= n; i++) {
        sign = substr(text, i, 1)
        if (sign == "\\" && !(language == "sh" && quote == "'"))
            i++
        else if (sign == quote)
            return i
    }
    return n
}

# ---- C, and what is written like it ----

function c_line(line,    done, end)
{
    if (open_comment)
        return c_comment(line)
    if (match(line, /^ *# *[a-z]+/)) {
        done = marked("p", substr(line, 1, RLENGTH))
        line = substr(line, RLENGTH + 1)
        if (done ~ /include/ && match(line, /<[^>]*>/)) {
            done = done escaped(substr(line, 1, RSTART - 1)) \
                marked("s", substr(line, RSTART, RLENGTH))
            line = substr(line, RSTART + RLENGTH)
        }
    }
    while (match(line, /[A-Za-z_0-9]+|["']|\/[*\/]/)) {
        done = done escaped(substr(line, 1, RSTART - 1))
        end = RLENGTH
        line = substr(line, RSTART)
        if (line ~ /^\/\*/)
            return done c_comment(line)
        if (line ~ /^\/\//)
            return done marked("c", line)
        if (line ~ /^["']/) {
            end = string_length(line)
            done = done marked("s", substr(line, 1, end))
        } else
            done = done word_of(substr(line, 1, end))
        line = substr(line, end + 1)
    }
    return done escaped(line)
}

# A line that a comment begins with, and what is behind it.
function c_comment(line,    end)
{
    end = index(substr(line, open_comment ? 1 : 3), "*/")
    if (end > 0)
        end += open_comment ? 1 : 3
    open_comment = end == 0
    if (end == 0)
        return marked("c", line)
    return marked("c", substr(line, 1, end)) c_line(substr(line, end + 1))
}

# ---- Python ----

function python_line(line,    done, end)
{
    if (open_string != "")
        return python_string("", line)
    if (match(line, /^ *@[A-Za-z_.]+/)) {
        done = marked("p", substr(line, 1, RLENGTH))
        line = substr(line, RLENGTH + 1)
    }
    while (match(line, /[A-Za-z_0-9]+|["'#]/)) {
        done = done escaped(substr(line, 1, RSTART - 1))
        end = RLENGTH
        line = substr(line, RSTART)
        if (line ~ /^#/)
            return done marked("c", line)
        if (line ~ /^("""|''')/) {
            open_string = substr(line, 1, 3)
            return done python_string(open_string, substr(line, 4))
        }
        if (line ~ /^["']/) {
            end = string_length(line)
            done = done marked("s", substr(line, 1, end))
        } else
            done = done word_of(substr(line, 1, end))
        line = substr(line, end + 1)
    }
    return done escaped(line)
}

# What is in a string of three quotes, from `line` on, and what is behind it.
function python_string(begun, line,    end)
{
    end = index(line, open_string)
    if (end == 0)
        return marked("s", begun line)
    open_string = ""
    return marked("s", begun substr(line, 1, end + 2)) \
        python_line(substr(line, end + 3))
}

# ---- the shell, awk and make ----

# Strings may go over lines; a comment begins where a word would.
function shell_line(line,    done, end, before)
{
    while (match(line, /[A-Za-z_0-9]+|["'#\\]/)) {
        before = substr(line, 1, RSTART - 1)
        done = done escaped(before)
        end = RLENGTH
        line = substr(line, RSTART)
        if (line ~ /^#/ && (done == "" || before ~ /[ \t;]$/))
            return done marked("c", line)
        if (line ~ /^\\/) {
            end = 2
            done = done escaped(substr(line, 1, 2))
        } else if (line ~ /^["']/) {
            end = string_length(line)
            done = done marked("s", substr(line, 1, end))
        } else
            done = done word_of(substr(line, 1, end))
        line = substr(line, end + 1)
    }
    return done escaped(line)
}

# ---- what was typed, and what came ----

function console_line(line)
{
    if (line ~ /^[$>] /)
        return marked("$", substr(line, 1, 2)) marked("i", substr(line, 3))
    return escaped(line)
}
