# cores.gp - the full loop in 1 to N processes: what more of them bring, and
# what they cost.
#
#   build/race --experiment=cores
#   gnuplot -e "out='plots/cores.svg'" plots/cores.gp

if (!exists("data")) data = "plots/data/cores.csv"
load "plots/style.gp"

stats data using (entrants = add(entrants, strcol("entrant")), 0) nooutput
n = words(entrants)
mine(i) = strcol("entrant") eq word(entrants, i) && strcol("result") eq "ok"
where(i) = column("x")
colour(i) = entrant_colour(word(entrants, i))
x_end = 0
stats data using (column("x") > x_end ? (x_end = column("x")) : 0, 0) nooutput

headline = "The loop in several processes"
about = "Medians; the bands show the quartiles. Dotted: the time of one " . \
    "process, divided by their number."
job = job . (strlen(header("note")) > 0 ? "; " . header("note") : "")
eval paper(800, 450)
eval panels
do for [p = 1:2] {
    eval panel(0.09 + 0.5 * (p - 1), 0.44 + 0.5 * (p - 1), 0.30, 0.72)
    if (p == 1) {
        title = (n == 1 ? word(entrants, 1) . ": wall" : "Wall") . " time"
        figure(i) = column("wall_s")
    } else {
        title = "CPU time of all of them"
        figure(i) = column("user_s") + column("sys_s")
    }
    set label 1 title at graph 0, graph 1 left offset 0,(dumb ? 1 : 0.9) \
        textcolor rgb hex(ink)
    load "plots/cores-panel.gp"
}
eval panels_end
