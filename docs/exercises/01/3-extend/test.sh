#!/bin/sh
# In time, never, and a little at a time for ever.
set -eu
program=$1
LIMIT=4
. docs/exercises/site.sh

start_site --latency=150ms
run_program "$program" "${URL}1" 3500
case $status:$out in
0:'ok 11'*) ;;
*) say "a page 150 ms away, with 3500 ms for it, is '${out:-$err}', not" \
    "ok: give each call what is left." ;;
esac

# must_give_up FAULT WORDS
must_give_up() {
    run_program sh -c 'timeout 2 "$@" || { s=$?; exit $((s == 124 ? 99 : s)); }' \
        sh "$program" "${URL}fault/$1" 300
    [ "$status" -ne 99 ] || say "$2"
    [ "$status" -eq 1 ] && [ "$out" = timeout ] ||
        say "/fault/$1 with 300 ms for it is '${out:-$err}', not 'timeout'."
    [ "$wall_ms" -ge 290 ] ||
        say "/fault/$1 was given up after $wall_ms ms: it had 300."
    [ "$cpu_ms" -lt $((wall_ms / 2)) ] ||
        say "it burns CPU while it waits: let the kernel wait for it."
}
must_give_up stall "against a site that never answers it waits for ever: \
limit what recv may wait."
must_give_up drip-body "against a site that sends a byte each 50 ms it reads \
for ever: set the limit anew before each recv, to what is left."
run_program "$program" "${URL}1" 50
[ "$out" = timeout ] ||
    say "a page 150 ms away, with 50 ms for it, is '${out:-$err}'."
