#!/bin/sh
# Three figures that agree, and hold the task, its frame and a timer's place.
set -eu
program=$1
. docs/exercises/site.sh

run_program "$program"
[ "$status" -eq 0 ] ||
    say "it ended with $status, not 0; it said: $err"
wrong=$(printf '%s\n' "$out" | awk '
    $2 == "tasks:" && $4 == "bytes" && $5 == "each" {
        each[++lines] = $3
        next
    }
    $1 == "frame" && $3 == "task" { least = $2 + $4 + 24; next }
    { strange = $0 }
    END {
        if (strange != "" || lines != 3 || least == 0)
            print "it should print three lines with bytes, and the sizes;" \
                " it says: " strange
        else if (each[3] < 100)
            print "with 100000 tasks it says " each[3] " bytes each: have" \
                " all of them been made?"
        else if (each[1] > 1.5 * each[3] || each[3] > 1.5 * each[1])
            print "a task costs " each[1] " bytes, or is it " each[3] \
                "? Do not count what was there before."
        else if (each[3] < least)
            print each[3] " bytes are too few, " least " would be the least:" \
                " they have not fallen asleep."
        else if (each[3] > 4000)
            print each[3] " bytes are too many: what else is counted?"
    }')
[ -z "$wrong" ] || say "$wrong"
