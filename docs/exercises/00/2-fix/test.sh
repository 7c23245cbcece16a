#!/bin/sh
# Most of what it takes is waiting, and it must say so.
set -eu
program=$1
. docs/exercises/site.sh

run_program "$program" 400
[ "$status" -eq 0 ] || say "it ended with $status: $err"
# shellcheck disable=SC2046 # words are what is meant
set -- $(awk '/^wall [0-9]+ ms, CPU [0-9]+ ms, [0-9]+% of it waiting$/ {
    print $2, $5, $7 + 0 }' "$dir/out")
[ $# -eq 3 ] ||
    say "it says '$out', not 'wall N ms, CPU N ms, N% of it waiting'."
[ "$1" -ge 400 ] ||
    say "it waited for 400 ms and says that $1 ms went by: that clock stops" \
        "while the program sleeps."
[ "$1" -le $((wall_ms + 1)) ] ||
    say "it says that $1 ms went by, but it was gone after $wall_ms ms."
[ "$2" -lt 200 ] ||
    say "it says that it had the processor for $2 ms, but it slept nearly all" \
        "the time: leave cpu_ms() as it was."
[ "$3" -gt 50 ] || say "of $1 ms it worked for $2 ms: $3% waiting is not it."
