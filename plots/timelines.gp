# timelines.gp - who waited for what: a bar for each page, a panel for each
# entrant, one time axis for all.
#
#   build/race --timeline-csv=plots/data/timelines.csv
#   gnuplot -e "out='plots/timelines.svg'" plots/timelines.gp

if (!exists("data")) data = "plots/data/timelines.csv"
load "plots/style.gp"

stats data using (entrants = add(entrants, strcol("entrant")), 0) nooutput
n = words(entrants)
stats data using (column("done")) nooutput
end = STATS_max

# The panel and the row of each page: entrant i has the lines from i - 0.4 to
# i + 0.4, cut into as many rows as it has pages.
array pages[n]
array last[n]
do for [i = 1:n] {
    name = word(entrants, i)
    stats data using (strcol("entrant") eq name ? column("done") : NaN) nooutput
    pages[i] = STATS_records
    last[i] = STATS_max
}
mine(i) = strcol("entrant") eq word(entrants, i)
middle(i) = i - 0.4 + 0.8 * (column("row") - 0.5) / pages[i]
half(i) = 0.3 / pages[i]

# A page's phases, by the column that ends them. A cell that is empty is what
# did not happen: then the phase before it goes on.
phases = "resolved connected sent first_byte done"
shades = "1.0 0.85 0.7 0.4 1.0"
known(k) = strlen(strcol(k)) > 0
before(p) = p == 1 ? column("start") : \
    known(word(phases, p - 1)) ? column(word(phases, p - 1)) : before(p - 1)
begin(i, p) = mine(i) && known(word(phases, p)) ? before(p) : NaN
finish(i, p) = mine(i) && known(word(phases, p)) ? \
    column(word(phases, p)) : NaN
shade(i, p) = tint(stage_colour(word(entrants, i)), word(shades, p) + 0.0)

eval paper(800, 150 + 74 * n)
set lmargin at screen 0.2
set rmargin at screen 0.96
set tmargin 5.5
set bmargin 5.5
set xrange [0:end * 1.12]
set yrange [n + 0.5:0.5]
set grid xtics linecolor rgb hex(line) linetype 1 linewidth 1
set format x "%g s"
unset ytics

set label 1000 "{/:Bold Who waited for what}" at screen 0.02, screen 1 left \
    offset 0,-1.3 font ",17" textcolor rgb hex(ink)
set label 1001 "A bar for each page. Pale: waiting for the first byte. " . \
    "Full colour: resolve, connect, send before it; the rest after it." \
    at screen 0.02, screen 1 left offset 0,-2.9 textcolor rgb hex(fade)
do for [row = 1:2] {
    set label 1001 + row caption(row) at screen 0.02, screen 0 left \
        offset 0,3.2 - 1.2 * row font ",10" textcolor rgb hex(fade) noenhanced
}
do for [i = 1:n] {
    set label word(entrants, i) at screen 0.19, first i right \
        textcolor rgb hex(ink) noenhanced
    set label sprintf("%.3f s", last[i]) at last[i], i left offset 1,0 \
        textcolor rgb hex(ink)
    if (i > 1) {
        set arrow i from screen 0.02, first i - 0.5 to screen 0.96, \
            first i - 0.5 nohead linecolor rgb hex(line) linewidth 1
    }
}

# The wait first. What is shorter than a pixel would not be seen, so all but
# the wait has a border: a hair at least.
waiting = "4"
short = "1 2 3 5"
set style fill solid noborder
plot for [i = 1:n] for [p in waiting] data using \
    (begin(i, int(p))):(middle(i)):(begin(i, int(p))):(finish(i, int(p))): \
    (middle(i) - half(i)):(middle(i) + half(i)) \
    with boxxyerror fillcolor rgb shade(i, int(p)), \
    for [i = 1:n] for [p in short] data using \
    (begin(i, int(p))):(middle(i)):(begin(i, int(p))):(finish(i, int(p))): \
    (middle(i) - half(i)):(middle(i) + half(i)) \
    with boxxyerror fillstyle solid border rgb shade(i, int(p)) \
    fillcolor rgb shade(i, int(p)) linewidth 0.7
