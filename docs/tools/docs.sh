#!/bin/sh
# Fills the chapters with code, transcripts and numbers, and checks them.
#
#     sh docs/tools/docs.sh [OPTION]... fill [FILE]...
#     sh docs/tools/docs.sh [OPTION]... check [FILE]...
#
# Without FILE all docs/*.md, and README.md. How they are made is said in the
# README.md beside this.
#
#     --code, --numbers, --transcripts    these parts alone
#     -j N        so many transcripts at a time
#     --root=DIR  another project
#
# BUILD (build) is where the programs are that transcripts run. LONG=1 runs the
# long ones, too. LIMIT (20) is how many seconds a command has.
set -eu

fail() { echo "docs: $*" >&2; exit 2; }

tools=$(cd "$(dirname "$0")" && pwd)
self=$tools/$(basename "$0")
root=$tools/../..
jobs=$(($(getconf _NPROCESSORS_ONLN) + 4))
parts='' command=''
while [ $# -gt 0 ]; do
    case $1 in
    --root=*) root=${1#*=} ;;
    -j) jobs=${2:?}; shift ;;
    -j*) jobs=${1#-j} ;;
    --code | --numbers | --transcripts) parts="$parts ${1#--}" ;;
    -*) fail "$1: there are --code, --numbers, --transcripts, --root, -j" ;;
    *)  [ -z "$command" ] || break
        command=$1 ;;
    esac
    shift
done
cd "$root"
root=$(pwd -P)
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
[ ! -d "$build" ] || build=$(cd "$build" && pwd -P)
: "${parts:=code numbers transcripts}"

# wanted PART: prints 1 or 0.
wanted() { case " $parts " in *" $1 "*) echo 1 ;; *) echo 0 ;; esac; }

# with NAME...: the options with which awk reads these programs.
with() { for name; do printf '%s\n' "-f $tools/$name.awk"; done; }

# ---- transcripts: JOB is the beginning of the names of a fence's files ----

limit=${LIMIT:-20} # seconds for a command

# What a machine says that does not allow or have what is to be shown.
refusals='ThreadSanitizer: unexpected memory mapping'
refusals="$refusals|^not built: .* cannot .*-fsanitize"

group=   # of the command that runs
behind=  # groups of those in the background

# Leads a process group of its own, where there is setsid or GNU's timeout.
session=$(command -v setsid || :)
if command -v timeout >/dev/null; then
    limited() { exec $session timeout -k 1 "$limit" "$@"; }
else
    limited() { exec $session "$@"; }
fi

end_group() {
    kill -TERM "-$1" 2>/dev/null || kill -TERM "$1" 2>/dev/null || :
}

end_all() {
    for one in $group $behind; do
        end_group "$one"
    done
    group='' behind=''
}

# The project as a reader sees it: links, in a directory that goes afterwards.
make_scratch() {
    mkdir "$job.dir"
    for entry in "$root"/*; do
        [ "$entry" = "$root/build" ] || ln -s "$entry" "$job.dir/"
    done
    ln -s "$build" "$job.dir/build"
}

# What is missing for these options, or nothing.
missing() {
    for option; do
        case $option in
        needs=strace)
            strace -o /dev/null true 2>/dev/null ||
                echo "there is no strace, or it must not trace" ;;
        needs=*)
            command -v "${option#needs=}" >/dev/null ||
                echo "there is no ${option#needs=}" ;;
        long) [ -n "${LONG:-}" ] || echo long ;;
        esac
    done
}

# Paths as the reader has them, and the sites' ports as PORT; no blanks at ends.
readable() {
    awk -v scratch="$job.dir/" -v build="$build/" -v root="$root/" \
        -v ports="$ports" '
    function put(line, what, with,    at, done) {
        while ((at = index(line, what)) > 0) {
            done = done substr(line, 1, at - 1) with
            line = substr(line, at + length(what))
        }
        return done line
    }
    BEGIN { n = split(ports, port, " ") }
    {
        line = put(put(put($0, scratch, ""), build, "build/"), root, "")
        for (i = 1; i <= n; i++)
            while (match(" " line " ", "[^0-9]" port[i] "[^0-9]"))
                line = substr(line, 1, RSTART - 1) "PORT" \
                    substr(line, RSTART + length(port[i]))
        sub(/[ \t]+$/, "", line)
        print line
    }'
}

# Command N, with the port of the last site.
typed() {
    sed "s/\([^A-Za-z0-9_]\)PORT/\1${port:-PORT}/g" "$job.c$1"
}

# Runs command N; what it says is in $job.out.
run_command() {
    typed "$1" >"$job.sh"
    status=0
    (cd "$job.dir" && limited sh "$job.sh") </dev/null >"$job.out" 2>&1 &
    group=$!
    { wait "$group" || status=$?; } 2>/dev/null
    end_group "$group"
    group=
    case $status in
    124 | 137 | 143) echo "\`$(cat "$job.c$1")\` took more than $limit s" ;;
    127) echo "\`$(cat "$job.c$1")\`: $(tail -n 1 "$job.out")" ;;
    esac >>"$job.wrong"
}

# Runs it until the fence ends; it shall say where it can be reached.
run_behind() {
    typed "$1" | sed -e '$s/ *& *$//' -e '1s/^/exec env /' >"$job.behind$1"
    : >"$job.out$1"
    (cd "$job.dir" && limit=$((limit * 3)) limited sh "$job.behind$1") \
        </dev/null >"$job.out$1" 2>&1 &
    behind="$behind $!"
    tries=0
    until grep -q . "$job.out$1" || [ $tries -ge 100 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    cat "$job.out$1" >"$job.out"
    found=$(sed -n -e 's,.*//[^/ ]*:\([0-9][0-9]*\).*,\1,p' -e t \
        -e 's,.*127\.0\.0\.1:\([0-9][0-9]*\).*,\1,p' "$job.out" | head -n 1)
    port=${found:-$port}
    ports="$ports $found"
    [ -s "$job.out" ] ||
        echo "\`$(cat "$job.c$1")\` has said nothing for 5 s" >>"$job.wrong"
}

