#!/bin/sh
# The same size, however the answer is cut.
set -eu
program=$1
. docs/exercises/site.sh

start_site --latency=0

# expect BYTES PATH AT_ONCE
expect() {
    run_program "$program" "$URL$2" "$3"
    [ "$out" = "$1 bytes" ] ||
        say "/$2 has $1 bytes of body; received $3 at a time it says" \
            "'${out:-$err}': the blank line may be cut anywhere."
}

for at_once in 4096 1 2 3 7 25 96 97 98 99 100 101 1000; do
    expect 1024 1 "$at_once"
    expect 13 fault/whole "$at_once"
    expect 0 fault/length-zero "$at_once"
done
run_program "$program" "${URL}fault/close-in-head" 7
[ "$status" -eq 1 ] && [ -z "$out" ] ||
    say "an answer without a blank line has no body, and that is an error;" \
        "it ended with $status and says '$out'."
