#!/bin/sh
# A page comes, near or far, in one piece or in many, with few waits.
set -eu
program=$1
LIMIT=5
. docs/exercises/site.sh

# fetched ARG MOST: asks for URL + ARG, which may take MOST waits.
fetched() {
    run_program "$program" "$URL$1"
    [ "$status" -eq 0 ] || say "it ended with $status, not 0; it said: $err"
    case $out in
    "HTTP/1.1 200 OK, after "*) ;;
    *) say "it says '$out', not 'HTTP/1.1 200 OK, after N waits'." ;;
    esac
    waits=${out##*after }
    waits=${waits% waits}
    [ "$waits" -le "$2" ] ||
        say "it waited $waits times for one page: what does it wait for when" \
            "the request is out?"
}

start_site --quiet --latency=300ms
fetched "" 20
start_site --quiet --latency=0 --size=1MiB
fetched 1 2000
