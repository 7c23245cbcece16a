#!/bin/sh
# Loads the pages of the book in a headless Chromium, on a phone and on a desk,
# light and dark, and has book_page.js look at what came of each: the chapters,
# the exercises, and of the sources a few. Leaves pictures of the first page
# and of one chapter beside the book.
#
#     make check-book              or: sh tests/book_page.sh BOOK
set -eu

book=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

for chromium in chromium chromium-browser google-chrome; do
    command -v $chromium >/dev/null && break
done

# As root it runs only without its sandbox; these pages are ours.
browse() {
    [ "$(id -u)" != 0 ] || set -- --no-sandbox "$@"
    "$chromium" --headless --disable-gpu --hide-scrollbars \
        --user-data-dir="$dir/profile" --enable-logging=stderr "$@"
}

# All but the sources, of which the first ones.
pages() (
    cd "$book"
    find . -name '*.html' ! -path './source/*' | sed 's|^\./||' | sort
    find source -name '*.html' | sort | sed -n '1~40p; 9q' 2>/dev/null || true
)

# The page with the script in it that looks at it.
with_checks() {
    awk -v checks="$here/book_page.js" -v page="$1" -v width="$2" \
        -v dark="$3" '
        /<link rel="stylesheet"/ {
            print "<script>const errors = [], expected = { page: \"" page \
                "\", width: " width ", dark: " dark " };" \
                "onerror = (text) => { errors.push(text); };" \
                "addEventListener(\"error\", ({ target }) =>" \
                " target !== window && errors.push(" \
                "`not there: ${target.src ?? target.href}`), true);</script>"
        }
        /<\/body>/ {
            print "<script>"
            while ((getline line <checks) > 0)
                print line
            print "</script>"
        }
        { print }' "$book/$1" >"$dir/book/$1"
}

# A page around them: a window can not be as narrow as a phone, but a frame can.
# It shows one after the other; its own end of loading waits for the last.
frames() {
    cat <<'END'
<pre></pre>
<script>
onmessage = ({ data: [page, ...wrong] }) => {
  document.querySelector("pre").append(
    ...wrong.map((text) => `${page}: ${text}\n`), `${page} done\n`);
};
</script>
END
    while IFS= read -r page; do
        echo "<iframe src='book/$page' width=$1 height=900></iframe>"
    done
}

# At that width, light (1) or dark (0): what is wrong.
look() {
    dark=$([ "$2" = 0 ] && echo true || echo false)
    rm -rf "$dir/book"
    cp -r "$book" "$dir/book"
    while IFS= read -r page; do
        with_checks "$page" "$1" "$dark"
    done <"$dir/pages"
    # Not all at once: each of them is a page.
    rm -f "$dir"/part.*
    split -l 12 "$dir/pages" "$dir/part."
    for part in "$dir"/part.*; do
        frames "$1" <"$part" >"$dir/frames.html"
        browse --blink-settings=preferredColorScheme="$2" --dump-dom \
            "file://$dir/frames.html" >"$dir/dom" 2>"$dir/said" || true
        while IFS= read -r page; do
            grep -q "\(^\|>\)$page done" "$dir/dom" ||
                echo "$page: it was not looked at"
        done <"$part"
        sed -n 's/^.*<pre>//; s/&lt;/</g; /^[^<]*\.html: /p' "$dir/dom"
        grep CONSOLE "$dir/said" || true
    done
}

picture() {
    browse --blink-settings=preferredColorScheme="$2" --window-size="$1,4000" \
        --screenshot="$book-$3-$1.png" \
        "file://$(cd "$book" && pwd)/$3.html" 2>/dev/null
    echo "book: $book-$3-$1.png is how it looks"
}

pages >"$dir/pages"
status=0
for width in 360 1200; do
    for scheme in light dark; do
        number=$([ $scheme = dark ] && echo 0 || echo 1)
        look $width "$number" >"$dir/wrong"
        if [ -s "$dir/wrong" ]; then
            sed "s/^/book: $width wide, $scheme: /" "$dir/wrong"
            status=1
        fi
    done
done
picture 1200 1 index
picture 1200 0 06-futures
[ $status != 0 ] || echo "The book's $(wc -l <"$dir/pages" | tr -d ' ') pages" \
    "are whole, narrow and wide, light and dark."
exit $status
