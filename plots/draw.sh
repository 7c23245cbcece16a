#!/bin/sh
# Draws plots out of plots/data.
#
#     sh plots/draw.sh FORMAT BUILD COMPARE PLOT...
#
# FORMAT is svg, png or dumb: for the terminal that we write to. COMPARE is
# empty, or a run of your own: the CSV file of one experiment, or a directory of
# such files. It is drawn in full colour over the committed one, and goes into
# BUILD/plots.
set -eu

format=$1 build=$2 compare=$3
shift 3
data=plots/data

fail() { echo "plots: $*" >&2; exit 1; }

case $format in
svg | png | dumb) ;;
*) fail "FORMAT=$format: the formats are svg, png and dumb" ;;
esac
command -v gnuplot >/dev/null || fail "there is no gnuplot; make setup gets it"

# draw PLOT FILE BEHIND OUT: BEHIND may be empty. One that fails leaves what
# was there.
draw() {
    settings="fmt='$format'; data='$2'"
    [ -z "$3" ] || settings="$settings; behind='$3'"
    if [ "$format" = dumb ]; then
        gnuplot -e "$settings" "plots/$1.gp"
    elif gnuplot -e "$settings; out='$4.new'" "plots/$1.gp"; then
        mv "$4.new" "$4"
    else
        rm -f "$4.new"
        return 1
    fi
}

# The experiment that a file is of: its head says so, or its name.
experiment_of() {
    sed -n 's/^# experiment: \([a-z-]*\).*/\1/p' "$1" | head -n 1 | grep . ||
        basename "$1" .csv
}

# Traces do not lie over one another: of timelines there is only yours.
overlay() {
    behind=$data/$1.csv
    case $1 in timelines) behind= ;; esac
    if [ -n "$behind" ] && [ ! -f "$behind" ]; then
        echo "plots: there is no $behind; $2 is drawn alone" >&2
        behind=
    fi
    mkdir -p "$build/plots"
    draw "$1" "$2" "$behind" "$build/plots/$1.$format"
    [ "$format" = dumb ] || echo "$build/plots/$1.$format"
}

if [ -z "$compare" ]; then
    for plot; do
        if [ -f "$data/$plot.csv" ]; then
            draw "$plot" "$data/$plot.csv" "" "plots/$plot.$format"
        else
            echo "plots: $plot is left out: there is no $data/$plot.csv" >&2
        fi
    done
elif [ -d "$compare" ]; then
    found=
    for plot; do
        [ -f "$compare/$plot.csv" ] || continue
        found=yes
        overlay "$plot" "$compare/$plot.csv"
    done
    [ -n "$found" ] || fail "$compare has no file like $1.csv"
elif [ -f "$compare" ]; then
    name=$(experiment_of "$compare")
    [ -f "plots/$name.gp" ] || fail "$compare: there is no plot of \"$name\""
    overlay "$name" "$compare"
else
    fail "$compare is neither a file nor a directory"
fi
