#!/bin/sh
# The answer of the faster mirror, whichever it is; the other one is cancelled.
set -eu
program=$1
. docs/exercises/site.sh

start_site --latency=3s
slow=$URL
start_site --latency=50ms
quick=$URL

# try FIRST SECOND LINE LINE: what it must print of these two.
try() {
    run_program "$program" "$1" "$2"
    [ "$status" -eq 0 ] ||
        say "it ended with $status, not 0; it said: $out $err"
    case $out in
    *cancelled*) ;;
    *answered*answered*)
        say "both mirrors have answered: wait for the first one only, and" \
            "cancel the other." ;;
    esac
    [ "$out" = "$3
$4" ] || say "it says '$out', not '$3' and '$4'."
    [ "$wall_ms" -lt 2500 ] ||
        say "the slow one was cancelled, but only after it had answered."
}

try "$slow" "$quick" "mirror 1 was cancelled" \
    "mirror 2 answered: HTTP/1.1 200 OK"
try "$quick" "$slow" "mirror 1 answered: HTTP/1.1 200 OK" \
    "mirror 2 was cancelled"
