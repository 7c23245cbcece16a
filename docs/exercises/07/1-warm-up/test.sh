#!/bin/sh
# The timer has its turn in the third pass, behind the greedy one.
set -eu
program=$1
. docs/exercises/site.sh

run_program "$program"
[ "$status" -eq 0 ] ||
    say "it ended with $status, not 0; it said: $err"
case $out in
"the timer came after 3 calls") ;;
"the timer did not come"*)
    say "$out: the pass goes on as long as somebody is put in line." ;;
*)
    say "it says '$out', not 'the timer came after 3 calls': each pass calls" \
        "those who stand in line when it begins, each once." ;;
esac
