#!/bin/sh
# The quantiles of some small samples, which can be found by hand.
set -eu
program=$1
. docs/exercises/site.sh

# expect LINE NUMBER...: that line for these numbers, and why it would be wrong.
expect() {
    line=$1
    shift
    echo "$*" >"$dir/numbers"
    run_program "$program" <"$dir/numbers"
    [ "$status" -eq 0 ] || say "for '$*' it ended with $status: $err"
    [ "$out" = "$line" ] || say "for '$*' it says '$out', not '$line'$hint"
}

hint=": are the values sorted, and what is half of the way along them?"
expect "7 runs, 10 to 11, median 10" 10 11 10 200 10 11 10
expect "5 runs, 2 to 4, median 3" 5 3 1 4 2
hint=": between two values it lies in proportion."
expect "4 runs, 1.75 to 3.25, median 2.5" 4 1 3 2
expect "2 runs, 1.25 to 1.75, median 1.5" 2 1
hint=": with one value there is no next one."
expect "1 runs, 7 to 7, median 7" 7
