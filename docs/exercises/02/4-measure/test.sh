#!/bin/sh
# The shape of the figures: shared memory counted often, and once.
set -eu
program=$1
. docs/exercises/site.sh

[ -r /proc/self/smaps_rollup ] || {
    echo "there is no /proc/self/smaps_rollup here: not tested."
    exit 0
}

# take WORKERS MIB: sets rss and pss, in MiB.
take() {
    run_program "$program" "$1" "$2"
    [ "$(awk '{ print $1 }' "$dir/out" | paste -s -d ' ' -)" = \
        'processes rss_kib pss_kib pss_kib_per_worker' ] ||
        say "the four lines are to be left as they were."
    rss=$(awk '$1 == "rss_kib" { printf "%d", $2 / 1024 }' "$dir/out")
    pss=$(awk '$1 == "pss_kib" { printf "%d", $2 / 1024 }' "$dir/out")
}

take 4 0
[ "$rss" -ge 80 ] ||
    say "five processes with 16 MiB each add up to $rss MiB? Take the number" \
        "behind Rss: in /proc/PID/smaps_rollup."
[ "$rss" -le 160 ] || say "rss_kib says $rss MiB: the file has KiB."
[ "$pss" -ge 16 ] && [ "$pss" -lt 32 ] ||
    say "16 MiB that five processes share are $pss MiB? Take Pss:, and pass by" \
        "the other lines that begin with Pss."
take 4 8
[ "$pss" -ge 44 ] && [ "$pss" -lt 64 ] ||
    say "with 8 MiB written by each of four workers Pss is $pss MiB, and" \
        "nearly 32 MiB more than before were expected."