# The lines of a file, but for what its options make the same.
normal() {
    numbers=0 timeline=0
    case " $(cat "$job.options") " in
    *' timeline '*) numbers=1 timeline=1 ;;
    *' numbers '*) numbers=1 ;;
    esac
    awk -v numbers=$numbers -v timeline=$timeline -f "$tools/normal.awk" "$1"
}

run_transcript() {
    job=$1 port='' ports='' n=1
    # shellcheck disable=SC2046 # many options
    why=$(missing $(cat "$job.options") | head -n 1)
    if [ -n "$why" ]; then
        echo "$why" >"$job.skipped"
        return
    fi
    ! grep -qw long "$job.options" || limit=$((limit * 10))
    unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES BUILD LONG
    export LC_ALL=C
    trap end_all EXIT
    trap 'exit 1' INT TERM HUP
    : >"$job.wrong"
    : >"$job.got"
    make_scratch
    while [ -f "$job.c$n" ]; do
        cat "$job.t$n" >>"$job.got"
        case $(tail -n 1 "$job.c$n") in
        *'&&') run_command $n ;;
        *'&') run_behind $n ;;
        *) run_command $n ;;
        esac
        readable <"$job.out" >"$job.said"
        cat "$job.said" >>"$job.got"
        ! grep -Eq '^([$] |```|~~~)' "$job.said" ||
            echo "what is printed looks like what is typed" >>"$job.wrong"
        n=$((n + 1))
    done
    end_all
    { wait; } 2>/dev/null
    normal "$job.old" >"$job.a"
    normal "$job.got" >"$job.b"
    # What is the same stays as it is written.
    if cmp -s "$job.a" "$job.b" || [ -s "$job.wrong" ]; then
        cp "$job.old" "$job.new"
    else
        cp "$job.got" "$job.new"
        diff -U 0 "$job.a" "$job.b" | sed -e 1,2d -e '/^@@/d' |
            cut -c 1-160 | head -n 12 >"$job.diff"
    fi
    if grep -E "$refusals" "$job.got" >"$job.refused"; then
        head -n 1 "$job.refused" >"$job.skipped"
        rm -f "$job.diff" "$job.wrong"
        cp "$job.old" "$job.new"
    fi
    rm -rf "$job.dir"
}

# ---- files ----

# Begins with FILE number I: code and numbers, into $tmp/I.filled.
fill_text() {
    cp "$1" "$tmp/$2.was"
    # shellcheck disable=SC2046 # many options
    awk $(with ../../plots/report/csv markdown source query fill) \
        -v file="$1" -v root=. -v problems="$tmp/$2.problems" \
        -v check="$checking" -v code="$(wanted code)" \
        -v numbers="$(wanted numbers)" "$tmp/$2.was" >"$tmp/$2.filled"
}

take_transcripts() {
    # shellcheck disable=SC2046 # many options
    awk $(with markdown transcripts) -v take=1 -v jobs="$tmp/$2" \
        -v file="$1" -v problems="$tmp/$2.problems" \
        "$tmp/$2.$([ "$checking" = 1 ] && echo was || echo filled)"
}

