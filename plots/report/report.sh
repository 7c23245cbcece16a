#!/bin/sh
# Writes the report, one page of HTML with everything in it, to stdout:
# page.html with what was measured in the places of its lines @table@ and so on.
#
#     make report                      or: sh plots/report/report.sh [PLOTS]
#
# PLOTS/*.svg are the plots and PLOTS/data/*.csv what they were drawn from
# (default: plots). What is not there is left out, with a word on stderr.
# captions says which plots there are, in which order, and what each shows.
set -eu
export LC_ALL=C # a decimal point is a point

here=$(dirname "$0")
plots=${1:-plots}

say() { echo "report: $*" >&2; }

# Runs the awk programs NAME.awk... over the data behind the `--`.
fill() {
    programs="-f $here/csv.awk"
    while [ "$1" != -- ]; do
        programs="$programs -f $here/$1.awk"
        shift
    done
    shift
    # shellcheck disable=SC2086 # no blank in them is of a user's
    awk $programs "$@"
}

# Whether there is a file; says so if not, and what makes it.
is_there() {
    [ -s "$1" ] && return
    say "$1 is not there ('make $2'): left out"
    false
}

table() {
    if is_there "$plots/data/ten-pages.csv" experiments; then
        fill table -- "$plots/data/ten-pages.csv"
    fi
}

timeline() {
    if is_there "$plots/data/timelines.csv" experiments; then
        fill timeline -- "$plots/data/timelines.csv"
    fi
}

# The names of the plots in the order of the captions.
names() {
    sed -n 's/^# \([a-z-]*\): .*/\1/p' "$here/captions"
}

contents() {
    for name in $(names); do
        [ ! -s "$plots/$name.svg" ] ||
            sed -n "s|^# $name: \(.*\)|<li><a href=\"#$name\">\1</a></li>|p" \
                "$here/captions"
    done
}

drawn() {
    for name in $(names); do
        is_there "$plots/$name.svg" plots || continue
        data=$plots/data/$name.csv
        [ -s "$data" ] || data=/dev/null
        fill plot -- -v name="$name" \
            "$here/captions" "$data" "$plots/$name.svg"
    done
    for svg in "$plots"/*.svg; do
        name=$(basename "$svg" .svg)
        names | grep -qx "$name" ||
            say "$svg has no words in $here/captions: left out"
    done
}

machine() {
    set --
    for name in $(names); do
        [ ! -s "$plots/data/$name.csv" ] || set -- "$@" "$plots/data/$name.csv"
    done
    [ $# = 0 ] || fill machine -- "$@"
}

while IFS= read -r line; do
    case $line in
    @table@)    table ;;
    @timeline@) timeline ;;
    @contents@) contents ;;
    @plots@)    drawn ;;
    @machine@)  machine ;;
    *)          printf '%s\n' "$line" ;;
    esac
done <"$here/page.html"
