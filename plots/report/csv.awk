# csv.awk - reads the data: lines "# key: value", then the names of the columns,
# then rows, whose cells are asked for by name. Quotes as in RFC 4180, but for
# ends of line in them, which our data does not have.
#
#   { if (csv_row()) ... get("wall_s") ... header["machine"] ... }

# Takes the line; whether it was a row, of which the cells can be got now.
function csv_row(    i, n, colon)
{
    if (FNR == 1) {
        split("", header)
        split("", column)
        named = 0
    }
    if (/^#/) {
        colon = index($0, ": ")
        if (colon > 0)
            header[substr($0, 3, colon - 3)] = substr($0, colon + 2)
        return 0
    }
    n = csv_cells($0, cell)
    if (named)
        return 1
    for (i = 1; i <= n; i++)
        column[cell[i]] = i
    named = 1
    return 0
}

# The cell of this row in the column of that name; "" if there is none.
function get(name)
{
    return name in column ? cell[column[name]] : ""
}

# Cuts a line into cells, and returns how many they are.
function csv_cells(line, cells,    n, i, c, quoted)
{
    if (index(line, "\"") == 0)
        return split(line, cells, ",")
    split("", cells)
    n = 1
    cells[1] = ""
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (c == "\"" && quoted && substr(line, i + 1, 1) == "\"")
            cells[n] = cells[n] substr(line, ++i, 1)
        else if (c == "\"")
            quoted = !quoted
        else if (c == "," && !quoted)
            cells[++n] = ""
        else
            cells[n] = cells[n] c
    }
    return n
}

# Any text, so that it may stand in a page.
function html(text)
{
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    gsub(/"/, "\\&quot;", text)
    return text
}

# The mark of an entrant's colour: that of its stage, as in the plots.
function mark(entrant,    stage)
{
    stage = entrant ~ /^0[1-7]-/ ? substr(entrant, 1, 2) : "00"
    if (entrant ~ /^04-.* -c 1$/)
        stage = stage " one"
    return "<i class=\"mark s" stage "\"></i>"
}
