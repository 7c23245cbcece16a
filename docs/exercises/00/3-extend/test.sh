#!/bin/sh
# A trace that we made up, one that a stage writes, and an empty one.
set -eu
program=$1
. docs/exercises/site.sh

head=url,worker,start,resolved,connected,sent,first_byte,done
head=$head,outcome,status,bytes
cat >"$dir/trace" <<END
$head
http://a/1,0,0.100000,0.100100,0.101000,0.102000,0.302000,0.350000,ok,200,1024
http://a/2,1,0.000000,,,,,,resolve,,
"http://a/3,x",2,0.000000,0.000000,0.001000,0.002000,1.002000,1.003000,ok,200,2
http://a/4,0,0.400000,0.400000,0.400100,0.400200,,0.900000,timeout,,
http://a/5,0,1.000000,1.000000,1.000100,1.000200,1.001200,1.001300,ok,200,2
END
cat >"$dir/expected" <<'END'
250.0 ms 200.0 ms http://a/1
1003.0 ms 1000.0 ms http://a/3,x
500.0 ms - http://a/4
1.3 ms 1.0 ms http://a/5
longest: http://a/3,x
END
run_program "$program" <"$dir/trace"
[ "$status" -eq 0 ] || say "it ended with $status: $err"
# The page that was never asked for has no times worth comparing.
sed 's/  */ /g; s/^ //; /a\/2$/d' "$dir/out" >"$dir/out.plain"
diff "$dir/expected" "$dir/out.plain" >"$dir/diff" || say "it says" \
    "'$(sed -n 's/^> //p' "$dir/diff" | head -n 1)', asked for is" \
    "'$(sed -n 's/^< //p' "$dir/diff" | head -n 1)'."
grep -q ' - .*a/2$' "$dir/out" ||
    say "http://a/2 had no first byte: its second column is a -."

start_site --latency=100ms
"$BUILD/01-blocking" -q --trace="$dir/trace" "$URL"1 \
    "${URL}fault/close-at-once" "$URL"2 || true
run_program "$program" <"$dir/trace"
[ "$(awk '$3 >= 99 && $3 < 2000 && $1 >= $3' "$dir/out" | wc -l)" -eq 2 ] ||
    say "two pages were 100 ms away, but of the trace of 01-blocking it says:" \
        "$(sed -n 1,3p "$dir/out" | tr -s ' \n' ' ')"

echo "$head" >"$dir/trace"
run_program "$program" <"$dir/trace"
[ -z "$out" ] || say "of a trace without pages it says '$out': nobody waited."
