#!/bin/sh
# One line for each thing that happened, with what the answer to it means.
set -eu
program=$1
. docs/exercises/site.sh

# expect WHAT ANSWER WHY
expect() {
    got=$(sed -n "s/^$1: //p" "$dir/out")
    [ "$got" = "$2" ] || say "after \"$1\" it says '$got', not '$2': $3"
}

run_program "$program"
[ "$status" -eq 0 ] || say "it ended with $status, not 0; it said: $err"
expect "nothing was sent" "not yet" \
    "recv gave -1, and errno says why. That is not the end."
expect "a byte was sent" "a byte" "recv gave 1."
expect "it was read before" "not yet" "there was one byte, and it is gone."
expect "the other side closed" "the end" "recv gives 0 then, and only then."
expect "the other side closed, our byte unread" "an error" \
    "errno is neither EAGAIN nor EWOULDBLOCK."
