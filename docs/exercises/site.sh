# What the tests of the exercises have in common; they source it:
#
#     #!/bin/sh
#     # Two pages, far away, and the program must be through in one latency.
#     set -eu
#     program=$1
#     . docs/exercises/site.sh
#
#     start_site --pages=4 --latency=300ms
#     run_program "$program" "$URL"1 "$URL"2
#     [ "$status" -eq 0 ] ||
#         say "it ended with $status, not 0; it said: $err"
#     [ "$out" = "2 pages" ] ||
#         say "it says '$out', not '2 pages': count them where they end."
#     [ "$cpu_ms" -lt $((wall_ms / 2)) ] ||
#         say "it burns CPU while it waits; let poll() wait for it."
#
# A test is run in the project's root, as `sh docs/exercises/NN/K-kind/test.sh
# PROGRAM`; what was built is in $BUILD, or build. It ends with 0 if the program
# is right; else `say` ends it with 1, after one line. Whatever was started is
# stopped at the end, and nothing may take longer than $LIMIT seconds. (A learner
# runs it by hand as build/course/NN/K-kind: that is its name in task.md.)
#
#     $dir                a directory for files of your own, removed at the end
#     start_site ARG...   starts the practice site with these options: sets URL
#                         (http://127.0.0.1:PORT/). What it says (with --verbose
#                         a line for each request) goes to $dir/site.log.
#                         Several may run: URL is that of the newest.
#     stop_site           stops them all
#     run_program P ARG...
#                         runs P to its end: sets status, out and err (what it
#                         printed), wall_ms, cpu_ms; the printed text is also in
#                         $dir/out and $dir/err. Its stdin is empty; otherwise:
#                         run_program "$program" <"$dir/numbers". One that does
#                         not end or crashes ends the test with a message.
#     start_program P ARG...
#                         starts P beside the test, waits for the first line
#                         that it prints, and puts that line into first
#     stop_program [SIGNAL]
#                         sends it SIGNAL (TERM), waits for its end: sets status
#                         (143 if the signal killed it), out and err
#     say WORDS           prints them in one line and ends the test with 1: what
#                         is wrong, and how to go on
#
# shellcheck shell=sh disable=SC2034 # the tests use what is set here

BUILD=${BUILD:-build}
LIMIT=${LIMIT:-10}
dir=$(mktemp -d)
sites=
running=
exec </dev/null

say() {
    printf '%s\n' "$*"
    exit 1
}

finish() {
    # shellcheck disable=SC2086 # words are what is meant
    [ -z "$sites$running" ] || { kill $sites $running; wait; } 2>/dev/null
    rm -rf "$dir"
}
trap 'finish || true' EXIT
trap 'exit 130' INT TERM HUP

# first_line FILE PROCESS: waits until the process has written a line to FILE.
first_line() {
    # `read` is true only once the line has its end.
    until { read -r first <"$1"; } 2>/dev/null; do
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.02
    done
}

start_site() {
    [ -x "$BUILD/site" ] || say "there is no $BUILD/site: type make first."
    rm -f "$dir/site.url" # of the one before
    # Beyond the limit of the whole test, whatever becomes of us.
    timeout 120 "$BUILD/site" --port=0 "$@" >"$dir/site.url" \
        2>>"$dir/site.log" &
    sites="$sites $!"
    first_line "$dir/site.url" "$!" ||
        say "the practice site does not start: $(cat "$dir/site.log")"
    URL=$first
}

stop_site() {
    # shellcheck disable=SC2086 # words are what is meant
    [ -z "$sites" ] || kill $sites
    for process in $sites; do
        wait "$process" 2>/dev/null || true
    done
    sites=
}

# What a program printed, and how it must not end.
ended() {
    out=$(cat "$dir/out")
    err=$(cat "$dir/err")
    case $status in
    124) say "it does not end: after $LIMIT s the test has stopped it." ;;
    137) say "it does not end, not even when asked to: it was killed." ;;
    126 | 127) say "it cannot be run: $err" ;;
    13[2-69] | 141 | 159)
        say "it crashed: signal $((status - 128)), $(kill -l "$status")." ;;
    esac
}

run_program() {
    begun=$(date +%s%N)
    status=0
    (
        timeout -k 2 "$LIMIT" "$@" >"$dir/out" 2>"$dir/err"
        code=$?
        times >"$dir/times"
        exit "$code"
    ) 2>/dev/null || status=$?
    wall_ms=$((($(date +%s%N) - begun) / 1000000))
    cpu_ms=$(awk -F '[ms ]+' 'NR == 2 {
        printf "%d", ($1 * 60 + $2 + $3 * 60 + $4) * 1000 }' "$dir/times")
    ended
}

start_program() {
    : >"$dir/out"
    timeout -k 2 "$LIMIT" "$@" >"$dir/out" 2>"$dir/err" &
    running=$!
    first_line "$dir/out" "$running" ||
        say "it ends without a line: $(cat "$dir/err")"
}

stop_program() {
    kill -s "${1:-TERM}" "$running" 2>/dev/null || true
    status=0
    wait "$running" 2>/dev/null || status=$?
    running=
    case $status in
    129 | 130 | 143) out=$(cat "$dir/out") err=$(cat "$dir/err") ;;
    *) ended ;;
    esac
}
