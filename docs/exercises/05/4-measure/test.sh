#!/bin/sh
# The shape of the table: idle descriptors cost with poll and select, and not
# with epoll.
set -eu
program=$1
. docs/exercises/site.sh

run_program "$program"
[ "$status" -eq 0 ] || say "it ended with $status, not 0; it said: $err"
[ -z "$err" ] || say "it should say nothing on stderr, and says: $err"
awk '
function wrong(text) { if (!bad) print text; bad = 1 }
NR == 1 {
    if ($0 != "backend idle ns")
        wrong("the first line is not `backend idle ns`.")
    next
}
{
    if (NF != 3 || $3 !~ /^[0-9]+$/)
        wrong("a line is BACKEND IDLE NS, not " $0)
    if ($3 < 100)
        wrong($1 " with " $2 " idle ones: " $3 " ns. A write, a wait and a" \
            " read take longer than that: take the time around all of them.")
    ns[$1, $2] = $3
}
END {
    if (NR != 13)
        wrong("there are lines for three backends and four numbers.")
    if (ns["poll", 500] < 3 * ns["poll", 0])
        wrong("poll with 500 idle ones takes " ns["poll", 500] " ns, with" \
            " none " ns["poll", 0] ": is the wait among what you measure?")
    if (ns["epoll", 500] * 3 > ns["poll", 500])
        wrong("epoll with 500 idle ones takes " ns["epoll", 500] " ns, and" \
            " poll " ns["poll", 500] ": use the selector that you are given.")
    exit bad
}' "$dir/out" >"$dir/said" || say "$(cat "$dir/said")"
