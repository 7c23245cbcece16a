#!/bin/sh
# All pages come; the program has slept of its own will, and burns no core.
set -eu
program=$1
. docs/exercises/site.sh

start_site --quiet --latency=300ms
run_program "$program" "$URL"
[ "$status" -eq 0 ] || say "it ended with $status, not 0; it said: $err"
case $out in
"10 pages, asked "*) ;;
*) say "it says '$out', not '10 pages, asked N times, rested N times'." ;;
esac
rested=${out##*rested }
rested=${rested% times}
# The pages are 300 rests of a millisecond away, or more on a busy machine.
[ "$rested" -ge 8 ] ||
    say "it rested $rested times in 300 ms: sleep after each turn in which no" \
        "socket had anything."
[ "$cpu_ms" -lt $((wall_ms / 2)) ] ||
    say "it used $cpu_ms ms of CPU in $wall_ms ms: one rest after each turn" \
        "that brought nothing, and not shorter than a millisecond."
