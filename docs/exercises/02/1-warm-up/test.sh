#!/bin/sh
# Children that leave and children that are killed, and nobody left over.
set -eu
program=$1
. docs/exercises/site.sh

run_program "$program" 0 3 255 -15 -9 -6
for how in 0 3 255 -15 -9 -6; do
    said=$(sed -n "s/^$how: exit code //p" "$dir/out")
    [ "$said" = "$how" ] ||
        say "a child that ends with $how has exit code '$said': take apart" \
            "what waitpid says (a killed one has minus the signal)."
done
tail -n 1 "$dir/out" | grep -qx 'children left: none' ||
    say "it leaves children behind that nobody has waited for: zombies."
