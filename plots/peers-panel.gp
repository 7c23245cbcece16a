# peers-panel.gp - one of the panels of peers.gp: workload w.

do for [i = 1:n] {
    pale_wall[i] = NaN
    pale_cpu[i] = NaN
}
do for [k = (compared ? 2 : 1):1:-1] {
    file = k == 1 ? data : behind
    do for [r = 1:rounds] {
        floor_wall[r] = NaN
        floor_cpu[r] = NaN
    }
    stats file using (is_floor(w) && column("round") <= rounds ? \
        (floor_wall[int(column("round"))] = wall(0), \
        floor_cpu[int(column("round"))] = cpu(0), 0) : 0) nooutput
    round_of(i) = int(column("round"))
    block = "$peers"
    figure(i) = round_of(i) > rounds ? NaN : wall(i) / floor_wall[round_of(i)]
    load "plots/series.gp"
    do for [i = 1:n] {
        wall_low[i] = last_low[i]
        wall_median[i] = last_median[i]
        wall_high[i] = last_high[i]
    }
    figure(i) = round_of(i) > rounds ? NaN : cpu(i) / floor_cpu[round_of(i)]
    load "plots/series.gp"
    if (k == 2) {
        do for [i = 1:n] {
            pale_wall[i] = wall_median[i]
            pale_cpu[i] = last_median[i]
        }
    }
}
pages = 0
stats data using (strcol("work") eq word(works, w) && \
    column("pages") * column("scale") > pages ? \
    (pages = column("pages") * column("scale")) : 0, 0) nooutput

least = 1
most = 1.5
do for [i = 1:n] {
    least = wall_low[i] < least ? wall_low[i] : least
    least = last_low[i] < least ? last_low[i] : least
    most = wall_high[i] > most ? wall_high[i] : most
    most = last_high[i] > most ? last_high[i] : most
}
least = least / 1.15
set logscale x
set xrange [least:most * (most / least) ** 0.55]
set yrange [dumb ? terminal_rows(n) : n + 0.6:dumb ? 0 : 0.4]
lower = dumb ? terminal_row(n) : 0
unset xtics
unset ytics
if (dumb) {
    set lmargin 21
    set rmargin 3
}
set label 1 thousands(pages) . " pages, " . what(word(works, w)) left \
    at screen (dumb ? 0.02 : 0.02 + 0.5 * right), graph 1 \
    offset 0,(dumb ? 0 : 0.5) font small_font textcolor rgb hex(ink)
if (!dumb) {
    set arrow 1 from 1, 0.5 to 1, n + 0.5 nohead back \
        linecolor rgb hex(fade) dashtype 3
}
do for [i = 1:n] {
    said = label_of(word(entrants, i))
    set label 500 + i said right noenhanced textcolor rgb hex(ink) \
        at screen (dumb ? 0.25 : names_at), first i
    here = wall_median[i] == wall_median[i]
    end = wall_high[i] > last_high[i] ? wall_high[i] : last_high[i]
    if (here) {
        set label 100 + i times(wall_median[i]) . ", CPU " . \
            times(last_median[i]) . (dumb && pale_wall[i] > 0 ? " (" . \
            times(pale_wall[i]) . ", " . times(pale_cpu[i]) . ")" : "") \
            at end, i left offset 1.2,0 textcolor rgb hex(ink) \
            font small_font
    } else {
        set label 100 + i "takes no part, or failed" at 1, i left offset 0.5,0 \
            font small_font textcolor rgb hex(fade)
    }
    if (here && dumb) {
        set arrow 100 + i from least, i + lower to wall_median[i], \
            i + lower nohead
    }
    if (here && !dumb) {
        set arrow 100 + i from wall_low[i], i - 0.14 to wall_high[i], \
            i - 0.14 nohead front linecolor rgb colour(i) linewidth 1.5
        set arrow 200 + i from last_low[i], i + 0.14 to last_high[i], \
            i + 0.14 nohead front linecolor rgb colour(i) linewidth 1.5
        set label 200 + i "" at wall_median[i], i - 0.14 front \
            point pointtype 7 pointsize 0.7 linecolor rgb colour(i)
        set label 300 + i "" at last_median[i], i + 0.14 front \
            point pointtype 6 pointsize 0.7 linecolor rgb colour(i)
        if (pale_wall[i] > 0) {
            set label 600 + i "" at pale_wall[i], i - 0.14 \
                point pointtype 7 pointsize 0.7 \
                linecolor rgb tint(colour(i), pale)
            set label 700 + i "" at pale_cpu[i], i + 0.14 \
                point pointtype 6 pointsize 0.7 \
                linecolor rgb tint(colour(i), pale)
        }
    }
}
plot NaN
