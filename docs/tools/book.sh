#!/bin/sh
# Makes one static site of the chapters: contents, next and previous, code with
# its colours, the plots and figures, and every file of the project that is
# linked. It needs no network, no JavaScript, and is read from the disk.
#
#     make book                        or: sh docs/tools/book.sh [OUT]
#
# OUT is where to (build/book). Markdown is made into HTML by cmark-gfm: with
# its libraries 0.3 MB to load and under 1 MB installed, where pandoc takes 22
# and 165. What is in book/ does the rest: chapter.awk and source.awk make the
# pages, check.awk follows every link of the finished site.
set -eu
export LC_ALL=C

say() { echo "book: $*" >&2; }

cd "$(dirname "$0")/../.."
here=docs/tools/book
out=${1:-build/book}
command -v cmark-gfm >/dev/null || {
    say "there is no cmark-gfm: sh common/setup.sh cmark-gfm"
    exit 2
}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/book.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

# ---- which pages there are, and in which order ----

# The chapters in the order of the contents page, and then what it forgot.
chapters() {
    {
        [ ! -f docs/README.md ] || grep -o ']([a-z0-9-]*\.md' docs/README.md |
            sed 's|^](|docs/|'
        printf '%s\n' docs/*.md
    } | grep -vx docs/README.md | awk '!seen[$0]++' |
        while read -r file; do
            [ ! -f "$file" ] || echo "$file"
        done
}

# PATH, KIND and TITLE of each page, for paths.awk.
list_pages() {
    {
        [ ! -f docs/README.md ] || echo contents docs/README.md
        chapters | sed 's/^/chapter /'
        find docs/*/ -name README.md | sort | sed 's/^/note /'
        find docs/exercises -name task.md | sort | sed 's/^/exercise /'
    } | while read -r kind file; do
        title=$(sed -n -e '/^# /{ s/^# *//; s/`//g; p; q; }' "$file")
        printf '%s\t%s\t%s\n' "$file" "$kind" "${title:-$file}"
    done
}

# ---- pages ----

# as_page PROGRAM FILE [INPUT]: the page of FILE, by PROGRAM.awk.
as_page() {
    program=$1 path=$2
    shift 2
    awk -f $here/paths.awk -f $here/highlight.awk -f $here/frame.awk \
        -f "$here/$program.awk" -v path="$path" -v pages="$tmp/pages" \
        -v template=$here/page.html -v wanted="$tmp/wanted.new" "$@"
    [ ! -f "$tmp/wanted.new" ] || cat "$tmp/wanted.new" >>"$tmp/wanted"
    rm -f "$tmp/wanted.new"
}

# Behind each path on stdin, where it is in the book.
places() {
    awk -f $here/paths.awk -f $here/place.awk -v pages="$tmp/pages"
}

# An exercise with its hints, each to be opened when it is asked for.
exercise() {
    cat "$1"
    dir=$(dirname "$1")
    echo
    [ ! -f "$dir/starter.c" ] || grep -q '](starter\.c)' "$1" ||
        echo "The file to begin with is [starter.c](starter.c)."
    [ ! -f "$dir/hints.md" ] || awk '
        function open() {
            print "\n<details><summary>Hint " ++n "</summary>\n"
        }
        BEGIN { print "\n## Hints"; open() }
        /^---+ *$/ { print "\n</details>"; open(); next }
        /^# / { next }
        { print }
        END { print "\n</details>" }' "$dir/hints.md"
}

markdown() {
    case $1 in
    docs/exercises/*/task.md) exercise "$1" ;;
    *) cat "$1" ;;
    esac | cmark-gfm --unsafe --table-prefer-style-attributes \
        -e table -e autolink -e strikethrough
}

is_page() { cut -f 1 "$tmp/pages" | grep -qxF "$1"; }

# make_page FILE PLACE: a page of the file, or a copy of it.
make_page() {
    mkdir -p "$(dirname "$out/$2")"
    if is_page "$1"; then
        markdown "$1" | as_page chapter "$1" >"$out/$2"
    elif [ ! -e "$1" ]; then
        say "$1 is linked, and is not there"
    elif [ "${2%.html}" = "$2" ]; then
        cp "$1" "$out/$2"
    else
        as_page source "$1" "$1" >"$out/$2"
    fi
}

[ ! -e "$out" ] || [ -f "$out/book.css" ] || {
    say "$out is there, and is no book"
    exit 2
}
rm -rf "$out"
mkdir -p "$out"
cp $here/book.css "$out/"
list_pages >"$tmp/pages"
: >"$tmp/wanted"
: >"$tmp/made"
cut -f 1 "$tmp/pages" >"$tmp/next"
# A page may want others.
while [ -s "$tmp/next" ]; do
    places <"$tmp/next" >"$tmp/places"
    while IFS='	' read -r file to; do
        make_page "$file" "$to"
    done <"$tmp/places"
    sort -u "$tmp/made" "$tmp/next" >"$tmp/made.new"
    mv "$tmp/made.new" "$tmp/made"
    sort -u "$tmp/wanted" | comm -23 - "$tmp/made" >"$tmp/next"
done

# ---- is it whole? ----

check=$(pwd)/$here
(cd "$out" && find . -name '*.html' | sed 's|^\./||' | sort |
    awk -f "$check/paths.awk" -f "$check/check.awk") >"$tmp/problems" || {
    sed 's/^/book: /' "$tmp/problems" >&2
    exit 1
}
echo "$out/index.html: $(find "$out" -name '*.html' | wc -l | tr -d ' ')" \
    "pages; open it in any browser"
