# micro.gp - what the loop costs: a switch, a callback, a pass, a timer, a task;
# each beside the same work in bare C.
#
#   build/micro >plots/data/micro.csv
#   gnuplot -e "out='plots/micro.svg'" plots/micro.gp

if (!exists("data")) data = "plots/data/micro.csv"
load "plots/style.gp"

# What is measured with how many; what costs time comes into the picture, and
# what does not into a line below it.
entrants = ""
key(i) = strcol("measure") . "|" . strcol("size")
stats cells(data) using (strcol("unit") eq "ns" ? \
    (entrants = add(entrants, key(0)), 0) : 0) nooutput
n = words(entrants)
array low[n]
array median[n]
array high[n]
array ratio[n]
array pale_median[n]
cell(name) = strlen(strcol(name)) > 0 ? column(name) : NaN
do for [i = 1:n] {
    ratio[i] = NaN
    pale_median[i] = NaN
    stats cells(data) using (key(0) eq word(entrants, i) ? \
        (low[i] = column("low_quartile"), median[i] = column("median"), \
        high[i] = column("high_quartile"), ratio[i] = cell("median_ratio"), \
        0) : 0) nooutput
    if (compared) {
        stats cells(behind) using (key(0) eq word(entrants, i) ? \
            (pale_median[i] = column("median"), 0) : 0) nooutput
    }
}
beside = ""
stats cells(data) using (strcol("unit") ne "ns" ? \
    (beside = beside . sprintf("%s%s (%s): %g %s", \
        strlen(beside) > 0 ? "; " : "", strcol("measure"), \
        thousands(column("size")), column("median"), strcol("unit")), 0) : 0) \
    nooutput

measure(i) = word(entrants, i)[1:strstrt(word(entrants, i), "|") - 1]
size(i) = thousands(0 + word(entrants, i)[strstrt(word(entrants, i), "|") + 1:])
ns(x) = x < 9.95 ? sprintf("%.1f ns", x) : x < 1000 ? \
    sprintf("%.0f ns", x) : sprintf("%.1f µs", x / 1000)
colour = stage_colour("07-")

headline = "What the loop costs"
about = "Median time of each, with as many as stand after its name; " . \
    "whiskers show the quartiles. Open: the same work in bare C."
job = beside
eval paper(800, 190 + 32 * n)
eval heading
least = 1e300
most = 0
do for [i = 1:n] {
    floor_ns = ratio[i] > 0 ? median[i] / ratio[i] : median[i]
    least = floor_ns < least ? floor_ns : least
    most = high[i] > most ? high[i] : most
    most = pale_median[i] > most ? pale_median[i] : most
}
set lmargin at screen (dumb ? 0.40 : 0.30)
set rmargin at screen (dumb ? 0.99 : 0.97)
if (dumb) {
    set tmargin 7
    set bmargin 5
} else {
    set tmargin at screen 1 - 110.0 / (190 + 32 * n)
    set bmargin at screen 100.0 / (190 + 32 * n)
}
set logscale x
set xrange [least / 1.5:most * (dumb ? 12 : 6)]
set yrange [dumb ? terminal_rows(n) : n + 0.6:dumb ? 0 : 0.4]
lower = dumb ? terminal_row(n) : 0
unset ytics
set xtics ("1 ns" 1, "10 ns" 10, "100 ns" 100, "1 µs" 1000, "10 µs" 1e4)
set grid xtics @guide
do for [i = 1:n] {
    said = measure(i) . ", " . size(i)
    set label 100 + i said right noenhanced textcolor rgb hex(ink) \
        at screen (dumb ? 0.39 : 0.285), first i
    bare = ratio[i] > 0 ? median[i] / ratio[i] : median[i]
    set label 200 + i ns(median[i]) . \
        (dumb && pale_median[i] > 0 ? " (" . ns(pale_median[i]) . ")" : "") . \
        (ratio[i] > 0 ? sprintf(", %.1f times bare C", ratio[i]) : "") \
        at (high[i] > bare ? high[i] : bare), i left offset 1.2,0 front \
        textcolor rgb hex(ink) noenhanced
    set arrow 100 + i from (dumb ? least / 1.5 : bare), i + lower \
        to median[i], i + lower nohead \
        linecolor rgb tint(colour, 0.5) linewidth 2
    if (!dumb) {
        set arrow 200 + i from low[i], i to high[i], i heads \
            size screen 0.005, 90 front linecolor rgb hex(fade) linewidth 1.3
        set label 300 + i "" at median[i], i front point pointtype 7 \
            pointsize 0.9 linecolor rgb colour
        if (ratio[i] > 0) {
            set label 400 + i "" at bare, i front point pointtype 6 \
                pointsize 0.9 linecolor rgb hex(fade)
        }
        if (pale_median[i] > 0) {
            set label 500 + i "" at pale_median[i], i + 0.28 front \
                point pointtype 7 pointsize 0.7 \
                linecolor rgb tint(colour, pale)
        }
    }
}
plot NaN
