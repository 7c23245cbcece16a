#!/bin/sh
# Leads a learner through the exercises, and proves them.
#
#     make course [DO=WORD] [EX=NN/K-kind]     make course CHECK=PROGRAM
#
#     sh docs/tools/course.sh [WORD [NN/K-kind]]    the same; `grade PROGRAM`
#     sh docs/tools/course.sh prove                 what course-check asks for
#
# An exercise is a directory in $EXERCISES (docs/exercises). What the learner
# writes, and how far they are, is in $COURSE (course): a copy of each starter
# that was looked at, and `progress`, of which one line is `at EXERCISE` and the
# others are `EXERCISE open|done|left HINTS`.
#
# Exit status: 0 all is well, 1 not yet right, 2 it was asked for what there is
# not, or this tool itself cannot work.
set -eu

export LC_ALL=C
build=${BUILD:-build}
exercises=${EXERCISES:-docs/exercises}
course=${COURSE:-course}
tools=$(dirname "$0")
limit=60 # seconds for a test

fail() { echo "course: $*" >&2; exit 2; }

# Words in lines that a terminal of 80 columns can show, a little to the right.
indented() { fold -s -w 76 | sed 's/^/  /; s/ *$//'; }

# ---- the exercises ----

# One a line, as 03/2-fix, in their order.
list() {
    for path in "$exercises"/[0-9][0-9]/[0-9]-*/; do
        [ -d "$path" ] || continue
        path=${path%/}
        echo "${path#"$exercises/"}"
    done
}

count() { list | wc -l | tr -d ' '; }
title() { sed -n 's/^# //p;1q' "$exercises/$1/task.md"; }
copy() { echo "$course/$1.c"; }

# The one that is meant by 03/2-fix, 03/2 or 3/2.
find_exercise() {
    case $1 in
    *[!a-z0-9/-]* | */*/* | '') ;;
    */*)
        number=${1%%/*} kind=${1#*/}
        [ ${#number} -gt 1 ] || number=0$number
        list | grep -e "^$number/$kind\$" -e "^$number/$kind-" && return ;;
    esac
    fail "there is no exercise '$1'
  There are $(list | head -n 1) to $(list | tail -n 1): make course DO=list"
}

# ---- progress ----

progress=$course/progress

# Makes sure that it is there, and that it can be read.
check_progress() {
    mkdir -p "$course"
    [ -e "$progress" ] || write_progress "$(list | head -n 1)" </dev/null
    damaged=$(awk '
        /^at [0-9][0-9]\/[0-9]-[a-z-]+$/ && !at { at = NR; next }
        /^[0-9][0-9]\/[0-9]-[a-z-]+ (open|done|left) [0-3]$/ { next }
        /^(#.*)?$/ { next }
        { print NR; found = 1; exit }
        END { if (!found && !at) print NR + 1 }' "$progress") ||
        fail "$progress cannot be read"
    [ -z "$damaged" ] || {
        echo "course: $progress is damaged in line $damaged."
        echo "What you wrote is unhurt. Mend that line, or count anew:"
        echo "  mv $progress $progress.old; make course"
        exit 1
    } >&2
}

# Writes it anew, with the lines on stdin; whole or not at all.
write_progress() {
    {
        echo "# How far you are in the course; make course keeps this."
        echo "at $1"
        cat
    } >"$progress.new"
    mv "$progress.new" "$progress"
}

at() { sed -n 's/^at //p' "$progress"; }
rows() { sed '/^at /d; /^#/d; /^$/d' "$progress"; }

state() { rows | awk -v id="$1" '$1 == id { s = $2 } END { print s }'; }
hints() { rows | awk -v id="$1" '$1 == id { n = $3 } END { print n + 0 }'; }

# note EXERCISE STATE HINTS
note() {
    {
        rows | awk -v id="$1" '$1 != id'
        echo "$1 $2 $3"
    } | sort | write_progress "$(at)"
}

# How many of those that there are are done.
count_done() {
    rows | awk '$2 == "done" { print $1 }' | while read -r id; do
        [ ! -d "$exercises/$id" ] || echo "$id"
    done | wc -l | tr -d ' '
}

# Those that are not done, in their order.
undone() {
    list | while read -r id; do
        [ "$(state "$id")" = "done" ] || echo "$id"
    done
}

# ---- what can be asked for ----

# The learner's copy, made at first.
make_copy() {
    [ -f "$(copy "$1")" ] && return
    mkdir -p "$(dirname "$(copy "$1")")"
    cp "$exercises/$1/starter.c" "$(copy "$1")"
}

show() {
    echo "The course: $(count_done) of $(count) exercises are done."
    if [ "$(count_done)" -eq "$(count)" ]; then
        echo "That was all of it. What is left is a crawler of your own:"
        echo "  make course CHECK=path/to/your/crawler"
        return
    fi
    make_copy "$1"
    echo
    echo "$1: $(title "$1")" | cut -c 1-80
    if [ "$(state "$1")" = "done" ]; then
        tell_onwards
        return
    fi
    echo "  read   $exercises/$1/task.md"
    echo "  edit   $(copy "$1")"
    echo "  then   make course DO=check"
    echo
    given=$(hints "$1")
    echo "Stuck? make course DO=hint ($given of 3 given). For another one:" \
        "DO=next"
}

tell_onwards() {
    echo "  It is done. Go on:      make course DO=next"
    echo "  Compare with ours:      make course DO=solution"
}

show_list() {
    here=$(at)
    list | while read -r id; do
        mark=$(state "$id")
        case $mark in open) mark= ;; left) mark=later ;; esac
        [ "$id" != "$here" ] || mark="$mark <-"
        printf '%-14s %-8s %s\n' "$id" "$mark" "$(title "$id")" | cut -c 1-80
    done
    echo "$(count_done) of $(count) are done. To choose one:" \
        "make course EX=$here"
}

# Compiles the learner's program; what the compiler says is shown.
compile() {
    program=$build/course/$1
    code=0
    BUILD=$build sh "$tools/compile.sh" "$(copy "$1")" "$program" || code=$?
    [ $code -lt 2 ] || fail "$(copy "$1") could not be compiled"
    [ $code -eq 0 ] || {
        echo
        echo "$1: it does not compile yet: see above, the first error first."
        echo "  edit   $(copy "$1")"
        echo "  then   make course DO=check"
        exit 1
    }
}

# run_test EXERCISE PROGRAM: one line, or none if it is right.
run_test() {
    BUILD=$build timeout -k 5 $limit sh "$exercises/$1/test.sh" "$2" \
        </dev/null
}

check() {
    make_copy "$1"
    compile "$1"
    code=0
    said=$(run_test "$1" "$program" 2>&1) || code=$?
    case $code in
    0)  note "$1" "done" "$(hints "$1")"
        echo "$1: that is right. $(count_done) of $(count) are done."
        tell_onwards
        return ;;
    1)  echo "$1: not yet." ;;
    124 | 137) echo "$1: not yet: its test took more than $limit s." ;;
    *)  echo "$1: not yet: its test ended with $code." ;;
    esac
    printf '%s\n' "$said" | indented
    if cmp -s "$exercises/$1/starter.c" "$(copy "$1")"; then
        echo "The file is still as it was given. The place to work is marked:"
        grep -n 'your turn' "$(copy "$1")" | cut -c 1-72 | sed 's/^/  line /'
    fi
    echo "  run    $program"
    echo "  edit   $(copy "$1")"
    echo "  then   make course DO=check"
    [ "$(hints "$1")" -ge 3 ] || echo "  stuck? make course DO=hint"
    exit 1
}

