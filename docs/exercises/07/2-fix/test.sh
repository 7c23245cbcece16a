#!/bin/sh
# The limit of 100 ms ends the attempts.
set -eu
program=$1
. docs/exercises/site.sh

run_program "$program"
[ "$status" -eq 0 ] ||
    say "it ended with $status, not 0; it said: $err"
attempts=$(printf '%s\n' "$out" | sed -n 's/.*, after \([0-9]*\) attempts$/\1/p')
case $out in
"TimeoutError, after "*" attempts") ;;
"OSError, after 50 attempts")
    say "$out: it was cancelled after 100 ms, took that for a failed attempt," \
        "and tried again." ;;
"OSError,"*)
    say "$out: a refused connection is tried again until the limit comes." ;;
"CancelledError,"*)
    say "$out: the limit should see its own cancellation; raise the error" \
        "that the attempt failed with, as it is." ;;
*)
    say "it says '$out', not 'TimeoutError, after N attempts'." ;;
esac
[ "$attempts" -lt 50 ] ||
    say "all $attempts attempts were made: the limit did not end them."