# What became of FILE number I's transcripts.
tell_transcripts() {
    for at in "$tmp/$2".*.at; do
        [ -f "$at" ] || continue
        job=${at%.at}
        place=$1:$(cat "$at")
        if [ -f "$job.skipped" ] && ! grep -qx long "$job.skipped"; then
            echo "$place: transcript left out: $(cat "$job.skipped")" >&2
        fi
        [ -f "$job.new" ] || cp "$job.old" "$job.new"
        [ ! -s "$job.wrong" ] || sed "s|^|$place: |" "$job.wrong"
        if [ "$checking" = 1 ] && [ -f "$job.diff" ]; then
            echo "$place: the transcript is stale (- as written, + as run);" \
                "make docs fills it anew"
            sed 's/^/    /' "$job.diff"
        fi
    done >>"$tmp/$2.problems"
}

# Writes FILE number I anew if it differs.
put_back() {
    cp "$tmp/$2.filled" "$tmp/$2.done"
    # shellcheck disable=SC2046 # many options
    [ "$(wanted transcripts)" = 0 ] ||
        awk $(with markdown transcripts) -v take=0 -v jobs="$tmp/$2" \
            "$tmp/$2.filled" >"$tmp/$2.done"
    ! cmp -s "$tmp/$2.done" "$tmp/$2.was" || return 0
    if cmp -s "$1" "$tmp/$2.was"; then
        cat "$tmp/$2.done" >"$1"
        echo "$1"
    else
        echo "$1:1: changed meanwhile: not filled" >>"$tmp/$2.problems"
    fi
}

# What chapters show, as lines "SOURCE NAME".
shown_by() {
    for file; do
        sed -n 's/^ *<!-- code: *\(.*[^ ]\) *-->$/\1/p' "$file"
    done | awk '{ for (i = 2; i <= NF; i++) print $1, $i }'
}

# All that needs no run. Without FILE it looks at all there is.
check_text() {
    shown_by docs/*.md README.md >"$tmp/used" 2>/dev/null || :
    : >"$tmp/more"
    find . -name '*.[ch]' \( -path './common/*' -o -path './stages/*' -o \
        -path './tests/*' -o -path './docs/*' \) -exec grep -l 'docs:' {} + |
        sort >"$tmp/sources"
    # shellcheck disable=SC2046 # many options
    [ ! -s "$tmp/sources" ] || xargs awk $(with source markers) \
        -v all="$everything" -v used="$tmp/used" <"$tmp/sources"
    # shellcheck disable=SC2046 # many options
    awk $(with markdown paragraphs prose) -v glossary=docs/glossary.md "$@"
    # shellcheck disable=SC2046 # many options
    awk $(with markdown phrasebook) "$@"
    [ $everything = 0 ] || find docs -path 'docs/*/*.md' | sort >"$tmp/more"
    # shellcheck disable=SC2046 # many options and files
    awk $(with markdown paragraphs links) "$@" $(cat "$tmp/more")
}

# By file and line; what is indented belongs to the line above it.
in_order() {
    awk '/^    / { printf "\001%s", $0; next }
        { printf "%s%s", (NR > 1 ? "\n" : ""), $0 }
        END { if (NR > 0) print "" }' |
        sort -s -t: -k1,1 -k2,2n | tr '\001' '\n'
}

run_all() {
    tmp=$(mktemp -d "${TMPDIR:-/tmp}/docs.XXXXXX")
    trap 'rm -rf "$tmp"' EXIT
    trap 'exit 1' INT TERM HUP
    i=0
    for file; do
        i=$((i + 1))
        : >"$tmp/$i.problems"
        fill_text "$file" $i
        [ "$(wanted transcripts)" = 0 ] || take_transcripts "$file" $i
    done >"$tmp/jobs"
    [ ! -s "$tmp/jobs" ] || BUILD=$build xargs -P "$jobs" -n 1 \
        sh "$self" --root="$root" run <"$tmp/jobs"
    i=0
    for file; do
        i=$((i + 1))
        tell_transcripts "$file" $i
        [ "$checking" = 1 ] || put_back "$file" $i
    done
    [ "$checking" = 0 ] || check_text "$@" >"$tmp/text.problems"
    cat "$tmp"/*.problems | in_order >"$tmp/all"
    cat "$tmp/all"
    [ ! -s "$tmp/all" ]
}

case $command in
run) run_transcript "$1"; exit ;;
fill) checking=0 ;;
check) checking=1 ;;
*) fail "it is \`docs.sh fill\` or \`docs.sh check\`" ;;
esac
everything=0
if [ $# = 0 ]; then
    everything=1
    set -- docs/*.md
    [ -f "$1" ] || exit 0
    [ ! -f README.md ] || set -- "$@" README.md
fi
for file; do
    [ -f "$file" ] || fail "there is no $file"
done
run_all "$@"
