# ten-pages.gp - the default race: how long each stage takes for ten pages that
# are 450 ms away, and what the articles' Python took for its own ten.
#
#   build/race --runs=10 --csv=plots/data/ten-pages.csv
#   gnuplot -e "out='plots/ten-pages.svg'" plots/ten-pages.gp

if (!exists("data")) data = "plots/data/ten-pages.csv"
load "plots/style.gp"

stats data using (entrants = add(entrants, strcol("entrant")), 0) nooutput
n = words(entrants)
mine(i) = strcol("entrant") eq word(entrants, i) && strcol("result") eq "ok"
where(i) = 0
figure(i) = column("wall_s")

array python[n]
do for [i = 1:n] {
    text = ""
    stats data using (strcol("entrant") eq word(entrants, i) ? \
        (text = strcol("python_s"), 0) : 0) nooutput
    python[i] = strlen(text) > 0 ? text + 0.0 : NaN
}

eval paper(800, 164 + (compared ? 68 : 54) * n)
set lmargin at screen (dumb ? 0.26 : 0.2)
set rmargin at screen (dumb ? 0.88 : 0.96)
set tmargin (dumb ? 7 : 5)
set bmargin (dumb ? 5 : 6.4)
set grid xtics @guide
set format x "%g s"
unset ytics
headline = "How long it takes to fetch ten pages"
about = "Median wall time; whiskers show the quartiles. " . \
    "Diamonds: what the articles measured in Python."
eval heading

# Three lanes for each: the run, the run behind it, and the article's figure.
lane = compared ? 0.26 : 0.44
article = dumb ? 0 : compared ? 0.33 : 0.26
array pale_median[n]
do for [i = 1:n] {
    pale_median[i] = NaN
}
longest = 0
do for [k = (compared ? 2 : 1):1:-1] {
    file = k == 1 ? data : behind
    block = k == 1 ? "$wall" : "$wall_behind"
    load "plots/series.gp"
    do for [i = 1:n] {
        name = word(entrants, i)
        colour = tint(stage_colour(name), k == 1 ? 1.0 : pale)
        top = i - 0.4 + (k - 1) * (lane + 0.02)
        y = dumb ? i - terminal_row(n) : top + lane / 2
        tag = 10 * i + k
        here = last_median[i] == last_median[i]
        longest = here && last_high[i] > longest ? last_high[i] : longest
        longest = python[i] > longest ? python[i] : longest
        set label 500 + i name at screen (dumb ? 0.25 : 0.19), \
            first y right textcolor rgb hex(ink) noenhanced
        if (here && !dumb) {
            set object tag rectangle from 0, top to last_median[i], \
                top + lane front fillcolor rgb \
                is_pale(name) ? tint(colour, 0.3) : colour \
                fillstyle solid border rgb colour
            set arrow tag from last_low[i], y to last_high[i], y heads \
                size screen 0.006, 90 front linecolor rgb hex(fade) \
                linewidth 1.5
        }
        if (here && dumb) {
            set arrow tag from 0, i to last_median[i], i nohead
        }
        if (here && (k == 1 || !dumb)) {
            set label tag sprintf("%.3f s", last_median[i]) \
                . (dumb && pale_median[i] > 0 ? \
                    sprintf(" (%.3f)", pale_median[i]) : "") \
                at last_high[i], y left offset 1.2,0 \
                textcolor rgb hex(k == 1 ? ink : fade) front
        }
        pale_median[i] = k == 2 ? last_median[i] : pale_median[i]
        if (!here && k == 1) {
            set label tag "no good run" at 0, y left offset 1.2,0 \
                textcolor rgb hex(fade) front
        }
    }
}
do for [i = 1:n] {
    if (python[i] == python[i]) {
        set label 10 * i + 9 sprintf("Python %g s", python[i]) \
            at python[i], i + article left offset 1,(dumb ? 0 : -0.15) \
            point pointtype 12 pointsize 0.8 linecolor rgb hex(fade) \
            font small_font textcolor rgb hex(fade) front
    }
}
set yrange [dumb ? terminal_rows(n) : n + 0.6:dumb ? 0 : 0.4]
set xrange [0:(longest > 0 ? longest : 1) * 1.12]
plot NaN