# nth_hint EXERCISE N
nth_hint() {
    awk -v n="$2" '/^---$/ { at++; next } at + 1 == n' \
        "$exercises/$1/hints.md" | sed '/./,$!d' | fold -s -w 80
}

hint() {
    given=$(hints "$1")
    now=$(state "$1")
    if [ "$given" -ge 3 ]; then
        echo "$1: all three hints are given; the last was"
        nth_hint "$1" 3
        echo "All are in $exercises/$1/hints.md."
        echo "Still stuck? Read that part of the chapter again, or leave it for" \
            "later: DO=next"
        return
    fi
    given=$((given + 1))
    note "$1" "${now:-open}" $given
    echo "$1: hint $given of 3"
    nth_hint "$1" $given
    if [ $given -lt 3 ]; then
        echo "  then   make course DO=check, or DO=hint for one more"
    else
        echo "That was the last one."
    fi
}

# A name beside the file that is not taken: .old, .old2, ...
free_name() {
    free=$1.old n=2
    while [ -e "$free" ]; do
        free=$1.old$n n=$((n + 1))
    done
    echo "$free"
}

reset() {
    make_copy "$1"
    file=$(copy "$1")
    if cmp -s "$exercises/$1/starter.c" "$file"; then
        echo "$file is as it was given."
    else
        old=$(free_name "$file")
        cp "$file" "$old"
        cp "$exercises/$1/starter.c" "$file"
        echo "$file is again as it was given."
        echo "What you wrote is in $old."
    fi
    note "$1" open 0
    echo "  then   make course DO=check"
}

