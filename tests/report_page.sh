#!/bin/sh
# Loads the report in a headless Chromium, on a phone and on a desktop, light
# and dark, and has report_page.js look at what came of it. Leaves pictures of
# it beside the report.
#
#     make check-report            or: sh tests/report_page.sh REPORT [PLOTS]
set -eu

report=$1 plots=${2:-plots}
here=$(dirname "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

for chromium in chromium chromium-browser google-chrome; do
    command -v $chromium >/dev/null && break
done

# As root it runs only without its sandbox; this page is ours.
browse() {
    [ "$(id -u)" != 0 ] || set -- --no-sandbox "$@"
    "$chromium" --headless --disable-gpu --hide-scrollbars \
        --user-data-dir="$dir/profile" --enable-logging=stderr "$@"
}

# The cells of a column of the data, where all went well.
column() {
    awk -v what="$1" "$(cat plots/report/csv.awk)"'
        csv_row() && get("result") get("outcome") == "ok" { print get(what) }
    ' "$2"
}

# Lines to an array of JavaScript.
array() {
    echo "[$(sed 's/["\\]/\\&/g; s/.*/"&",/')]"
}

# What must be in the page, by the plots and the data it was made from.
expect() {
    echo "const errors = [], expected = { width: $1, dark: $2, entrants:"
    column entrant "$plots/data/ten-pages.csv" | awk '!seen[$0]++' | array
    echo ", pages: $(column page "$plots/data/timelines.csv" | wc -l), plots: {"
    for svg in "$plots"/*.svg; do
        name=$(basename "$svg" .svg)
        echo "\"$name\":"
        { [ ! -f "$plots/data/$name.csv" ] ||
            column entrant "$plots/data/$name.csv"
        } | sed -n 's/^\(0[1-7]-[^ ]*\).*/\1/p' | sort -u | array
        echo ,
    done
    echo "}};"
    echo "onerror = (text) => { errors.push(text); };"
    echo "console.error = (...texts) => errors.push(texts.join(' '));"
}

# The report with the script in it that looks at it.
with_checks() {
    awk -v checks="$here/report_page.js" -v expected="$dir/expected.js" '
        function put(file,    line)
        {
            print "<script>"
            while ((getline line <file) > 0)
                print line
            print "</script>"
        }
        /<style>/ { put(expected) }
        /<\/body>/ { put(checks) }
        { print }
    ' "$report" >"$dir/report.html"
}

# A page around it: a window can not be as narrow as a phone, but a frame can.
frame() {
    echo "<pre></pre><script>onmessage = (event) =>"
    echo "document.querySelector('pre').textContent = event.data"
    echo "</script><iframe src=report.html width=$1 height=2400"
    echo "style='border: 0'></iframe>"
}

# At that width, light (1) or dark (0): what is wrong.
look() {
    expect "$1" "$([ "$2" = 0 ] && echo true || echo false)" \
        >"$dir/expected.js"
    with_checks
    frame "$1" >"$dir/frame.html"
    browse --blink-settings=preferredColorScheme="$2" --dump-dom \
        "file://$dir/frame.html" >"$dir/dom" 2>"$dir/said" || true
    grep -q '^done$' "$dir/dom" || echo "it was not looked at"
    sed -n '/<pre>/,/^done$/p' "$dir/dom" | sed '1d; $d'
    grep CONSOLE "$dir/said" || true
}

picture() {
    browse --blink-settings=preferredColorScheme="$2" --window-size="$1,9000" \
        --screenshot="$3" "file://$(cd "$(dirname "$report")" &&
            pwd)/${report##*/}" 2>/dev/null
    echo "report: $3 is how it looks"
}

status=0
for width in 320 1280; do
    for scheme in light dark; do
        number=$([ $scheme = dark ] && echo 0 || echo 1)
        look $width "$number" >"$dir/wrong"
        if [ -s "$dir/wrong" ]; then
            sed "s/^/report: $width wide, $scheme: /" "$dir/wrong"
            status=1
        fi
        picture $width "$number" "${report%.html}-$width-$scheme.png"
    done
done
[ $status != 0 ] || echo "The report is whole, narrow and wide, light and dark."
exit $status
