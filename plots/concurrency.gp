# concurrency.gp - time, CPU and memory against the pages in flight; where a
# model cannot go, the end of its line says why.
#
#   build/race --experiment=concurrency
#   gnuplot -e "out='plots/concurrency.svg'" plots/concurrency.gp

if (!exists("data")) data = "plots/data/concurrency.csv"
load "plots/style.gp"

stats data using (entrants = add(entrants, strcol("entrant")), 0) nooutput
n = words(entrants)
mine(i) = strcol("entrant") eq word(entrants, i) && strcol("result") eq "ok"
where(i) = column("x")
reason(i) = strlen(strcol("why")) > 0 ? strcol("why") : strcol("result")
x_end = 0
stats data using (column("x") > x_end ? (x_end = column("x")) : 0, 0) \
    nooutput
share = 0

headline = "What it takes to have more pages in flight"
about = "Medians; the bands show the quartiles. Where a model cannot go " . \
    "on, its line ends and says why."
eval paper(800, 1020)
eval panels

eval panel(0.095, 0.80, 0.616, 0.885)
set label 1 "Wall time" at graph 0, graph 1 left offset 0,(dumb ? 1 : 0.9) \
    textcolor rgb hex(ink)
figure(i) = column("wall_s")
notes = 1
name_gap = dumb ? 0.06 : 0.068
set xtics @count_tics
set ytics @seconds_tics
between = seconds_between
set grid ytics @guide
load "plots/curves.gp"

eval panel(0.095, 0.80, 0.370, 0.550)
set label 1 "CPU time" at graph 0, graph 1 left offset 0,(dumb ? 1 : 0.9) \
    textcolor rgb hex(ink)
figure(i) = column("user_s") + column("sys_s")
notes = 0
name_gap = dumb ? 0.06 : 0.096
set xtics @count_tics
set ytics @seconds_tics
between = seconds_between
set grid ytics @guide
load "plots/curves.gp"

eval panel(0.095, 0.80, 0.126, 0.306)
set label 1 "Memory, at most" at graph 0, graph 1 left \
    offset 0,(dumb ? 1 : 0.9) textcolor rgb hex(ink)
figure(i) = column("peak_kib")
set xtics @count_tics
set ytics @kib_tics
between = kib_between
set grid ytics @guide
set xlabel "pages in flight" textcolor rgb hex(fade)
load "plots/curves.gp"
eval panels_end
