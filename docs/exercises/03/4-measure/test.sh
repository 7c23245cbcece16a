#!/bin/sh
# Address space as asked for, memory as touched.
set -eu
program=$1
. docs/exercises/site.sh

[ -r /proc/self/status ] || {
    echo "there is no /proc/self/status here: not tested."
    exit 0
}

# take THREADS STACK_KIB TOUCH_KIB: sets address and memory, in KiB.
take() {
    run_program "$program" "$@"
    [ "$(awk '{ print $1 }' "$dir/out" | paste -s -d ' ' -)" = \
        'threads stack_kib address_kib_per_thread memory_kib_per_thread' ] ||
        say "the four lines are to be left as they were."
    address=$(sed -n 's/^address_kib_per_thread //p' "$dir/out")
    memory=$(sed -n 's/^memory_kib_per_thread //p' "$dir/out")
    [ "$address" -ge "$2" ] && [ "$address" -le $(($2 + 128)) ] ||
        say "a thread with a stack of $2 KiB takes $address KiB of address" \
            "space? Set the size with pthread_attr_setstacksize, and take the" \
            "difference of VmSize between before and after."
    [ "$memory" -ge $(($3 + 4)) ] && [ "$memory" -le $(($3 + 64)) ] ||
        say "a thread that writes to $3 KiB of its stack takes $memory KiB of" \
            "memory? Take the difference of VmRSS between before and after."
}
take 100 512 0
take 100 1024 0
take 100 512 256