solution() {
    if [ "$(state "$1")" != "done" ]; then
        echo "$1: our solution is shown once yours is right."
        echo "  first  make course DO=check"
        [ "$(hints "$1")" -ge 3 ] || echo "  stuck? make course DO=hint"
        exit 1
    fi
    echo "$1: this is what our solution changes in the starter:"
    echo
    diff -U 2 "$exercises/$1/starter.c" "$exercises/$1/solution.c" |
        sed -e 1,2d -e 's/^@@.*/    .../'
    echo
    echo "All of it is in $exercises/$1/solution.c"
    echo "Go on: make course DO=next"
}

# The next one that is not done, behind this one or else from the beginning.
next() {
    if [ "$(state "$1")" != "done" ]; then
        note "$1" left "$(hints "$1")"
        echo "$1 is left for later."
    fi
    to=$(undone | awk -v here="$1" '
        $1 > here { print; found = 1; exit }
        first == "" { first = $1 }
        END { if (!found) print first }')
    [ "$to" != "$1" ] || echo "It is the only one that is left."
    rows | sed '/^$/d' | write_progress "${to:-$1}"
    show "${to:-$1}"
}

# ---- the proof ----

# What is wrong with an exercise, a line each.
wrong_with() {
    path=$exercises/$1
    for file in task.md starter.c solution.c hints.md test.sh; do
        [ -s "$path/$file" ] || { echo "there is no $file"; return; }
    done
    title "$1" | grep -q . || echo "task.md does not begin with a title"
    awk 'BEGIN { full = 0 }
        /^---$/ { parts += full; full = 0; lines++; next }
        /[^ ]/ { full = 1 }
        END { exit !(lines == 2 && parts + full == 3) }' "$path/hints.md" ||
        echo "hints.md has not three hints with --- between them"
    grep -q 'your turn' "$path/starter.c" ||
        echo "starter.c does not say where it is your turn"
    ! cmp -s "$path/starter.c" "$path/solution.c" ||
        echo "starter.c and solution.c are the same"
    grep -oE 'build/(course|exercise)[a-z0-9/-]*' "$path/task.md" | sort -u |
        sed -e "\\|^build/course/$1\$|d" \
            -e "s|.*|task.md: & should be build/course/$1|"
    programs=$build/exercises/$1
    for program in "$programs/starter" "$programs/solution"; do
        [ -x "$program" ] || { echo "there is no $program"; return; }
    done
    code=0
    said=$(run_test "$1" "$programs/starter" 2>&1) || code=$?
    if [ $code -ne 1 ]; then
        echo "the starter's test ends with $code, not 1: $said"
    elif [ "$(printf '%s\n' "$said" | grep -c .)" -ne 1 ]; then
        echo "the starter's test does not say one line, but: $said"
    fi
    said=$(run_test "$1" "$programs/solution" 2>&1) ||
        echo "the solution's test ends with $?, not 0: $said"
}

prove_one() {
    wrong_with "$1" | sed "s|^|$exercises/$1: |" >"$build/exercises/$1/wrong"
    [ ! -s "$build/exercises/$1/wrong" ] || {
        cat "$build/exercises/$1/wrong"
        exit 1
    }
}

# Tests mostly wait: several times as many as there are processors at once.
prove() {
    [ "$(count)" -gt 0 ] || fail "there are no exercises in $exercises"
    list | while read -r id; do mkdir -p "$build/exercises/$id"; done
    for chapter in "$exercises"/[0-9][0-9]/; do
        for kind in 1-warm-up 2-fix 3-extend 4-measure; do
            [ -d "$chapter$kind" ] || fail "there is no $chapter$kind"
        done
    done
    list | BUILD=$build xargs -P $((3 * $(getconf _NPROCESSORS_ONLN))) -n 1 \
        sh "$0" prove-one || exit 1
    echo "course: $(count) exercises, every starter fails and every solution" \
        "passes."
}

# ---- what is asked for ----

word=${1:-show}
case $word in
prove) prove; exit ;;
prove-one) prove_one "$2"; exit ;;
grade) exec sh "$tools/grade.sh" "$2" ;;
show | check | hint | reset | solution | next | list) ;;
*)  fail "there is no DO=$word
  There are DO=check, hint, reset, solution, next and list." ;;
esac
[ "$(count)" -gt 0 ] || fail "there are no exercises in $exercises"
exercise=
[ -z "${2:-}" ] || exercise=$(find_exercise "$2") || exit 2
check_progress
if [ -z "$exercise" ]; then
    exercise=$(at)
elif [ "$exercise" != "$(at)" ]; then
    rows | write_progress "$exercise"
fi
# It was there when the progress was written.
[ -d "$exercises/$exercise" ] || fail "there is no exercise '$exercise' any" \
    "more: choose another one, EX=$(list | head -n 1)"
case $word in
list) show_list ;;
*) $word "$exercise" ;;
esac
