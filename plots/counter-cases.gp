# counter-cases.gp - where waiting is not what takes the time: there the loop
# wins nothing, or loses. A panel for each case.
#
#   build/race --experiment=counter-cases     and heavy, and selectors
#   gnuplot -e "out='plots/counter-cases.svg'" plots/counter-cases.gp

if (!exists("data")) data = "plots/data/counter-cases.csv"
load "plots/style.gp"

cases = ""
stats data using (cases = add(cases, strcol("x")), 0) nooutput
case_count = words(cases)

# Two further cases are measured by programs of their own: pages that need CPU,
# and a wake-up where no descriptor is idle. They are beside the data, or not.
near(file, name) = system(sprintf("dirname '%s'", file)) . "/" . name . ".csv"
heavy = near(data, "heavy")
selectors = near(data, "selectors")
behind_or_none(name) = !compared ? "" : \
    rows(near(behind, name)) < 2 ? "" : near(behind, name)
panel_count = case_count + (rows(heavy) < 2 ? 0 : 2) + \
    (rows(selectors) < 2 ? 0 : 1)

# Who takes part differs from panel to panel.
array taking_part[panel_count]
do for [c = 1:case_count] {
    entrants = ""
    stats data using (strcol("x") eq word(cases, c) ? \
        (entrants = add(entrants, strcol("entrant")), 0) : 0) nooutput
    taking_part[c] = entrants
}
c = case_count
if (rows(selectors) >= 2) {
    c = c + 1
    taking_part[c] = " 'select' 'poll' 'epoll'"
}
largest = 0
if (rows(heavy) >= 2) {
    entrants = ""
    stats heavy using (entrants = add(entrants, strcol("entrant")), \
        column("x") > largest ? (largest = column("x")) : 0, 0) nooutput
    taking_part[c + 1] = entrants
    taking_part[c + 2] = entrants
}

# Two panels stand side by side; the one with more rows says how high they are.
array top_of[panel_count] # in pixels, from the top
array rows_of[panel_count]
height = 135
do for [c = 1:panel_count:2] {
    rows_of[c] = words(taking_part[c])
    other = c < panel_count ? words(taking_part[c + 1]) : 0
    rows_of[c] = other > rows_of[c] ? other : rows_of[c]
    top_of[c] = height
    if (c < panel_count) {
        rows_of[c + 1] = rows_of[c]
        top_of[c + 1] = height
    }
    height = height + 75 + 25 * rows_of[c]
}

where(i) = 0
say(x) = precise(x)
logarithmic = 0
reference = NaN
thickness = 11
room = 0.30

headline = "Where the loop does not help"
about = "Medians of each case, on a scale of its own; whiskers show the " . \
    "quartiles."
job = "" # each case has its own
height = height + 50
eval paper(800, height)
eval panels
left_of(c) = 0.5 * ((c - 1) % 2)
frame(c) = panel(0.205 + left_of(c), 0.48 + left_of(c), \
    1 - (top_of[c] + 25.0 * rows_of[c]) / height, \
    1 - 1.0 * top_of[c] / height) . \
    "entrants = taking_part[c]; n = words(entrants);" . \
    "at_least = rows_of[c]; names_at = 0.195 + left_of(c);" . \
    "title_at = 0.02 + (dumb ? 0 : left_of(c));" . \
    "set label 1 title left textcolor rgb hex(ink) noenhanced" . \
    " at screen title_at, graph 1 offset 0,(dumb ? 1 : 1.5);" . \
    "set label 2 beneath left noenhanced font small_font" . \
    " at screen title_at, graph 1 offset 0,(dumb ? 0 : 0.5)" . \
    " textcolor rgb hex(fade)"

# ---- few busy connections, one page, and so on ----
source = data
source_behind = compared ? behind : ""
mine(i) = strcol("x") eq word(cases, c) && \
    strcol("entrant") eq word(entrants, i) && strcol("result") eq "ok"
figure(i) = column("wall_s")
colour(i) = entrant_colour(word(entrants, i))
do for [c = 1:case_count] {
    title = word(cases, c)
    beneath = header("x=" . title)
    eval frame(c)
    load "plots/dots.gp"
}

# ---- no descriptor is idle ----
c = case_count
if (rows(selectors) >= 2) {
    c = c + 1
    source = selectors
    source_behind = behind_or_none("selectors")
    mine(i) = strcol("backend") eq word(entrants, i) && \
        column("idle") == 0 && column("ready") == 100 && \
        strcol("result") eq "ok"
    figure(i) = column("median_ns") / 1e9
    colour(i) = i == 3 ? 0x000000 : i == 2 ? 0x666666 : 0xAAAAAA
    title = "no idle descriptors"
    beneath = "a wake-up where all 100 are ready"
    eval frame(c)
    load "plots/dots.gp"
}

# ---- pages that need CPU ----
# An executor has the colour of the stage whose pool it is.
if (rows(heavy) >= 2) {
    source = heavy
    source_behind = behind_or_none("heavy")
    mine(i) = strcol("entrant") eq word(entrants, i) && \
        column("x") == largest && strcol("result") eq "ok"
    colour(i) = stage_colour(word(entrants, i) eq "in threads" ? "03-" : \
        word(entrants, i) eq "in processes" ? "02-" : "07-")
    do for [part = 1:2] {
        c = c + 1
        if (part == 1) {
            figure(i) = column("worst_pause_ms") / 1000
            title = "pages that need CPU: the worst pause"
        } else {
            figure(i) = column("wall_s")
            title = "pages that need CPU: wall time"
        }
        beneath = sprintf("the loop hashes pages of %g MiB", largest)
        eval frame(c)
        load "plots/dots.gp"
    }
}
eval panels_end
