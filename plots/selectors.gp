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

high = 3.0 # microseconds, of the second panel
stats data using (column("idle") == 0 && us("high_quartile_ns") > high ? \
    (high = ceil(us("high_quartile_ns"))) : 0, 0) nooutput
behind_or_data = compared ? behind : data
eval paper(800, 540)
headline = "What one wake-up costs"
about = "One descriptor is ready: write a byte, wait, be handed it, read. " . \
    "Medians; the bands show the quartiles."
job = "Wake-up: " . header("wake-up")
letter(name) = name eq "epoll" ? "e" : name eq "poll" ? "p" : \
    name eq "select" ? "s" : "-"
set style fill transparent solid 0.25 noborder
eval panels

# ---- one among many ----
eval panel(0.085, 0.58, 0.25, 0.77)
set logscale xy
set xrange [nought / 1.3:15000]
set yrange [1:10000]
set grid ytics @guide
set xtics ("0" nought, "10" 10, "100" 100, "1,000" 1000, "10,000" 10000)
set ytics ("1 µs" 1, "10 µs" 10, "100 µs" 100, "1 ms" 1000, "10 ms" 10000)
set xlabel "idle descriptors" textcolor rgb hex(fade)
set label 1 "One ready among idle ones" at graph 0, graph 1 left \
    offset 0,(dumb ? 1 : 0.9) textcolor rgb hex(ink)
do for [i = 1:n] {
    name = word(entrants, i)
    if (name eq "none") {
        set label 10 + i "without a selector: just write and read" \
            at end_x[i], end_y[i] right offset 0,(dumb ? -1 : -0.7) \
            font small_font textcolor rgb hex(fade)
    } else {
        if (end_x[i] == end_x[i]) {
            set label 10 + i name at end_x[i], end_y[i] left \
                offset (dumb ? 2 : 0.8),(strlen(why[i]) > 0 && !dumb ? \
                -0.5 : 0.2) textcolor rgb hex(ink)
            set label 30 + i why[i] at end_x[i], end_y[i] left \
                offset (dumb ? 2 : 0.8),(dumb ? -1 : -1.5) font small_font \
                textcolor rgb hex(fade) noenhanced
        }
    }
}
idle(i) = among(word(entrants, i)) ? place(column("idle")) : NaN
if (dumb) {
    plot for [i = n:1:-1] data using (idle(i)):(us("median_ns")): \
        (letter(word(entrants, i))) with labels
} else {
    plot for [i = 1:(compared ? n : 0)] behind_or_data using (idle(i)): \
            (us("median_ns")) with lines linewidth 3 \
            linecolor rgb tint(0xD55E00, pale), \
        for [i = n:1:-1] data using (idle(i)):(us("low_quartile_ns")): \
            (us("high_quartile_ns")) with filledcurves \
            fillcolor rgb colour(word(entrants, i)), \
        for [i = n:1:-1] data using (idle(i)):(us("median_ns")) \
            with linespoints linecolor rgb colour(word(entrants, i)) \
            linewidth thick(word(entrants, i)) \
            dashtype dashes(word(entrants, i)) pointtype 7 pointsize 0.4
}

# ---- nobody idle ----
eval panel(0.72, 0.9, 0.25, 0.77)
set logscale x
set xrange [1:500]
set yrange [0:high]
set grid ytics @guide
set xtics ("1" 1, "10" 10, "100" 100, "500" 500)
set ytics 0, 1
set format y "%g µs"
set xlabel "ready at once, none idle" textcolor rgb hex(fade)
set label 1 "All ready: cost of each" at graph 0, graph 1 left \
    offset 0,(dumb ? 1 : 0.9) textcolor rgb hex(ink)
array wanted[n]
do for [i = 1:n] {
    wanted[i] = tie[i] / high
}
gap = dumb ? 0.06 : 0.058
load "plots/spread.gp"
do for [i = 1:n] {
    if (wanted[i] == wanted[i]) {
        set label 10 + i word(entrants, i) at graph 1, graph beside[i] left \
            offset (dumb ? 2 : 0.8),0 textcolor rgb hex(ink)
    }
}
ready(i) = alone(word(entrants, i)) ? column("ready") : NaN
if (dumb) {
    plot for [i = n:1:-1] data using (ready(i)):(us("median_ns")): \
        (letter(word(entrants, i))) with labels
} else {
    plot for [i = 1:(compared ? n : 0)] behind_or_data using (ready(i)): \
            (us("median_ns")) with lines linewidth 3 \
            linecolor rgb tint(0xD55E00, pale), \
        for [i = n:1:-1] data using (ready(i)):(us("low_quartile_ns")): \
            (us("high_quartile_ns")) with filledcurves \
            fillcolor rgb colour(word(entrants, i)), \
        for [i = n:1:-1] data using (ready(i)):(us("median_ns")) \
            with linespoints linecolor rgb colour(word(entrants, i)) \
            linewidth thick(word(entrants, i)) \
            dashtype dashes(word(entrants, i)) pointtype 7 pointsize 0.4
}
eval panels_end
