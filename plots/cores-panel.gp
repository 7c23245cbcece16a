# cores-panel.gp - one of the panels of cores.gp: a figure against processes.

block = "$cores_behind"
undefine $cores_behind
file = compared ? behind : data
load "plots/series.gp"
block = "$cores"
undefine $cores
file = data
load "plots/series.gp"

top = 0
set datafile nocolumnheaders
stats $cores using ($4 > top ? (top = $4) : 0, 0) nooutput
stats $cores_behind using ($4 > top ? (top = $4) : 0, 0) nooutput
first = NaN # with one process
stats $cores using ($1 == 1 && first != first ? (first = $3) : 0, 0) nooutput
set xrange [0.5:x_end + 0.3] # room for the first label
set yrange [0:(top > 0 ? top : 1) * 1.2]
set xtics 1
set ytics auto
set format y "%g s"
set grid ytics @guide
set xlabel "processes" textcolor rgb hex(fade)
set style fill transparent solid 0.25 noborder
ideal(x) = p == 1 ? first / x : NaN
if (dumb) {
    plot for [i = 1:n] $cores index i - 1 using 1:3 with lines linetype 0, \
        for [i = 1:n] $cores index i - 1 using 1:3:(precise($3)) with labels
} else {
    plot $cores index 0 using 1:(ideal($1)) with lines \
            linecolor rgb hex(fade) dashtype 3, \
        for [i = 1:(compared ? n : 0)] $cores_behind index i - 1 using 1:3 \
            with lines linewidth 2.5 linecolor rgb tint(colour(i), pale), \
        for [i = 1:n] $cores index i - 1 using 1:2:4 with filledcurves \
            fillcolor rgb colour(i), \
        for [i = 1:n] $cores index i - 1 using 1:3 with linespoints \
            linecolor rgb colour(i) linewidth 2 pointtype 7 pointsize 0.6, \
        for [i = 1:n] $cores index i - 1 using 1:3:(precise($3)) with labels \
            offset 0,1 textcolor rgb hex(ink), \
        for [i = 1:n] $cores index i - 1 using 1:($1 == x_end ? $3 : NaN): \
            (n > 1 ? word(entrants, i) : "") with labels right \
            offset 0,2.2 textcolor rgb hex(fade) noenhanced
}
set datafile columnheaders
