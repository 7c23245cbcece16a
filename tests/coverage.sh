#!/bin/sh
# Shows which lines of common/ and stages/ ran in the build at BUILD, and writes
# them as pages into HTML, if there is gcovr; without it gcov has to do.
#
#     make coverage              or: sh tests/coverage.sh BUILD HTML
#
# Exit status: 0 all is well, 1 a file has less than 95 % of its lines and no
# reason in tests/coverage.reasons, 2 it cannot be told.
set -eu

export LC_ALL=C
build=${1:?"where is what was built?"}
html=${2:?"where shall the pages go?"}
mkdir -p "$html"

# What gcovr lets gcov write here it removes, unless it is interrupted. A branch
# that was counted while a signal came may have a count that it does not know.
if command -v gcovr >/dev/null; then
    trap 'rm -f ./*"##"*.gcov' EXIT
    trap 'exit 130' INT TERM
    gcovr --root . --object-directory "$build" --gcov-ignore-parse-errors \
        --filter common/ --filter stages/ --csv "$html/all.csv" \
        --html-details "$html/index.html" --html-title "Seven Crawlers" \
        "$build/common" "$build/stages" \
        >"$html/talk" 2>&1 || { cat "$html/talk" >&2; exit 2; }
    cut -d , -f 1-3 "$html/all.csv" >"$html/lines.csv"
else
    # Each file was compiled once, so nothing has to be merged.
    find "$build/common" "$build/stages" -name '*.gcno' -exec gcov -n {} + |
        awk -F "[':% ]+" '
            /^File / { path = $2 }
            /^Lines executed:/ && path ~ /^(common|stages)\/.*\.c$/ {
                printf "%s,%d,%.0f\n", path, $5, $3 * $5 / 100
            }
            /^Lines executed:/ { path = "" }' >"$html/lines.csv"
fi
status=0
awk -v least=95 -f tests/coverage.awk tests/coverage.reasons \
    what=lines "$html/lines.csv" || status=$?
[ ! -f "$html/index.html" ] || echo "$html/index.html: line by line"
exit $status
