# timelines.gp - who waited for what: a bar for each page, a panel for each
# entrant, one time axis for all; and under its bars, and beside them as shares
# of the time, what its processes did meanwhile.
#
#   build/race --csv=plots/data/ten-pages.csv \
#       --timeline-csv=plots/data/timelines.csv
#   gnuplot -e "out='plots/timelines.svg'" plots/timelines.gp
#
# What the processes did is in the rows of no page, if the data has them: how
# many cores they had at what time. The shares (user, kernel) are CPU time
# against wall time, out of the race of the ten pages (figures).

if (!exists("data")) data = "plots/data/timelines.csv"
if (!exists("figures")) figures = \
    system(sprintf("dirname '%s'", data)) . "/ten-pages.csv"
load "plots/style.gp"
compared = 0 # traces do not lie over one another

page_list = ""
of_page(i) = strlen(strcol("page")) > 0
stats data using (entrants = add(entrants, strcol("entrant")), \
    page_list = of_page(0) ? add(page_list, strcol("page")) : page_list, 0) \
    nooutput
n = words(entrants)
page_count = words(page_list)
stats data using (of_page(0) ? column("done") : NaN) nooutput
end = STATS_max

# ---- what the process did ----
array user[n]
array sys[n]
array waits[n]
array asked[n]
array took[n]
known_figures = rows(figures) >= 2
do for [i = 1:n] {
    user[i] = NaN
}
if (known_figures) {
    file = figures
    block = "$process"
    where(i) = 0
    mine(i) = strcol("entrant") eq word(entrants, i) && \
        strcol("result") eq "ok"
    do for [part = 1:5] {
        if (part == 1) { figure(i) = column("user_s") / column("wall_s") }
        if (part == 2) { figure(i) = column("sys_s") / column("wall_s") }
        if (part == 3) { figure(i) = column("waits") }
        if (part == 4) { figure(i) = column("retries") }
        if (part == 5) { figure(i) = column("wall_s") }
        load "plots/series.gp"
        do for [i = 1:n] {
            if (part == 1) { user[i] = last_median[i] }
            if (part == 2) { sys[i] = last_median[i] }
            if (part == 3) { waits[i] = last_median[i] }
            if (part == 4) { asked[i] = last_median[i] }
            if (part == 5) { took[i] = last_median[i] }
        }
    }
}
did(i) = sprintf("%s%% running, ", user[i] + sys[i] < 0.1 ? \
    sprintf("%.1f", 100 * (user[i] + sys[i])) : \
    sprintf("%.0f", 100 * (user[i] + sys[i]))) . \
    (waits[i] > 0 ? sprintf("%.0f waits", waits[i]) : \
        sprintf(dumb ? "%s asked" : "asked %s times", short(asked[i])))

# ---- what the pages waited for ----
# The panel and the row of each page: entrant i has the lines from i - 0.4 to
# i + 0.4, cut into as many rows as it has pages.
array pages[n]
array last[n]
do for [i = 1:n] {
    name = word(entrants, i)
    stats data using (strcol("entrant") eq name && of_page(0) ? \
        column("done") : NaN) nooutput
    pages[i] = STATS_records
    last[i] = STATS_max
}
# What took another time was another race.
if (known_figures) {
    do for [i = 1:n] {
        user[i] = abs(took[i] - last[i]) < 0.25 * last[i] ? user[i] : NaN
    }
}
mine(i) = strcol("entrant") eq word(entrants, i) && of_page(0)
middle(i) = i - 0.4 + 0.8 * (column("row") - 0.5) / pages[i]
half(i) = 0.34 / pages[i]

# A page's phases, by the column that ends them. A cell that is empty is what
# did not happen: then the phase before it goes on.
phases = "resolved connected sent first_byte done"
short_names = "resolve connect send 'first byte' rest"
shades = "1.0 1.0 1.0 0.5 1.0"
known(k) = strlen(strcol(k)) > 0
before(p) = p == 1 ? column("start") : \
    known(word(phases, p - 1)) ? column(word(phases, p - 1)) : before(p - 1)
begin(i, p) = mine(i) && known(word(phases, p)) ? before(p) : NaN
finish(i, p) = mine(i) && known(word(phases, p)) ? \
    column(word(phases, p)) : NaN

# When its processes had a core: the lines from i + 0.41 to i + 0.46.
busy(i) = strcol("entrant") eq word(entrants, i) && !of_page(0) ? \
    column("running") : NaN
known_activity = system(sprintf("grep -c '^[^#]*,running' '%s'", data)) > 0

# Their medians: most are too short to be seen.
array waited[n]
do for [i = 1:n] {
    waited[i] = ""
    do for [p = 1:5] {
        count = 0
        stats data using (finish(i, p) == finish(i, p) ? \
            (count = count + 1) : 0, 0) nooutput
        if (count > 0) {
            stats data using (finish(i, p) - begin(i, p)) nooutput
            waited[i] = waited[i] . (p == 1 ? "" : p == 3 ? ",\n" : ", ") . \
                word(short_names, p) . " " . seconds(STATS_median)
        }
    }
}

# The same page has the same colour in all panels: from dark to light, and of
# another lightness for who cannot tell the hues apart (viridis).
mix(a, b, part) = int(a + (b - a) * part + 0.5)
between(a, b, part) = (mix(channel(a, 16), channel(b, 16), part) << 16) + \
    (mix(channel(a, 8), channel(b, 8), part) << 8) + \
    mix(channel(a, 0), channel(b, 0), part)
