# peers.gp - the same job by other libraries and languages: wall time and CPU
# as multiples of what a bare epoll takes, the floor.
#
#   make bench-peers CSV=plots/data/peers.csv
#   gnuplot -e "out='plots/peers.svg'" plots/peers.gp

if (!exists("data")) data = "plots/data/peers.csv"
load "plots/style.gp"

works = ""
stats data using (works = add(works, strcol("work")), \
    entrants = add(entrants, strcol("competitor")), 0) nooutput
n = words(entrants)
work_count = words(works)
label_of(name) = name eq "05" ? "05-callbacks" : name eq "06" ? \
    "06-futures" : name eq "07" ? "07-loop" : \
    name eq "threads" || name eq "asyncio" ? "Python " . name : name
colour(i) = stage_colour(label_of(word(entrants, i)))
what(w) = w eq "a" ? "100 ms away, 1,000 at a time" : \
    w eq "b" ? "no latency, connections kept, 64 at a time" : \
    w eq "c" ? "no latency, a connection for each, 64 at a time" : \
    w eq "d" ? "1 s away, 10,000 at a time" : "workload " . w

# Ratios are taken within a round, before and after which the machine may be
# another.
mine(i) = strcol("work") eq word(works, w) && \
    strcol("competitor") eq word(entrants, i) && strcol("result") eq "ok"
where(i) = 0
wall(i) = column("wall_s") * column("scale")
cpu(i) = (column("user_s") + column("sys_s")) * column("scale")
rounds = 1
stats data using (column("round") > rounds ? \
    (rounds = column("round")) : 0, 0) nooutput
array floor_wall[rounds]
array floor_cpu[rounds]
is_floor(w) = strcol("competitor") eq "epoll" && \
    strcol("work") eq word(works, w) && strcol("result") eq "ok"
array wall_low[n]
array wall_median[n]
array wall_high[n]
array pale_wall[n]
array pale_cpu[n]
times(x) = x < 9.95 ? sprintf("%.1f", x) : sprintf("%.0f", x)

headline = "The same job by others"
about = "Multiples of what a bare epoll takes, of each round; medians, " . \
    "whiskers show the quartiles. Filled: wall time. Open: CPU time."
job = "Server: " . header("server")
lines_of_panels = int((work_count + 1) / 2)
each = 75 + 23 * n # pixels
height = 165 + each * lines_of_panels
eval paper(800, height)
eval panels
do for [w = 1:work_count] {
    right = (w - 1) % 2
    top = 1 - (130.0 + each * int((w - 1) / 2)) / height
    eval panel(0.165 + 0.5 * right, 0.475 + 0.5 * right, \
        top - 23.0 * n / height, top)
    names_at = 0.155 + 0.5 * right
    load "plots/peers-panel.gp"
}
eval panels_end
