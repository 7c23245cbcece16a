# curves.gp - one panel: a line for each entrant, both scales logarithmic.
# Medians are lines, quartiles are bands, names stand where the lines end, and
# where one ends before the others it says why. To be loaded after `panel` and
# once these say what is wanted:
#   mine(i), where(i), figure(i)   as in series.gp
#   x_end      where the lines should end
#   between    tics for a short scale: a name of style.gp's
#   notes      whether this panel says why some do not
#   share      the least part of the largest value that is shown

block = "$curves"
if (compared) {
    file = behind
    block = "$curves_behind"
    undefine $curves_behind
    load "plots/series.gp"
} else {
    set print $curves_behind
    print "NaN,NaN,NaN,NaN"
    unset print
}
file = data
block = "$curves"
undefine $curves
load "plots/series.gp"

# ---- scales ----
x_low = x_end
y_low = 1e300
y_high = 0
set datafile nocolumnheaders
widen(x, y, top) = x > 0 && y > 0 ? (x_low = x < x_low ? x : x_low, \
    y_low = y < y_low ? y : y_low, y_high = top > y_high ? top : y_high) : 0
stats $curves using (widen($1, $3, $4), 0) nooutput
if (compared) {
    stats $curves_behind using (widen($1, $3, $4), 0) nooutput
}
if (y_high == 0) exit error "plots: there is no good run in " . data
y_low = (y_low < share * y_high ? share * y_high : y_low) / (notes ? 1.5 : 3)
y_high = y_high * 1.5

# ---- who does not get to the end, and why ----
array why[n]
stopped = 0
do for [i = 1:n] {
    why[i] = ""
    if (notes && !(last_x[i] >= x_end)) {
        set datafile columnheaders
        stats cells(data) using (strcol("entrant") eq word(entrants, i) && \
            strcol("result") ne "ok" && strlen(why[i]) == 0 ? \
            (why[i] = reason(0), 0) : 0) nooutput
        set datafile nocolumnheaders
        if (strlen(why[i]) > 0) {
            stopped = stopped + 1
        }
    }
}
set style textbox opaque fillcolor rgb 'white' noborder margins 0.3,0.1
# They stand in lines above the lines, in such an order that none is crossed by
# what leads to another.
step = dumb ? 0.055 : 0.075
room = step * stopped
y_high = y_high * (y_high / y_low) ** (room / (1 - room))
height(y) = log(y / y_low) / log(y_high / y_low)
across(x) = log(x / x_low) / log(1.0 * x_end / x_low)
set logscale xy
set xrange [x_low:x_end]
set yrange [y_low:y_high]
if (y_high / y_low < 150) {
    set ytics add @between
}
array from_top[n]
array at_its_left[n] # where there is room for it
array is_long[n]     # there is not: it begins at the left edge
do for [i = 1:n] {
    x = last_x[i] == last_x[i] ? across(last_x[i]) : 0
    long = strlen(brief_name(word(entrants, i)) . ": " . why[i]) / 92.0
    at_its_left[i] = long < x || x > 0.65
    is_long[i] = long >= x && at_its_left[i]
    from_top[i] = strlen(why[i]) == 0 ? 3 : at_its_left[i] ? 2 - x : x
}
do for [i = 1:n] {
    if (strlen(why[i]) > 0) {
        y = 1 - step / 2
        do for [k = 1:n] {
            y = from_top[k] < from_top[i] || \
                (from_top[k] == from_top[i] && k < i) ? y - step : y
        }
        said = brief_name(word(entrants, i)) . ": " . why[i]
        from_x = last_x[i] == last_x[i] ? last_x[i] : x_low
        if (dumb) {
            set label 200 + i said[1:66] at graph 0, graph y left noenhanced
        } else {
            set arrow 200 + i from from_x, (last_median[i] > 0 ? \
                last_median[i] : y_low) to from_x, graph y nohead \
                linecolor rgb entrant_colour(word(entrants, i)) dashtype 3
            if (at_its_left[i]) {
                set label 200 + i said at from_x, graph y right offset -0.6,0 \
                    font small_font textcolor rgb hex(fade) noenhanced \
                    boxed front
            }
            if (is_long[i]) {
                set label 200 + i said at graph 0, graph y left offset 0.6,0
            }
            if (!at_its_left[i]) {
                set label 200 + i said at from_x, graph y left offset 0.6,0 \
                    font small_font textcolor rgb hex(fade) noenhanced \
                    boxed front
            }
        }
    }
}

# ---- names where the lines end ----
# A line that ends early has its name below, where rising lines leave room.
array ends[n]
array wanted[n]
do for [i = 1:n] {
    ends[i] = last_median[i] > 0 && last_x[i] > x_low && \
        strlen(why[i]) == 0 ? height(last_median[i]) : NaN
    wanted[i] = ends[i] - (last_x[i] < x_end && !dumb ? 1.3 * name_gap : 0)
}
gap = name_gap
load "plots/spread.gp"
do for [i = 1:n] {
    if (last_x[i] > x_low && strlen(why[i]) == 0) {
        name = word(entrants, i)
        said = brief_name(name)
        x = last_x[i] < x_end ? across(last_x[i]) : 1.0
        if (dumb) {
            set label 100 + i said at graph x, graph beside[i] left \
                offset 2,0 noenhanced
        } else {
            set arrow 100 + i from graph x, graph ends[i] to graph x + 0.02, \
                graph beside[i] nohead back linecolor rgb hex(line)
            set label 100 + i said at graph x + 0.02, graph beside[i] left \
                offset 1,-0.2 front textcolor rgb hex(ink) noenhanced \
                point pointtype 7 pointsize 0.7 \
                linecolor rgb entrant_colour(name)
        }
    }
}

# ---- the lines ----
set style fill transparent solid 0.25 noborder
if (dumb) {
    plot for [i = 1:n] $curves index i - 1 using 1:3 with lines linetype 0, \
        for [i = 1:n] $curves index i - 1 \
            using 1:3:(sign(word(entrants, i), i)) with labels
} else {
    plot for [i = 1:(compared ? n : 0)] $curves_behind index i - 1 \
            using 1:3 with lines linewidth 2.5 \
            linecolor rgb tint(entrant_colour(word(entrants, i)), pale), \
        for [i = 1:n] $curves index i - 1 using 1:2:4 with filledcurves \
            fillcolor rgb entrant_colour(word(entrants, i)), \
        for [i = 1:n] $curves index i - 1 using 1:3 with linespoints \
            linecolor rgb entrant_colour(word(entrants, i)) linewidth 2 \
            pointtype 7 pointsize 0.4
}
set datafile columnheaders
