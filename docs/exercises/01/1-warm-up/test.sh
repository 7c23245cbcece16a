#!/bin/sh
# A page of many pieces, one of single bytes, and one that is not there at all.
set -eu
program=$1
. docs/exercises/site.sh

start_site --size=64KiB --latency=20ms
run_program "$program" "${URL}1"
[ "$status" -eq 0 ] || say "for a page of 64 KiB it ended with $status: $err"
size=$(wc -c <"$dir/out")
[ "$size" -gt 65536 ] ||
    say "of a page of 64 KiB and its head it copied $size bytes: call recv" \
        "again until it returns 0."
[ "$size" -lt 66560 ] ||
    say "of a page of 64 KiB and its head it copied $size bytes: write as" \
        "many bytes as recv has returned, not a whole buffer."
tail -c 65536 "$dir/out" | head -c 15 | grep -qi '^<!doctype html>' ||
    say "the bytes of the page are not in their order."

run_program "$program" "${URL}fault/byte-by-byte"
case $status:$out in
0:*whole*) ;;
*) say "of an answer sent byte by byte it copied '$out': any piece may be" \
    "a single byte." ;;
esac

run_program "$program" "${URL}fault/close-at-once"
[ "$status" -eq 0 ] && [ -z "$out" ] ||
    say "when the site closes without a word there is nothing to copy, and" \
        "that is no error of recv; it ended with $status and copied '$out'."
