#!/bin/sh
# Orders of magnitude alone, with wide margins: machines differ.
set -eu
program=$1
. docs/exercises/site.sh

run_program "$program"
[ "$status" -eq 0 ] || say "it ended with $status: $err"

# The nanoseconds in the line that begins so, without a fraction.
ns() {
    sed -n "s/^$1  *\([0-9]*\)\.[0-9][0-9] ns  *[0-9][0-9]* [a-z]*\$/\1/p" \
        "$dir/out"
}
for what in "one step" "system call" switch "shortest sleep" "page far away"; do
    [ -n "$(ns "$what")" ] ||
        say "there is no line '$what ... ns ...': leave tell() as it was."
done

# within NUMBER LOW HIGH
within() { [ "$1" -gt "$2" ] && [ "$1" -lt "$3" ]; }

step=$(ns "one step") call=$(ns "system call")
switch=$(ns switch) sleep=$(ns "shortest sleep")
[ "$step" -lt 100 ] || say "a step takes $step ns? Leave step_ns() as it was."
[ "$call" -gt 0 ] || say "the system call takes no time: call it in call_ns()."
within "$call" "$step" 100000 ||
    say "a system call takes $call ns? Divide the time by the rounds."
[ "$switch" -gt 0 ] || say "the switch takes no time: write and read a byte."
within "$switch" "$call" 10000000 ||
    say "a switch takes $switch ns, a system call $call ns? In a switch there" \
        "are several of those; divide the time by twice the rounds."
[ "$sleep" -gt 0 ] || say "the sleep takes no time: call nanosleep()."
within "$sleep" "$call" 100000000 ||
    say "the shortest sleep takes $sleep ns? Divide the time by the rounds."
