# frames.gp - what it costs to wait: bytes for each fetch in flight, and
# nanoseconds for a resume and the next wait.
#
#   build/frames >plots/data/frames.csv
#   gnuplot -e "out='plots/frames.svg'" plots/frames.gp

if (!exists("data")) data = "plots/data/frames.csv"
load "plots/style.gp"
set datafile missing NaN # a line goes on over what is not its own

# Who is measured, and the stage that waits so: its colour is theirs. Both
# kinds of fibers are stage 06's, paler.
kinds = "stackless own ucontext thread process"
n = words(kinds)
stages = "06-futures 06-futures 06-futures 03-threads 02-processes"
shades = "1.0 0.55 0.55 1.0 1.0"
colour(i) = tint(stage_colour(word(stages, i)), word(shades, i) + 0.0)
array names[n] = ["stackless", "fiber, our switch", "fiber, ucontext", \
    "thread", "process"]

is(measured, i) = strcol("measure") eq measured && \
    strcol("kind") eq word(kinds, i)
cell(key) = strlen(strcol(key)) > 0 ? column(key) : NaN

# ---- one number for each ----
array memory[n]
array kernel[n]
array fits[n]
array notes[n]
array pale_memory[n]
behind_or_data = compared ? behind : data
array cost[n] # at depth 8, where the lines end
do for [i = 1:n] {
    memory[i] = NaN
    kernel[i] = NaN
    fits[i] = NaN
    cost[i] = NaN
    notes[i] = ""
    pale_memory[i] = NaN
    if (compared) {
        stats behind using (is("waiting", i) ? \
            (pale_memory[i] = cell("median")) : 0) nooutput
    }
    stats data using (is("waiting", i) ? (memory[i] = cell("median")) : 0) \
        nooutput
    stats data using (is("waiting kernel", i) ? \
        (kernel[i] = cell("median")) : 0) nooutput
    stats data using (is("fit", i) ? (fits[i] = cell("median"), \
        notes[i] = strcol("note"), 0) : 0) nooutput
    stats data using (is("switch", i) && column("depth") == 8 ? \
        (cost[i] = cell("median")) : 0) nooutput
}
exchange = 0
stats data using (strcol("measure") eq "exchange" || \
    strcol("measure") eq "text" ? \
    (exchange = exchange + cell("median")) : 0) nooutput

# 1234 bytes are 1.23 KB.
bytes(x) = x < 1000 ? sprintf("%.0f bytes", x) : \
    x < 1e5 ? sprintf("%.1f KB", x / 1e3) : sprintf("%.0f KB", x / 1e3)
many(i) = fits[i] == fits[i] ? \
    (strstrt(notes[i], "no more were tried") ? "at least " : "at most ") . \
    thousands(fits[i]) . " fit" : ""

eval paper(800, 520)
headline = "What it costs to wait"
about = "The same fetch, waiting in five ways; stackless: as coroutines of " . \
    "06 and 07. " . (dumb ? "In brackets" : "Open points") . ": with the " . \
    "kernel's stacks and page tables."
job = ""
eval panels

# ---- bytes ----
eval panel(0.205, 0.60, 0.24, 0.77)
if (dumb) {
    set lmargin 20
    set rmargin 3
}
set logscale x
set xrange [300:1e6]
set yrange [dumb ? 17 / 3.0 : n + 0.9:dumb ? 0 : 0.4]
set xtics ("1 KB" 1e3, "10 KB" 1e4, "100 KB" 1e5)
unset ytics
set grid xtics @guide
set label 1 "Bytes for each waiting fetch" at screen 0.02, graph 1 left \
    offset 0,(dumb ? 1 : 0.9) textcolor rgb hex(ink)
do for [i = 1:n] {
    set label 10 + i names[i] at screen (dumb ? 0.23 : 0.185), first i \
        right offset 0,(dumb ? 0 : 0.35) textcolor rgb hex(ink) noenhanced
    set label 20 + i many(i) at screen (dumb ? 0.23 : 0.185), first i \
        right offset 0,(dumb ? -1 : -0.7) font small_font \
        textcolor rgb hex(fade) noenhanced
    if (memory[i] == memory[i]) {
        # What the kernel adds to coroutines is not worth a second point.
        all = memory[i] + kernel[i] > 1.2 * memory[i] ? \
            memory[i] + kernel[i] : memory[i]
        set label 30 + i bytes(memory[i]) at memory[i], i \
            left offset 1,-0.2 front textcolor rgb hex(ink) \
            point pointtype 7 pointsize 1.1 linecolor rgb colour(i)
        if (pale_memory[i] > 0 && !dumb) {
            set label 50 + i "" at pale_memory[i], i + 0.22 \
                point pointtype 7 pointsize 1 \
                linecolor rgb tint(colour(i), pale)
        }
        if (dumb) {
            unset label 30 + i
            set arrow 30 + i from 300, i + 1 / 3.0 to memory[i], i + 1 / 3.0 \
                nohead
            set label 40 + i bytes(memory[i]) . (all > memory[i] ? \
                " (" . bytes(all) . ")" : "") at memory[i], i \
                left offset 2,0
        }
        if (all > memory[i] && !dumb) {
            set label 30 + i right offset -1.5,-0.2
            set arrow 30 + i from memory[i], i to all, i nohead front \
                linecolor rgb colour(i) linewidth 2
            set label 40 + i bytes(all) at all, i \
                left offset 1,-0.2 front textcolor rgb hex(ink) \
                point pointtype 6 pointsize 1.1 linecolor rgb colour(i)
        }
    }
}
if (!dumb) {
    set arrow 1 from exchange, 0.5 to exchange, n + 0.85 nohead \
        linecolor rgb hex(fade) dashtype 3
    set label 2 sprintf("%s of each are its URL and the reader of its " . \
        "answer", bytes(exchange)) at exchange, n + 0.68 left offset 0.7,0 \
        font small_font textcolor rgb hex(fade)
}
plot NaN

# ---- nanoseconds ----
eval panel(0.685, 0.835, 0.24, 0.77)
set logscale xy
set xrange [0.9:9]
set yrange [1:20000]
set xtics ("1" 1, "3" 3, "8" 8)
set ytics nomirror scale 0 textcolor rgb hex(fade) ("1 ns" 1, \
    "10 ns" 10, "100 ns" 100, "1 µs" 1000, "10 µs" 10000)
set grid ytics @guide
set xlabel "calls deep" textcolor rgb hex(fade)
set label 1 "To resume it, until it waits again" at graph 0, graph 1 left \
    offset (dumb ? 0 : -5),(dumb ? 1 : 0.9) textcolor rgb hex(ink)
do for [i = 1:n] {
    if (cost[i] == cost[i]) {
        set label 10 + i names[i] at 8, cost[i] left \
            offset (dumb ? 2 : 1), \
            (i == n ? 0.35 : i == n - 1 ? -0.35 : 0) * (dumb ? 3 : 1) \
            textcolor rgb hex(ink) noenhanced
    }
}
depth(i) = is("switch", i) ? column("depth") : NaN
if (dumb) {
    plot for [i = 1:n] data using (depth(i)):(cell("median")): \
        (word("c o u t p", i)) with labels
} else {
    plot for [i = 1:(compared ? n : 0)] behind_or_data using (depth(i)): \
            (cell("median")) with lines linewidth 5 \
            linecolor rgb tint(colour(i), pale), \
        for [i = 1:n] data using (depth(i)):(cell("median")) \
            with linespoints linecolor rgb colour(i) linewidth 2.5 \
            pointtype 7 pointsize 0.5
}
eval panels_end
