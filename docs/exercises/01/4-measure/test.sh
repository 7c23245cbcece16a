#!/bin/sh
# The shape of the figures: what must be long is long, what must be short short.
set -eu
program=$1
. docs/exercises/site.sh

start_site --latency=200ms --pages=4
run_program "$program" "${URL}1" "${URL}2" "${URL}3"
[ "$status" -eq 0 ] || say "it ended with $status: $err"
awk '
function wrong(text) { if (!bad) print text; bad = 1 }
NR == 1 {
    if ($0 != "connect send first-byte rest")
        wrong("the first line is not `connect send first-byte rest`.")
    next
}
$1 == "wall" {
    if ($2 < 600)
        wrong("three pages 200 ms away took " $2 " ms? Take the wall time.")
    if ($5 <= 0 || $5 > $2 / 2)
        wrong("CPU " $5 " ms of " $2 " ms: let cpu_ns() ask for the time of" \
            " the process, in nanoseconds.")
    if ($8 + 0 < 50 || $8 + 0 > 100)
        wrong("waiting " $8 ": it is 100 * (wall - cpu) / wall.")
    sums++
    next
}
{
    pages++
    for (i = 1; i <= 4; i++)
        if ($i !~ /^[0-9]+$/)
            wrong("page " pages ": column " i " is " $i ", not microseconds.")
    if ($3 < 190000)
        wrong("page " pages ": the first byte came after " $3 " us, and it" \
            " was 200 ms away: take the moment when recv returned it.")
    if ($1 > 190000 || $2 > 190000 || $4 > 190000)
        wrong("page " pages ": " $0 ": only the first byte is far away here.")
    sum += $1 + $2 + $3 + $4
}
END {
    if (pages != 3 || sums != 1)
        wrong("three pages make three lines of figures, and a sum.")
    exit bad
}' "$dir/out" >"$dir/said" || say "$(cat "$dir/said")"

run_program "$program" "${URL}fault/body-over-limit"
[ "$(awk 'NR == 2 { print ($4 > $3) }' "$dir/out")" = 1 ] ||
    say "of a page of 17 MiB that is not far away the rest takes longer than" \
        "the first byte; it says '$(sed -n 2p "$dir/out")': is the first byte" \
        "the first piece, and done the end of the last?"
