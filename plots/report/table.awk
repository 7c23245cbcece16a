# table.awk - the race of the ten pages as tables: medians and spreads as in
# common/race/race_figures.c, in columns as in common/race/race_table.c.

csv_row() {
    entrant = get("entrant")
    if (!(entrant in known)) {
        known[entrant] = 1
        order[++entrants] = entrant
    }
    if (get("result") == "ok")
        keep_run()
    else if (why[entrant] == "")
        why[entrant] = get("why") != "" ? get("why") : get("result")
    if (get("python_s") != "")
        python[entrant] = get("python_s")
}

function keep_run(    good, n, names, i)
{
    n = split("wall_s user_s sys_s core_percent peak_kib workers " \
        "voluntary_switches involuntary_switches waits retries", names, " ")
    for (i = 1; i <= n; i++)
        if (get(names[i]) != "")
            values[entrant, names[i], ++count[entrant, names[i]]] = \
                get(names[i]) + 0
    runs = count[entrant, "wall_s"] > runs ? count[entrant, "wall_s"] : runs
    good = get("pages") - get("failed")
    if (!(entrant in worst) || good < worst[entrant])
        worst[entrant] = good
    if (get("pages") > all[entrant])
        all[entrant] = get("pages")
}

END {
    for (i = 1; i <= entrants; i++)
        if (order[i] ~ /^01-/ && first == "")
            first = order[i]
    edge = runs < 8 ? 0 : 0.25
    took()
    cost()
    printf "<p class=\"from\">Medians of %d runs each, in turn: %s.</p>\n",
        runs, html(site())
}

function site(    key)
{
    if ("site" in header)
        return header["site"] ", " header["concurrency"] " at a time"
    for (key in header)
        if (key ~ /^x=/)
            return header[key]
    return "ten pages"
}

function took(    i, name)
{
    begin("took", "What it took", \
        "<th scope=\"col\">wall s</th>" \
        "<th scope=\"col\" class=\"spread\">" \
        (edge ? "quartiles" : "min – max") "</th>" \
        "<th scope=\"col\">faster</th><th scope=\"col\">pages ok</th>" \
        "<th scope=\"col\">Python s</th>")
    for (i = 1; i <= entrants; i++) {
        name = order[i]
        if (row(name, 5))
            print cells(decimal(quantile(name, "wall_s", 0.5), 3)) \
                cells(decimal(quantile(name, "wall_s", edge), 3) " – " \
                      decimal(quantile(name, "wall_s", 1 - edge), 3)) \
                cells(faster(name)) \
                cells(worst[name] "/" all[name]) \
                cells(name in python ? python[name] : "") "</tr>"
    }
    print "</tbody></table></div>"
}

function cost(    i, name)
{
    begin("cost", "What it cost", \
        "<th scope=\"col\">CPU s, user</th><th scope=\"col\">CPU s, sys</th>" \
        "<th scope=\"col\">of a core</th><th scope=\"col\">peak MiB</th>" \
        "<th scope=\"col\">procs, threads</th>" \
        "<th scope=\"col\">switches, own</th>" \
        "<th scope=\"col\">switches, forced</th>" \
        "<th scope=\"col\">waits</th><th scope=\"col\">retries</th>")
    for (i = 1; i <= entrants; i++) {
        name = order[i]
        if (row(name, 9))
            print cells(decimal(median(name, "user_s"), 3)) \
                cells(decimal(median(name, "sys_s"), 3)) \
                cells(decimal(median(name, "core_percent"), 0) "%") \
                cells(decimal(median(name, "peak_kib") / 1024, 1)) \
                cells(short(median(name, "workers"))) \
                cells(short(median(name, "voluntary_switches"))) \
                cells(short(median(name, "involuntary_switches"))) \
                cells(short(median(name, "waits"))) \
                cells(short(median(name, "retries"))) "</tr>"
    }
    print "</tbody></table></div>"
}

# The box in which a table too wide for the screen is moved.
function begin(id, title, heads)
{
    printf "<div class=\"wide\" role=\"region\" tabindex=\"0\" " \
        "aria-labelledby=\"%s\">\n<table%s><caption id=\"%s\">%s</caption>\n" \
        "<thead><tr><th scope=\"col\">entrant</th>%s</tr></thead>\n<tbody>\n",
        id, (id == "cost" ? " class=\"many\"" : ""), id, title, heads
}

# Begins a row; one without a good run ends with the reason, and is no more.
function row(name, width)
{
    printf "<tr><th scope=\"row\">%s%s</th>", mark(name), html(name)
    if (count[name, "wall_s"] > 0)
        return 1
    printf "<td class=\"why\" colspan=\"%d\">%s</td></tr>\n", width,
        html(why[name])
    return 0
}

function cells(text)
{
    return "<td>" text "</td>"
}

function faster(name)
{
    if (first == "" || count[first, "wall_s"] == 0)
        return "-"
    return sprintf("%.1f×", median(first, "wall_s") / median(name, "wall_s"))
}

# ---- numbers ----
function median(name, figure)
{
    return quantile(name, figure, 0.5)
}

# The value `part` of the way through the sorted ones, between two if so.
function quantile(name, figure, part,    n, i, sorted, place, below)
{
    n = count[name, figure] + 0
    if (n == 0)
        return "-"
    for (i = 1; i <= n; i++)
        insert(sorted, i, values[name, figure, i])
    place = part * (n - 1) + 1
    below = int(place)
    if (below >= n)
        return sorted[n]
    return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below])
}

function insert(sorted, i, value)
{
    for (; i > 1 && sorted[i - 1] > value; i--)
        sorted[i] = sorted[i - 1]
    sorted[i] = value
}

function decimal(number, digits)
{
    return number == "-" ? number : sprintf("%." digits "f", number)
}

# 9999, 12.3k, 3.1M
function short(number)
{
    if (number == "-")
        return number
    if (number < 9999.5)
        return sprintf("%.0f", number)
    if (number < 999500)
        return decimal(number / 1000, number < 99950 ? 1 : 0) "k"
    return decimal(number / 1000000, number < 99950000 ? 1 : 0) "M"
}
