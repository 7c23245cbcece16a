#!/bin/sh
# The shape of the table: a rate in each line, and turns that grow with the
# number of sockets.
set -eu
program=$1
. docs/exercises/site.sh

run_program "$program"
[ "$status" -eq 0 ] || say "it ended with $status, not 0; it said: $err"
awk '
function wrong(text) { if (!bad) print text; bad = 1 }
NR == 1 {
    if ($0 != "sockets asks-per-second each-asked-every-us")
        wrong("the first line is not as it was.")
    next
}
{
    if (NF != 3 || $2 !~ /^[0-9]+$/)
        wrong("a line is SOCKETS ASKS EVERY, not " $0)
    if ($2 < 10000)
        wrong("with " $1 " sockets it asked " $2 " times a second: count" \
            " every question, and divide by the CPU time used.")
    every[$1] = $3
}
END {
    if (NR != 5)
        wrong("there are lines for 1, 10, 100 and 400 sockets.")
    if (every[400] < 20 * every[1])
        wrong("with 400 sockets each has its turn every " every[400] " us," \
            " and a single one every " every[1] " us: ask all `count` of" \
            " them in each turn.")
    exit bad
}' "$dir/out" >"$dir/said" || say "$(cat "$dir/said")"
