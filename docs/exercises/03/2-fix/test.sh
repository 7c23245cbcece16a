#!/bin/sh
# Nothing may be taken out of an empty queue, and nobody may be forgotten.
set -eu
program=$1
LIMIT=5
. docs/exercises/site.sh

for _ in 1 2 3; do
    run_program "$program"
    case $out in
    'jobs 6, done 3, taken away 3, made up 0') ;;
    'it does not end') say "the workers wait for ever: they have to leave" \
        "get() when there is a job." ;;
    *'made up 0') say "it says '$out': of six jobs three are taken away and" \
        "three are done." ;;
    *)  say "it says '$out': a worker that was woken took what was not there." \
        "Look again after waiting." ;;
    esac
done
