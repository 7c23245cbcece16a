# timeline.awk - who waited for what: a panel for each entrant, a row for each
# page in it, the same time axis for all. A row's times are text in it, which
# the style in page.html shows beside the row one points at.

BEGIN {
    phases = split("resolved connected sent first_byte done", ends, " ")
    split("resolve|connect|send|first byte|rest", called, "|")
}

csv_row() {
    if (!(get("entrant") in pages))
        order[++entrants] = get("entrant")
    if (get("page") == "") { # what its processes did, at no page's charge
        n = ++steps[get("entrant")]
        step_from[get("entrant"), n] = get("start")
        step_to[get("entrant"), n] = get("done")
        running[get("entrant"), n] = get("running")
        next
    }
    if (!(get("page") in number))
        number[get("page")] = page_count++
    entrant = get("entrant")
    n = ++pages[entrant]
    page[entrant, n] = get("page")
    worker[entrant, n] = get("worker")
    outcome[entrant, n] = get("outcome")
    start[entrant, n] = get("start")
    for (p = 1; p <= phases; p++) {
        end[entrant, n, p] = get(ends[p])
        last[entrant] = max(last[entrant], get(ends[p]))
    }
    longest = max(longest, last[entrant])
}

END {
    if (longest <= 0)
        longest = 1
    step = tick(longest)
    printf "<div class=\"timeline\" style=\"--step: %.4f%%\">\n", percent(step)
    for (i = 1; i <= entrants; i++)
        panel(order[i])
    print "<div class=\"axis\" aria-hidden=\"true\">"
    for (t = 0; t <= longest; t += step)
        printf "<span style=\"left: %.3f%%\">%s</span>\n", percent(t), t " s"
    print "</div>\n</div>"
}

function panel(entrant,    n)
{
    printf "<section><h3>%s%s <small>%s</small></h3>\n<ol aria-label=\"%s\">\n",
        mark(entrant), html(entrant), moment(last[entrant], 3),
        html(entrant ": its pages, and what each waited for")
    for (n = 1; n <= pages[entrant]; n++)
        row(entrant, n)
    print "</ol>" activity(entrant) "</section>"
}

# A line under the bars, as dark as its processes are busy; nothing if nobody
# looked.
function activity(entrant,    n, text, busy, share, to)
{
    for (n = 1; n <= steps[entrant]; n++) {
        share = running[entrant, n] > 1 ? 1 : running[entrant, n] + 0
        to = step_to[entrant, n] > longest ? longest : step_to[entrant, n]
        busy += running[entrant, n] * (to - step_from[entrant, n])
        if (share > 0 && to > step_from[entrant, n])
            text = text sprintf("<i style=\"left: %.3f%%; width: %.3f%%; " \
                "opacity: %.2f\"></i>", percent(step_from[entrant, n]),
                percent(to - step_from[entrant, n]), 0.15 + 0.85 * share)
    }
    if (n == 1)
        return ""
    # Joined, and not by sprintf(), which has a limit.
    return "<div class=\"cpu s" (entrant ~ /^0[1-7]-/ ? \
        substr(entrant, 1, 2) : "00") "\" role=\"img\" aria-label=\"" \
        sprintf("its processes had %.2f of a core on average",
            busy / last[entrant]) "\"><i class=\"all\" style=\"left: 0; " \
        sprintf("width: %.3f%%", percent(last[entrant])) "\"></i>" text "</div>"
}

function row(entrant, n,    p, from, bars, times)
{
    from = start[entrant, n]
    for (p = 1; p <= phases; p++) {
        # An empty cell is what did not happen: the next begins where this did.
        if (end[entrant, n, p] == "")
            continue
        bars = bars bar(p, from, end[entrant, n, p])
        times = times sprintf("<span>%s</span> <b>%s</b> ", called[p],
            duration(end[entrant, n, p] - from))
        from = end[entrant, n, p]
    }
    printf "<li tabindex=\"0\" data-page=\"%s\" style=\"--page: %s; " \
        "--at: %.3f%%\">%s<span class=\"tip\"><span class=\"head\">" \
        "<b>%s</b> %s</span> %s</span></li>\n",
        html(page[entrant, n]), colour(page[entrant, n]),
        percent(start[entrant, n]), bars, html(page[entrant, n]),
        said(entrant, n, from), times
}

# "0.451 to 0.901 s, worker 3", and what became of it if it is not well.
function said(entrant, n, to,    text)
{
    text = moment(start[entrant, n], 4) " to " moment(to, 4)
    if (worker[entrant, n] != "")
        text = text ", worker " worker[entrant, n]
    if (outcome[entrant, n] != "ok")
        text = text ", " outcome[entrant, n]
    return html(text)
}

function bar(p, from, to)
{
    return sprintf("<i%s style=\"left: %.3f%%; width: %.3f%%\"></i>",
        ends[p] == "first_byte" ? " class=\"wait\"" : "",
        percent(from), percent(to - from))
}

# Where on the axis; its end is a little behind that of the last page.
function percent(time)
{
    return 100 * time / (longest * 1.02)
}

# Four to nine ticks on the axis.
function tick(length_s,    step)
{
    step = 1e-6
    while (length_s / step > 90)
        step *= 10
    return length_s / step < 9 ? step : length_s / step < 18 ? 2 * step : \
        length_s / step < 45 ? 5 * step : 10 * step
}

function max(a, b)
{
    return a + 0 > b + 0 ? a + 0 : b + 0
}

function moment(s, digits)
{
    return sprintf("%." (longest < 0.1 ? digits + 1 : digits) "f s", s)
}

function duration(s)
{
    return s < 0.0009995 ? sprintf("%.0f µs", s * 1e6) : \
        s < 0.00995 ? sprintf("%.1f ms", s * 1e3) : \
        s < 0.9995 ? sprintf("%.0f ms", s * 1e3) : \
        sprintf("%.2f s", s)
}

# The same page has the same colour in all panels, as in plots/timelines.gp.
function colour(name,    x)
{
    x = page_count > 1 ? number[name] / (page_count - 1) : 0.5
    if (x < 0.33)
        return between("68 1 84", "59 82 139", x / 0.33)
    if (x < 0.67)
        return between("59 82 139", "33 145 140", (x - 0.33) / 0.34)
    return between("33 145 140", "122 209 81", (x - 0.67) / 0.33)
}

function between(from, to, part,    a, b)
{
    split(from, a, " ")
    split(to, b, " ")
    return sprintf("#%02X%02X%02X", a[1] + (b[1] - a[1]) * part + 0.5,
        a[2] + (b[2] - a[2]) * part + 0.5, a[3] + (b[3] - a[3]) * part + 0.5)
}
