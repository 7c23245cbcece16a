#!/bin/sh
# Small answers, large ones, and one whose worker dies.
set -eu
program=$1
LIMIT=5
. docs/exercises/site.sh

run_program "$program" 0 1 1000 65536 1000000 5000000
for size in 0 1 1000 65536 1000000 5000000; do
    grep -qx "$size: whole" "$dir/out" ||
        say "an answer of $size bytes is torn: one recv may bring less than" \
            "you ask for."
done
run_program "$program" '100!' '1000000!' 10
[ "$out" = "100!: torn
1000000!: torn
10: whole" ] || say "answers whose workers die half way are '$out'."
