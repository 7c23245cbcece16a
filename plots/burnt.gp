# burnt.gp - what a page costs beside its time: CPU, context switches, calls
# that answered "not yet", system calls.
#
#   build/race --experiment=burnt
#   gnuplot -e "out='plots/burnt.svg'" plots/burnt.gp

if (!exists("data")) data = "plots/data/burnt.csv"
load "plots/style.gp"

stats data using (entrants = add(entrants, strcol("entrant")), 0) nooutput
n = words(entrants)
mine(i) = strcol("entrant") eq word(entrants, i) && strcol("result") eq "ok"
where(i) = 0
colour(i) = entrant_colour(word(entrants, i))
thickness = 12
logarithmic = 1
reference = NaN
at_least = 0
source = data
source_behind = compared ? behind : ""
room = dumb ? 0.2 : 0.42

headline = "What a page costs"
about = "Each figure per page, on a logarithmic scale of its own. Medians; " . \
    "whiskers show the quartiles."
eval paper(800, 205 + 40 * n)
eval panels
top = 1 - 118.0 / (205 + 40 * n)
bottom = 80.0 / (205 + 40 * n)
do for [p = 1:4] {
    eval panel(0.2 * p, 0.2 * p + 0.185, bottom, top)
    names_at = p == 1 ? 0.185 : 0
    if (p == 1) {
        title = "CPU time"
        figure(i) = (column("user_s") + column("sys_s")) / column("pages")
        say(x) = seconds(x)
    }
    if (p == 2) {
        title = "context switches"
        figure(i) = (column("voluntary_switches") + \
            column("involuntary_switches")) / column("pages")
        say(x) = short(x)
    }
    if (p == 3) {
        title = "asked in vain"
        figure(i) = column("retries") / column("pages")
    }
    if (p == 4) {
        title = "system calls"
        figure(i) = column("syscalls") / column("pages")
    }
    set label 1 title at graph 0, graph 1 left offset 0,(dumb ? 1 : 0.5) \
        textcolor rgb hex(ink)
    load "plots/dots.gp"
}
eval panels_end
