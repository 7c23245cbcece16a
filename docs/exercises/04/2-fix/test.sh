#!/bin/sh
# A page comes, near or far; a refusal and a reset end the program.
set -eu
program=$1
LIMIT=6
. docs/exercises/site.sh

start_site --quiet --latency=200ms
run_program "$program" "$URL"
[ "$status$out" = "0HTTP/1.1 200 OK" ] ||
    say "a page 200 ms away should give 'HTTP/1.1 200 OK' and status 0;" \
        "it gives '$out' and $status: EAGAIN is no failure. $err"

# Nobody listens on port 1, and no socket is given it by chance.
run_program "$program" http://127.0.0.1:1/
[ "$status" -eq 1 ] ||
    say "where nobody listens it ends with $status, not 1:" \
        "look at errno whenever a call gives -1."
[ -n "$err" ] || say "where nobody listens it says nothing on stderr."

run_program "$program" "${URL}fault/reset-at-once"
[ "$status" -eq 1 ] ||
    say "after a reset it ends with $status, not 1: recv, too, can fail."
