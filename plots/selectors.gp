# selectors.gp - what one wake-up costs: against the number of descriptors that
# are registered and idle, and with none idle, where all selectors do the same.
#
#   build/selectors >plots/data/selectors.csv
#   gnuplot -e "out='plots/selectors.svg'" plots/selectors.gp

if (!exists("data")) data = "plots/data/selectors.csv"
load "plots/style.gp"
set datafile missing NaN # a line goes on over what is not its own

stats data using (entrants = add(entrants, strcol("backend")), 0) nooutput
n = words(entrants)

# They are no stages, so the colours of stages are not theirs.
colour(name) = name eq "epoll" ? 0x000000 : name eq "poll" ? 0x666666 : \
    name eq "select" ? 0xAAAAAA : 0x999999
thick(name) = name eq "epoll" ? 2.5 : name eq "select" ? 6 : 1.5
dashes(name) = name eq "none" ? 3 : 1

# One among the idle: 0 has no place on this axis and gets one at its left.
nought = 2.5
among(name) = strcol("backend") eq name && column("ready") == 1
place(idle) = idle > 0 ? idle : nought
alone(name) = strcol("backend") eq name && column("idle") == 0
us(key) = column(key) / 1000

# Where each line ends, and why, if before the others.
array end_x[n]
array end_y[n]
array tie[n]
array why[n]
do for [i = 1:n] {
    name = word(entrants, i)
    end_x[i] = NaN
    tie[i] = NaN
    why[i] = ""
    stats data using (among(name) && strcol("result") eq "ok" ? \
        (end_x[i] = place(column("idle")), end_y[i] = us("median_ns")) : 0) \
        nooutput
    stats data using (among(name) && strcol("result") ne "ok" ? \
        (why[i] = strcol("result"), 0) : 0) nooutput
    stats data using (alone(name) && strcol("result") eq "ok" ? \
        (tie[i] = us("median_ns")) : 0) nooutput
}

eval paper(800, 520)
set multiplot
set label 1000 "{/:Bold What one wake-up costs}" \
    at screen 0.02, screen 1 left offset 0,-1.3 font ",17" \
    textcolor rgb hex(ink)
set label 1001 "One descriptor is ready: write a byte, wait, be handed it," . \
    " read. Medians; the bands show the quartiles." \
    at screen 0.02, screen 1 left offset 0,-2.9 textcolor rgb hex(fade)
set label 1002 sprintf("Wake-up: %s; runs: %s. Made by: %s", \
    header("wake-up"), header("runs"), shorter(header("command"))) \
    at screen 0.02, screen 0 left offset 0,2.0 font ",10" \
    textcolor rgb hex(fade) noenhanced
set label 1003 caption(2) at screen 0.02, screen 0 left \
    offset 0,0.8 font ",10" textcolor rgb hex(fade) noenhanced

# ---- one among many ----
set lmargin at screen 0.085
set rmargin at screen 0.58
set tmargin at screen 0.80
set bmargin at screen 0.235
set logscale xy
set xrange [nought / 1.3:15000]
set yrange [1:10000]
set grid ytics linecolor rgb hex(line) linetype 1 linewidth 1
set xtics ("0" nought, "10" 10, "100" 100, "1,000" 1000, "10,000" 10000)
set ytics ("1 µs" 1, "10 µs" 10, "100 µs" 100, "1 ms" 1000, "10 ms" 10000)
set xlabel "idle descriptors" textcolor rgb hex(fade)
set label 1 "One ready among idle ones" at graph 0, graph 1 left \
    offset 0,0.9 textcolor rgb hex(ink)
do for [i = 1:n] {
    name = word(entrants, i)
    if (name eq "none") {
        set label 10 + i "without a selector: just write and read" \
            at end_x[i], end_y[i] right offset 0,-0.7 font ",10" \
            textcolor rgb hex(fade)
    } else {
        if (end_x[i] == end_x[i]) {
            set label 10 + i name at end_x[i], end_y[i] left offset 0.8, \
                (strlen(why[i]) > 0 ? -0.5 : 0.2) textcolor rgb hex(ink)
            set label 30 + i why[i] at end_x[i], end_y[i] left \
                offset 0.8,-1.5 font ",10" textcolor rgb hex(fade) noenhanced
        }
    }
}
set style fill transparent solid 0.25 noborder
plot for [i = n:1:-1] data using (among(word(entrants, i)) ? \
        place(column("idle")) : NaN):(us("low_quartile_ns")): \
        (us("high_quartile_ns")) with filledcurves \
        fillcolor rgb colour(word(entrants, i)), \
    for [i = n:1:-1] data using (among(word(entrants, i)) ? \
        place(column("idle")) : NaN):(us("median_ns")) with linespoints \
        linecolor rgb colour(word(entrants, i)) \
        linewidth thick(word(entrants, i)) \
        dashtype dashes(word(entrants, i)) pointtype 7 pointsize 0.4

# ---- nobody idle ----
unset label
unset logscale y
set lmargin at screen 0.72
set rmargin at screen 0.9
set xrange [1:500]
set yrange [0:3]
set xtics ("1" 1, "10" 10, "100" 100, "500" 500)
set ytics ("0" 0, "1 µs" 1, "2 µs" 2, "3 µs" 3)
set xlabel "ready at once, none idle" textcolor rgb hex(fade)
set label 1 "All ready: cost of each" at graph 0, graph 1 left \
    offset 0,0.9 textcolor rgb hex(ink)
# The lines end close together: from above, each name keeps its distance.
free = 3
do for [k = 1:n] {
    top = 0
    do for [i = 1:n] {
        if (tie[i] == tie[i] && (top == 0 || tie[i] > tie[top])) {
            top = i
        }
    }
    if (top > 0) {
        free = tie[top] < free ? tie[top] : free
        set label 10 + k word(entrants, top) at 500, free left \
            offset 0.8,0.2 textcolor rgb hex(ink)
        free = free - 0.17
        tie[top] = NaN
    }
}
plot for [i = n:1:-1] data using (alone(word(entrants, i)) ? \
        column("ready") : NaN):(us("low_quartile_ns")): \
        (us("high_quartile_ns")) with filledcurves \
        fillcolor rgb colour(word(entrants, i)), \
    for [i = n:1:-1] data using (alone(word(entrants, i)) ? \
        column("ready") : NaN):(us("median_ns")) with linespoints \
        linecolor rgb colour(word(entrants, i)) \
        linewidth thick(word(entrants, i)) \
        dashtype dashes(word(entrants, i)) pointtype 7 pointsize 0.4
unset multiplot
