# query.awk - the numbers behind the prose. After csv.awk.
#
#   query(TEXT)   the value, or "" and `why` says what is wrong.
#
#   FILE.csv column=value ... AGG(column)    rows of plots/data that went well
#   lines FILE...                            lines of sources
#   12.5                                     a number
#   ... + - * / ...                          from left to right

function query(text,    n, i, words, value, next_value, operator)
{
    why = ""
    n = query_words(text, words)
    i = 1
    operator = "="
    while (i <= n) {
        next_value = query_operand(words, n, i)
        if (why != "")
            return ""
        i = query_next
        value = operator == "=" ? next_value : \
            operator == "+" ? value + next_value : \
            operator == "-" ? value - next_value : \
            operator == "*" ? value * next_value : \
            next_value == 0 ? query_wrong("a division by 0") : \
            value / next_value
        if (i > n)
            return value
        operator = words[i++]
        if (operator !~ /^[-+*\/]$/)
            return query_wrong("\"" operator "\" where + - * / is expected")
    }
    return query_wrong("the query ends too early")
}

function query_wrong(text)
{
    if (why == "")
        why = text
    return ""
}

# Cuts it at blanks that are not in quotes, which go.
function query_words(text, words,    n, i, c, quote, word, any)
{
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (quote != "" && c == quote)
            quote = ""
        else if (quote == "" && (c == "\"" || c == "'")) {
            quote = c
            any = 1
        } else if (quote == "" && c ~ /[ \t\n]/) {
            if (any)
                words[++n] = word
            word = ""
            any = 0
        } else {
            word = word c
            any = 1
        }
    }
    if (any)
        words[++n] = word
    return n + 0
}

# One of the values; sets query_next to the word behind it.
function query_operand(words, n, i)
{
    query_next = i + 1
    if (words[i] == "lines")
        return query_lines(words, n, i + 1)
    if (words[i] ~ /\.csv$/)
        return query_data(words, n, i)
    if (words[i] ~ /^-?[0-9]+(\.[0-9]+)?$/)
        return words[i] + 0
    return query_wrong("\"" words[i] "\" is no FILE.csv, number or `lines`")
}

function query_lines(words, n, i,    sum, command, file)
{
    for (; i <= n && words[i] !~ /^[-+*\/]$/; i++) {
        if (words[i] ~ /[^A-Za-z0-9_.\/*?-]/)
            return query_wrong("\"" words[i] "\" is no name of a file")
        command = "cd '" root "' && ls -d " words[i] " 2>/dev/null"
        file = ""
        while ((command | getline file) > 0)
            sum += query_lines_of(root "/" file)
        close(command)
        if (file == "")
            return query_wrong("there is no " words[i])
    }
    query_next = i
    return sum + 0
}

function query_lines_of(path,    n, line)
{
    while ((getline line < path) > 0)
        n++
    close(path)
    return n
}

function query_data(words, n, i,    file, filters, column, value, aggregate, at)
{
    file = words[i]
    if (!query_read(file))
        return query_wrong("there is no plots/data/" file)
    split("", query_filter)
    for (i++; i <= n; i++) {
        if (words[i] ~ /^[a-z0-9]+\([A-Za-z0-9_]+\)$/)
            break
        at = index(words[i], "=")
        if (at < 2)
            return query_wrong("\"" words[i] "\" is no column=value " \
                               "and no AGG(column)")
        column = substr(words[i], 1, at - 1)
        if (!((file, column) in query_column))
            return query_wrong(file " has no column " column)
        query_filter[column] = substr(words[i], at + 1)
    }
    if (i > n)
        return query_wrong("an AGG(column) is missing after " file)
    aggregate = words[i]
    sub(/\(.*/, "", aggregate)
    column = words[i]
    gsub(/.*\(|\)/, "", column)
    if (!((file, column) in query_column))
        return query_wrong(file " has no column " column)
    query_next = i + 1
    if (((file, "result") in query_column) && !("result" in query_filter))
        query_filter["result"] = "ok"
    return query_aggregate(aggregate, query_select(file, column), \
                           file ": " words[i])
}

# Keeps the file's rows, to be asked more than once.
function query_read(file,    path, line, named, i, n, cells)
{
    if (file in query_rows)
        return query_rows[file] > 0
    path = root "/plots/data/" file
    while ((getline line < path) > 0) {
        if (line ~ /^#/)
            continue
        if (named) {
            query_row[file, ++n] = line
            continue
        }
        for (i = csv_cells(line, cells); i > 0; i--)
            query_column[file, cells[i]] = i
        named = 1
    }
    close(path)
    return (query_rows[file] = n + 0) > 0
}

# Puts what the rows that pass have in the column into query_value, sorted.
function query_select(file, column,    r, n, name, cells, passes, value)
{
    for (r = 1; r <= query_rows[file]; r++) {
        csv_cells(query_row[file, r], cells)
        passes = 1
        for (name in query_filter)
            if (!query_same(cells[query_column[file, name]], \
                            query_filter[name]))
                passes = 0
        value = cells[query_column[file, column]]
        if (passes && value != "")
            query_insert(++n, value)
    }
    return n + 0
}

function query_same(a, b)
{
    if (query_is_number(a) && query_is_number(b))
        return a + 0 == b + 0
    return a "" == b ""
}

function query_is_number(text)
{
    return text ~ /^-?[0-9]+(\.[0-9]*)?(e-?[0-9]+)?$/
}

function query_insert(i, value)
{
    for (; i > 1 && query_value[i - 1] + 0 > value + 0; i--)
        query_value[i] = query_value[i - 1]
    query_value[i] = value
}

function query_aggregate(name, n, what,    i, sum)
{
    if (name == "count")
        return n
    if (n == 0)
        return query_wrong("no row passes: " what)
    for (i = 1; i <= n; i++) {
        if (!query_is_number(query_value[i]))
            return query_wrong(what ": \"" query_value[i] "\" is no number")
        sum += query_value[i]
    }
    if (name == "value")
        return n == 1 ? query_value[1] : \
            query_wrong(what ": " n " rows pass, and not one")
    if (name == "sum")
        return sum
    if (name == "mean")
        return sum / n
    if (name == "min")
        return query_value[1]
    if (name == "max")
        return query_value[n]
    if (name == "median")
        return query_quantile(n, 0.5)
    if (name == "q1")
        return query_quantile(n, 0.25)
    if (name == "q3")
        return query_quantile(n, 0.75)
    return query_wrong("\"" name "\" is none of median, q1, q3, min, max, " \
                       "sum, mean, count, value")
}

# As in plots/report/table.awk: between two values if so.
function query_quantile(n, part,    place, below)
{
    place = part * (n - 1) + 1
    below = int(place)
    if (below >= n)
        return query_value[n] + 0
    return query_value[below] + \
        (place - below) * (query_value[below + 1] - query_value[below])
}
