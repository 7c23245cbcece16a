# series.gp - the median and the quartiles of a figure, for each entrant at
# each x. To be loaded once these say what is wanted:
#   file       the data
#   block      what to fill, a name: "$wall"
#   mine(i)    whether a row is of entrant i, of n
#   where(i)        where a row stands, and
#   figure(i)    its figure; NaN is no row
#
# $block gets rows "x low median high", for each entrant as a set of its own:
# `index i - 1`, sorted by x, with a first row of NaN so that none is empty.
# last_x, last_low, last_median, last_high: where each ends; NaN for no row.

# Ranges and scales are those of nothing afterwards: stats sees only what is in
# range.

unset logscale
set xrange [*:*]
set yrange [*:*]
array last_x[n]
array last_low[n]
array last_median[n]
array last_high[n]
do for [i = 1:n] {
    last_x[i] = NaN
    last_low[i] = NaN
    last_median[i] = NaN
    last_high[i] = NaN
    set table $here separator comma
    plot file using (where(i)):(figure(i)) with table \
        if (mine(i) && where(i) == where(i) && figure(i) == figure(i))
    unset table
    set datafile nocolumnheaders
    set print @block append
    print "NaN,NaN,NaN,NaN"
    at = -1e300
    left = |$here| > 0 && strlen($here[1]) > 1
    while (left) {
        next = 1e300
        stats $here using \
            ($1 > at && $1 < next ? (next = $1) : 0, 0) nooutput
        left = next < 1e300
        if (left) {
            at = next
            stats $here using ($1 == at ? $2 : NaN) nooutput
            last_x[i] = at
            last_low[i] = STATS_lo_quartile
            last_median[i] = STATS_median
            last_high[i] = STATS_up_quartile
            print sprintf("%.9g,%.9g,%.9g,%.9g", at, last_low[i], \
                last_median[i], last_high[i])
        }
    }
    print ""
    print ""
    unset print
    set datafile columnheaders
}
