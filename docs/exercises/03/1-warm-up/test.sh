#!/bin/sh
# All parts at the same time, and all of them waited for.
set -eu
program=$1
. docs/exercises/site.sh

for parts in 1 2 4 50; do
    run_program "$program" $parts
    case $out in
    "$parts parts, sum 500500") ;;
    'some parts'*)
        say "with $parts parts some wait for one that has not begun: create" \
            "all threads before you join the first one." ;;
    *)  say "with $parts parts it says '$out', and the sum is 500500: join all" \
            "threads before you look at what they have done, and give each its" \
            "own part." ;;
    esac
done
