#!/bin/sh
# Lets the stages that hold thousands of connections crawl for minutes over a
# site of which one page in a hundred misbehaves, and looks at them from
# outside meanwhile: no page may be lost, no descriptor kept, and the memory
# must not grow.
#
#     make soak [SECONDS=150] [PAGES=N] [CONNECTIONS=N]
#     sh tests/soak.sh BUILD [SECONDS=N] [PAGES=N] [CONNECTIONS=N] [LATENCY=S]
#                            [EVERY=S] [PATIENCE=S] ['STAGE [OPTION]...']...
#
# All stages are given the same list of pages, so that the whole frontier is
# there from the start: whatever grows later, no page needs it. The programs
# are those of build/tests/stages, which look themselves, at the end, at what
# is left over. A run lasts PAGES / CONNECTIONS * LATENCY seconds, and longer
# on a machine that cannot keep up; five times as long and PATIENCE more, and
# it is ended.
#
# Each connection takes a local port, of which Linux has 28,000. That suffices
# for 10,000 at a time: the site closes first, so its end is the one that has
# to remember; and on loopback what we have closed ourselves (07 --keep-alive)
# may be taken again after a second.
#
# Exit status: 0 all is well, 1 it is not, 2 it cannot be told.
set -eu

export LC_ALL=C
tools=$(dirname "$0")
fail() { echo "soak: $*" >&2; exit 2; }

build=${1:?"where is what was built?"}
shift
seconds=150 pages='' connections=10000 latency=2 every='' patience=120
while [ $# -gt 0 ]; do
    case $1 in
    SECONDS=*)     seconds=${1#*=} ;;
    PAGES=*)       pages=${1#*=} ;;
    CONNECTIONS=*) connections=${1#*=} ;;
    LATENCY=*)     latency=${1#*=} ;;
    EVERY=*)       every=${1#*=} ;;
    PATIENCE=*)    patience=${1#*=} ;;
    *)             break ;;
    esac
    shift
done
[ $# -gt 0 ] || set -- 05-callbacks 06-futures 07-loop '07-loop --keep-alive'

# $((...)) knows no fractions.
calculate() { awk "BEGIN { printf \"%d\", $1 }"; }
[ -n "$pages" ] || pages=$(calculate "$seconds * $connections / $latency")
[ "$pages" -ge $((6 * connections)) ] ||
    fail "$connections connections need $((6 * connections)) pages or more"
lasts="$pages / $connections * $latency"
[ -n "$every" ] || every=$(awk "BEGIN { t = $lasts / 60; print t < 1 ? t : 1 }")
samples=$(calculate "(5 * $lasts + $patience) / $every + 1")

# shellcheck disable=SC3045 # every sh that there is has it
most=$(ulimit -Hn) && ulimit -n "$most"
[ "$most" = unlimited ] || [ "$most" -ge $((connections + 64)) ] ||
    fail "$connections connections need more than $most descriptors"

dir=$(mktemp -d)
site='' crawler=''
# shellcheck disable=SC2086 # there may be none of them
trap 'kill $site $crawler 2>/dev/null; wait 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

mkfifo "$dir/said"
"$build/site" -q --pages="$pages" --latency="${latency}s" --links=0 \
    --faults=1% >"$dir/said" &
site=$!
read -r url <"$dir/said" || fail "the site does not start"
awk -v url="$url" -v pages="$pages" \
    'BEGIN { print url; for (i = 1; i < pages; i++) print url i }' \
    >"$dir/urls"
sort "$dir/urls" >"$dir/sorted"

# While the crawler lives: the time, how many descriptors it has, how many
# pages of memory. One that has ended, and was not waited for yet, has no
# memory. One that does not end is ended.
watch() {
    left=$samples
    while read -r _ resident _ <"/proc/$1/statm" && [ "$resident" -gt 0 ]; do
        set -- "$1" "/proc/$1/fd"/*
        read -r now _ </proc/uptime
        echo "$now $(($# - 1)) $resident"
        left=$((left - 1))
        [ "$left" -gt 0 ] || kill -9 "$1"
        sleep "$every"
    done
}

# One stage with its options: crawls, is watched, and judged.
soak() {
    program=$1
    shift
    "$build/tests/stages/$program" -q -c "$connections" -t 60 \
        --max-redirects=1 --max-pages="$pages" -i "$dir/urls" --json \
        --manifest="$dir/manifest" "$@" >"$dir/json" 2>"$dir/talk" &
    crawler=$!
    watch $crawler >"$dir/samples" 2>/dev/null
    code=0
    wait $crawler || code=$?
    crawler=''
    is_well=true
    name="$program${1:+ $*}"
    awk -v name="$name" -v pages="$pages" -v connections="$connections" \
        -v page_kib="$(($(getconf PAGESIZE) / 1024))" -v latency="$latency" \
        -f "$tools/soak.awk" \
        what=json "$dir/json" what=samples "$dir/samples" || is_well=false
    compare
    $is_well
}

complain() { echo "  $name: $*"; is_well=false; }

# Every page asked for is in the manifest once, and all say the same of it.
compare() {
    [ -f "$dir/manifest" ] || : >"$dir/manifest"
    awk '$1 != "ok" { failed = 1 } END { exit failed }' "$dir/manifest"
    due=$?
    [ $code -eq $due ] || complain "it ended with $code, not $due, and said:
$(head -n 20 "$dir/talk")"
    sed 's/.* //' "$dir/manifest" | sort | diff - "$dir/sorted" >"$dir/diff" ||
        complain "pages asked for and in its manifest (> lost, < invented):
$(grep '^[<>]' "$dir/diff" | head -n 10)"
    if [ ! -f "$dir/first" ]; then
        mv "$dir/manifest" "$dir/first"
    elif ! cmp -s "$dir/first" "$dir/manifest"; then
        complain "its manifest is another one (< the first, > this):
$(diff "$dir/first" "$dir/manifest" | grep '^[<>]' | head -n 10)"
    fi
    rm -f "$dir/manifest"
}

# What became of the pages; and there is no fault among them that makes the
# site slow, or the machine short of anything.
tell_outcomes() {
    awk '{ count[$1]++ }
        END {
            n = split("ok reset truncated malformed too-large redirects", words)
            for (i = 1; i <= n; i++) {
                printf "%s%d %s", i == 1 ? "  " : i == 4 ? ",\n  " : ", ",
                    count[words[i]], words[i]
                delete count[words[i]]
            }
            print ""
            for (word in count) {
                printf "  %d %s: no fault of this site comes to that\n",
                    count[word], word
                bad = 1
            }
            exit bad
        }' "$dir/first"
}

echo "$pages pages, $latency s away, 1 % of them faulty; $connections at a time"
echo
cat <<'HEAD'
                               pages      descriptors    MiB of memory at
                       pages     /s    mid  most  last  1/4   1/2   3/4   end
HEAD
status=0
for entrant in "$@"; do
    # shellcheck disable=SC2086 # a stage and its options
    soak $entrant || status=1
done
if [ $status -eq 0 ]; then echo "One manifest of all:"
else echo "The first manifest:"; fi
tell_outcomes || status=1
exit $status
