# ten-pages.gp - the default race: how long each stage takes for ten pages that
# are 450 ms away, and what the articles' Python took for its own ten.
#
#   build/race --runs=10 --csv=plots/data/ten-pages.csv
#   gnuplot -e "out='plots/ten-pages.svg'" plots/ten-pages.gp

if (!exists("data")) data = "plots/data/ten-pages.csv"
load "plots/style.gp"

# Median and spread of each, out of its good runs.
stats data using (entrants = add(entrants, strcol("entrant")), 0) nooutput
n = words(entrants)
array median[n]
array low[n]
array high[n]
array python[n]
good(name) = strcol("entrant") eq name && strcol("result") eq "ok"
number(text) = strlen(text) > 0 ? text + 0.0 : NaN
longest = 0
do for [i = 1:n] {
    name = word(entrants, i)
    median[i] = NaN
    python[i] = NaN
    runs = 0
    seconds = ""
    stats data using (good(name) ? \
        (seconds = strcol("python_s"), runs = runs + 1) : 0) nooutput
    python[i] = number(seconds)
    if (runs > 0) {
        stats data using (good(name) ? column("wall_s") : NaN) nooutput
        median[i] = STATS_median
        low[i] = STATS_lo_quartile
        high[i] = STATS_up_quartile
        longest = STATS_max > longest ? STATS_max : longest
        longest = python[i] > longest ? python[i] : longest
    }
}
if (longest == 0) longest = 1 # nobody had a good run

eval paper(800, 150 + 56 * n)
set lmargin at screen 0.2
set rmargin at screen 0.96
set tmargin 4.5
set bmargin 5.5
set xrange [0:longest * 1.12]
set yrange [n + 0.6:0.4]
set grid xtics linecolor rgb hex(line) linetype 1 linewidth 1
set format x "%g s"
unset ytics

set label 1000 "{/:Bold How long it takes to fetch ten pages}" \
    at screen 0.02, screen 1 left offset 0,-1.3 font ",17" \
    textcolor rgb hex(ink)
set label 1001 "Median wall time; whiskers show the quartiles. " . \
    "Diamonds: what the articles measured in Python." \
    at screen 0.02, screen 1 left offset 0,-2.9 textcolor rgb hex(fade)
do for [row = 1:2] {
    set label 1001 + row caption(row) at screen 0.02, screen 0 left \
        offset 0,3.2 - 1.2 * row font ",10" textcolor rgb hex(fade) noenhanced
}

# One socket and all of them are one stage: the same colour, the first pale.
is_pale(name) = name[1:3] eq "04-" && name[strlen(name) - 4:] eq " -c 1"
do for [i = 1:n] {
    name = word(entrants, i)
    colour = stage_colour(name)
    set label name at screen 0.19, first i - 0.18 right \
        textcolor rgb hex(ink) noenhanced
    if (median[i] == median[i]) { # NaN is not itself: no good run
        set object i rectangle from 0, i - 0.4 to median[i], i + 0.04 front \
            fillcolor rgb is_pale(name) ? tint(colour, 0.3) : colour \
            fillstyle solid border rgb colour
        set arrow i from low[i], i - 0.18 to high[i], i - 0.18 heads \
            size screen 0.006, 90 front linecolor rgb hex(fade) linewidth 1.5
        set label sprintf("%.3f s", median[i]) at high[i], i - 0.18 left \
            offset 1.2,0 textcolor rgb hex(ink) front
    } else {
        set label "no good run" at 0, i - 0.18 left offset 1.2,0 \
            textcolor rgb hex(fade) front
    }
    if (python[i] == python[i]) {
        set label sprintf("Python %g s", python[i]) at python[i], i + 0.26 \
            left offset 1,-0.15 point pointtype 12 pointsize 0.8 \
            linecolor rgb hex(fade) font ",10" textcolor rgb hex(fade) front
    }
}
plot NaN
