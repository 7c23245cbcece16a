#!/bin/sh
# Jobs that kill their workers: never, once, always.
set -eu
program=$1
LIMIT=5
. docs/exercises/site.sh

run_program "$program" fine once fine never
[ "$(sed -n 4p "$dir/out")" = 'never: given up, its worker died' ] ||
    say "a job that kills every worker is '$(sed -n 4p "$dir/out")': after the" \
        "second one give it up, with a reason."
[ "$(sed -n 2p "$dir/out")" = 'once: done, try 2' ] ||
    say "a job whose worker died is '$(sed -n 2p "$dir/out")', and another" \
        "worker would have done it: put it back once."
[ "$out" = 'fine: done, try 1
once: done, try 2
fine: done, try 1
never: given up, its worker died' ] ||
    say "of fine, once, fine, never it says '$out'."
run_program "$program" never once once never once once once never fine
[ "$(grep -c 'once: done, try 2' "$dir/out")" = 5 ] &&
    [ "$(grep -c 'never: given up' "$dir/out")" = 3 ] ||
    say "with more jobs than workers it says '$out'."
