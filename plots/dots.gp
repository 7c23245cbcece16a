# dots.gp - one panel: a row for each entrant, with the median and the quartiles
# of a figure. To be loaded after `panel` and once these say what is wanted:
#   mine(i), where(i), figure(i)   as in series.gp; where(i) is 0
#   source     the data; source_behind, which may be "", is that behind it
#   say(x)       what is written beside a value
#   logarithmic  whether the scale is: then there are dots, otherwise bars
#   names_at     where names end, as a part of the paper; 0 for no names
#   colour(i)    of entrant i
#   reference    a value that gets a line, or NaN
#   at_least     rows for which there is room; 0 for as many as entrants
#   room         how much of the panel's width is for what is written

array top_low[n]
array top_median[n]
array top_high[n]
do for [i = 1:n] {
    top_median[i] = NaN
}
if (strlen(source_behind) > 0) {
    file = source_behind
    block = "$dots"
    undefine $dots
    load "plots/series.gp"
    do for [i = 1:n] {
        top_low[i] = last_low[i]
        top_median[i] = last_median[i]
        top_high[i] = last_high[i]
    }
}
file = source
block = "$dots"
undefine $dots
load "plots/series.gp"

# ---- scale ----
least = 1e300
most = 0
do for [i = 1:n] {
    least = last_low[i] > 0 && last_low[i] < least ? last_low[i] : least
    least = last_median[i] > 0 && last_median[i] < least ? \
        last_median[i] : least
    most = last_high[i] > most ? last_high[i] : most
    least = top_median[i] > 0 && top_median[i] < least ? \
        top_median[i] : least
    most = top_median[i] > 0 && top_high[i] > most ? top_high[i] : most
}
most = most > 0 ? most : 1
least = least < most ? least : most / 10.0
least = least * (least / most) ** 0.12
if (logarithmic) {
    set logscale x
    set xrange [least:most * (most / least) ** (room / (1 - room))]
} else {
    set xrange [0:most / (1 - room)]
}
row_count = n > at_least ? n : at_least
set yrange [dumb ? terminal_rows(row_count) : row_count + 0.6:dumb ? 0 : 0.4]
lower = dumb ? terminal_row(row_count) : 0
left_end = logarithmic ? least : 0
unset xtics
unset ytics
if (dumb) {
    set lmargin 21
    set rmargin 3
}

# ---- rows ----
if (reference == reference && reference >= left_end && reference <= most) {
    set arrow 1 from reference, 0.5 to reference, n + 0.5 nohead back \
        linecolor rgb hex(fade) dashtype 3
}
do for [i = 1:n] {
    y = i
    if (names_at > 0 || dumb) {
        said = brief_name(word(entrants, i))
        set label 500 + i said right noenhanced \
            at screen (dumb ? 0.25 : names_at), first y textcolor rgb hex(ink)
    }
    at = last_median[i] > left_end ? last_median[i] : left_end
    if (last_median[i] == last_median[i]) {
        set label 100 + i say(last_median[i]) . \
            (dumb && top_median[i] == top_median[i] ? \
                " (" . say(top_median[i]) . ")" : "") left offset 1,0 front \
            at (last_high[i] > at ? last_high[i] : at), y \
            textcolor rgb hex(ink) noenhanced
        if (at > left_end) {
            set arrow 100 + i from left_end, y + lower to at, y + lower nohead \
                linecolor rgb logarithmic ? tint(colour(i), pale) : colour(i) \
                linewidth (logarithmic ? 2 : thickness)
        }
        if (!dumb) {
            set arrow 200 + i from (last_low[i] > left_end ? last_low[i] : \
                left_end), y to (last_high[i] > at ? last_high[i] : at), y \
                heads size screen 0.005, 90 front \
                linecolor rgb hex(fade) linewidth 1.3
        }
        if (logarithmic && !dumb) {
            set label 200 + i "" at at, y front point \
                pointtype (last_median[i] > 0 ? 7 : 6) pointsize 0.9 \
                linecolor rgb colour(i)
        }
    } else {
        set label 100 + i "no good run" left offset 1,0 at left_end, y \
            font small_font textcolor rgb hex(fade)
    }
    if (!dumb) {
        if (top_median[i] > left_end) {
            set label 300 + i "" at top_median[i], i + 0.3 front point \
                pointtype 7 pointsize 0.7 \
                linecolor rgb tint(colour(i), pale)
            set arrow 300 + i from left_end, i + 0.3 to \
                top_median[i], i + 0.3 nohead \
                linecolor rgb tint(colour(i), pale) linewidth 2
        }
    }
}
plot NaN
