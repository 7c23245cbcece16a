# pages.gp - how long it takes to fetch more and more pages.
#
#   build/race --experiment=pages
#   gnuplot -e "out='plots/pages.svg'" plots/pages.gp

if (!exists("data")) data = "plots/data/pages.csv"
load "plots/style.gp"

stats data using (entrants = add(entrants, strcol("entrant")), 0) nooutput
n = words(entrants)
mine(i) = strcol("entrant") eq word(entrants, i) && strcol("result") eq "ok"
where(i) = column("x")
figure(i) = column("wall_s")
reason(i) = strlen(strcol("why")) > 0 ? strcol("why") : strcol("result")
x_end = 0
stats data using (column("x") > x_end ? (x_end = column("x")) : 0, 0) \
    nooutput

headline = "Time against the number of pages"
about = "Median wall time; the bands show the quartiles. One at a time, " . \
    "each page adds its latency; side by side, a share of it."
eval paper(800, 540)
eval panel(0.085, 0.80, 0.25, 0.80)
notes = 1
share = 0
name_gap = dumb ? 0.06 : 0.058
set xtics @count_tics
set ytics @seconds_tics
between = seconds_between
set grid ytics @guide
set xlabel "pages" textcolor rgb hex(fade)
load "plots/curves.gp"
