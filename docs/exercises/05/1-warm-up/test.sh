#!/bin/sh
# All three are heard, in the order in which they come, and nobody spins.
set -eu
program=$1
LIMIT=5
. docs/exercises/site.sh

run_program "$program"
[ "$status" -eq 0 ] || say "it ended with $status, not 0; it said: $err"
heard=$(sed -n 's/^heard //p' "$dir/out" | tr -d '\n')
[ "$heard" = cba ] ||
    say "it heard '$heard', not 'cba': wait again, until selector_count is 0."
[ "$(tail -n 1 "$dir/out")" = "nobody is left to wait for" ] ||
    say "the last line should say that nobody is left to wait for."
[ "$cpu_ms" -lt $((wall_ms / 2)) ] ||
    say "it used $cpu_ms ms of CPU in $wall_ms ms: let the selector wait," \
        "with SELECTOR_FOREVER."
