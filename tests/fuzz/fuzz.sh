#!/bin/sh
# Lets libFuzzer look for bytes that should not be, one target after another.
#
#     sh tests/fuzz/fuzz.sh BUILD SECONDS NAME...
#
# Each NAME that was built as BUILD/fuzz_NAME gets SECONDS. It begins with
# tests/fuzz/corpus and with what was found interesting before, which is kept
# in BUILD/corpus; what breaks something is left in BUILD/found.
set -u

build=$1 seconds=$2
shift 2
here=tests/fuzz
status=0

# The targets that hold ours against another's begin with the same bytes.
corpus_of() {
    case $1 in
    http_parser) echo http ;;
    gumbo)       echo links ;;
    *)           echo "$1" ;;
    esac
}

# Those need a library that not every system has.
is_ours() {
    [ "$(corpus_of "$1")" = "$1" ]
}

for name in "$@"; do
    corpus=$(corpus_of "$name")
    program=$build/fuzz_$name
    if [ ! -x "$program" ]; then
        echo "fuzz: $name could not be built, and is left out"
        ! is_ours "$name" || status=1
        continue
    fi
    mkdir -p "$build/corpus/$name" "$build/found"
    if "$program" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
        -print_final_stats=1 -artifact_prefix="$build/found/$name-" \
        -dict="$here/$corpus.dict" "$build/corpus/$name" \
        "$here/corpus/$corpus" >"$build/$name.log" 2>&1
    then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
            "$build/$name.log")
        echo "fuzz: $name: $runs runs in $seconds s, nothing found"
    else
        status=1
        tail -n 40 "$build/$name.log"
        found=$(sed -n 's/.*Test unit written to //p' "$build/$name.log")
        echo "fuzz: $name broke; to see it again: $program $found"
    fi
done
exit $status
