#!/bin/sh
# What is late ends as a timeout, what is in time does not, and nobody spins.
set -eu
program=$1
LIMIT=5
. docs/exercises/site.sh

# outcome PATH WORDS: what the program said of that page.
outcome() {
    got=$(sed -n "s,^$1: ,,p" "$dir/out")
    [ "$got" = "$2" ] || say "of $1 it says '$got', not '$2'; it said: $err"
}

start_site --quiet --latency=50ms
run_program "$program" 1000 "${URL}fault/stall" "${URL}fault/drip-body" "$URL"
[ "$status" -eq 0 ] || say "it ended with $status, not 0; it said: $err"
outcome / "HTTP/1.1 200 OK"
outcome /fault/stall timeout
outcome /fault/drip-body timeout
[ "$wall_ms" -ge 950 ] ||
    say "it gave up after $wall_ms ms, and was told to wait for 1000."
[ "$cpu_ms" -lt $((wall_ms / 2)) ] ||
    say "it used $cpu_ms ms of CPU in $wall_ms ms: wait for the time that is" \
        "left, not for none."

run_program "$program" 2000 "$URL" "${URL}1" "${URL}2"
[ "$wall_ms" -lt 1500 ] ||
    say "three pages 50 ms away took $wall_ms ms, their whole time limit: the" \
        "loop ends when nothing is registered."