ramp(x) = x < 0.33 ? between(0x440154, 0x3B528B, x / 0.33) : \
    x < 0.67 ? between(0x3B528B, 0x21918C, (x - 0.33) / 0.34) : \
    between(0x21918C, 0x7AD151, (x - 0.67) / 0.33)
array which[page_count]
do for [k = 1:page_count] {
    which[k] = ramp(page_count > 1 ? (k - 1.0) / (page_count - 1) : 0.5)
}
page_number(name) = words(page_list[1:strstrt(page_list, quoted(name))]) + 1
shade(p) = tint(which[page_number(strcol("page"))], word(shades, p) + 0.0)

# ---- the paper ----
height = 240 + 76 * n
eval paper(800, height)
set lmargin at screen (dumb ? 0.25 : 0.17)
set rmargin at screen (dumb ? 0.56 : 0.62)
if (dumb) {
    set tmargin 7
    set bmargin 5
} else {
    set tmargin at screen 1 - 135.0 / height
    set bmargin at screen 105.0 / height
}
headline = "Who waited for what"
about = "A bar for each page, in the page's colour. Pale: waiting for the " . \
    "first byte; full: before and after. " . (known_activity ? \
    "Under them a line: its processes run where it is dark, wait where it " . \
    "is pale. " : "") . "At the right: shares of it, and the medians of " . \
    "what a page waited for."
if (dumb) about = "Each page's digit stands where the page is done."
eval heading
set xrange [0:end * (dumb ? 1 : 1.14)]
set yrange [dumb ? terminal_rows(n) : n + 0.5:dumb ? 0 : 0.5]
set grid xtics @guide
set format x "%g s"
if (dumb) set xtics 1
unset ytics

bar = 0.655 # where the bars of the processes begin and how wide they are
wide = 0.325
if (!dumb) {
    set label 3 user[1] == user[1] ? "The process meanwhile:" : "" \
        at screen bar, graph 1 left offset 0,1.8 textcolor rgb hex(ink)
    set label 4 user[1] == user[1] ? "running (user, kernel), waiting" : "" \
        at screen bar, graph 1 left offset 0,0.8 textcolor rgb hex(ink)
}
do for [i = 1:n] {
    name = word(entrants, i)
    colour = stage_colour(name)
    set label 100 + i name at screen (dumb ? 0.24 : 0.16), first i right \
        textcolor rgb hex(ink) noenhanced
    set label 200 + i sprintf(dumb ? "%.2f s" : "%.3f s", last[i]) . \
        (dumb && user[i] == user[i] ? "; " . did(i) : "") \
        at last[i], i left offset (dumb ? 2 : 1),0 textcolor rgb hex(ink)
    if (i > 1 && !dumb) {
        set arrow 100 + i from screen 0.02, first i - 0.5 to screen 0.98, \
            first i - 0.5 nohead linecolor rgb hex(line) linewidth 1
    }
    if (dumb) {
        set arrow 200 + i from 0, i + terminal_row(n) \
            to last[i], i + terminal_row(n) nohead
    }
    if (!dumb && user[i] == user[i]) {
        full = user[i] + sys[i] > 1 ? user[i] + sys[i] : 1.0
        set object 100 + i rectangle from screen bar, first i - 0.40 \
            to screen bar + wide, first i - 0.22 \
            fillcolor rgb "white" fillstyle solid border rgb hex(fade)
        set object 200 + i rectangle from screen bar, first i - 0.40 \
            to screen bar + wide * (user[i] + sys[i]) / full, \
            first i - 0.22 front \
            fillcolor rgb tint(colour, 0.55) fillstyle solid noborder
        set object 300 + i rectangle from screen bar, first i - 0.40 \
            to screen bar + wide * user[i] / full, first i - 0.22 front \
            fillcolor rgb colour fillstyle solid noborder
        set label 300 + i did(i) at screen bar, first i left \
            offset 0,0.35 font small_font textcolor rgb hex(ink)
    }
    if (!dumb) {
        set label 400 + i waited[i] at screen bar, first i left \
            offset 0,-0.5 font small_font textcolor rgb hex(fade)
    }
}

# The wait first. What is shorter than a pixel is drawn a pixel wide.
waiting = "4"
brief = "1 2 3 5"
pixel = end / 400
wider(i, p) = finish(i, p) < begin(i, p) + pixel ? \
    begin(i, p) + pixel : finish(i, p)
core(share) = share == share ? (share > 1 ? 1.0 : share) : 0.0
set style fill solid noborder
if (dumb) {
    plot for [i = 1:n] data using (mine(i) ? column("done") : NaN):(i): \
        (substr(strcol("page"), strlen(strcol("page")), \
            strlen(strcol("page")))) with labels
} else {
    plot for [i = 1:n] for [p in waiting] data using \
        (begin(i, int(p))):(middle(i)):(begin(i, int(p))): \
        (finish(i, int(p))):(middle(i) - half(i)):(middle(i) + half(i)): \
        (shade(int(p))) with boxxyerror linecolor rgb variable, \
        for [i = 1:n] for [p in brief] data using \
        (begin(i, int(p))):(middle(i)):(begin(i, int(p))): \
        (wider(i, int(p))):(middle(i) - half(i)):(middle(i) + half(i)): \
        (shade(int(p))) with boxxyerror linecolor rgb variable, \
        for [i = 1:known_activity ? n : 0] data using \
        (column("start")):(busy(i) == busy(i) ? i + 0.435 : NaN): \
        (column("start")):(column("done")):(i + 0.41):(i + 0.46): \
        (tint(stage_colour(word(entrants, i)), 0.15 + 0.85 * core(busy(i)))) \
        with boxxyerror linecolor rgb variable
}
