#!/bin/sh
# Everything is done, nobody waits, and nothing is taken too late.
set -eu
program=$1
LIMIT=6
. docs/exercises/site.sh

for case in '3 10' '1 0' '50 0' '10 1' '2 200'; do
    # shellcheck disable=SC2086 # two words
    run_program "$program" $case
    workers=${case% *} jobs=${case#* }
    case $out in
    "workers $workers, done $jobs of $jobs, another one: refused") ;;
    'some workers'*) say "with $workers workers and $jobs jobs some wait for" \
        "ever: queue_get must not wait in a queue that is closed, and" \
        "queue_close must wake all who do." ;;
    *': taken') say "a job that comes after the queue was closed is taken:" \
        "queue_put has to look at closed." ;;
    *)  say "with $workers workers and $jobs jobs it says '$out': what is in" \
        "the queue when it is closed is still to be done." ;;
    esac
done
