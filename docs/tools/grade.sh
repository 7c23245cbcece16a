#!/bin/sh
# Grades a crawler of your own: what it does of all that a stage does.
#
#     make course CHECK=PATH       or: sh docs/tools/grade.sh PATH
#
# It is run by the suite that the stages are held against (stages_test, see
# tests/stages_contract.h), and its manifests must be theirs. This shows the
# suite's log as it grows. Exit status: 0 everything holds, 1 something does
# not, 2 there is nothing to grade.
set -eu

build=${BUILD:-build}
program=$1
short=${1##*/}
minutes=2

fail() { echo "grade: $*" >&2; exit 2; }

# A path, that no directory of $PATH takes for a name.
case $program in */*) ;; *) program=./$program ;; esac
[ ! -d "$program" ] || fail "$1 is a directory, not a program"
[ -f "$program" ] || fail "there is no $1"
[ -x "$program" ] || fail "$1 cannot be executed: chmod +x $1"

tried=0 held=0   # all behaviours so far
in_vain=0        # of these not even begun
last='' ways=0 right=0 # the behaviour at hand, of which there may be several

# A line for the behaviour at hand, once all its ways are known.
tell_last() {
    of=
    [ $ways -le 1 ] || of=" ($right of $ways ways)"
    if [ $right -gt 0 ] && [ $right -eq $ways ]; then
        echo "  holds  $last$of"
    elif [ $ways -gt 3 ]; then
        echo "         ($right of $ways ways hold)"
    fi
}

# The first lines of a message of the suite, as far as it can tell a learner.
tell_message() {
    case $message in
    *"$program"*) message=${message%%"$program"*}$short${message#*"$program"} ;;
    esac
    printf '%s\n' "$message" | sed -e "s/^Assertion '.*' failed: //" \
        -e 's/.*Test timeout expired.*/it does not end/' \
        -e 's/^process [0-9]* does not end/it does not end/' \
        -e 's/[;:] [a-z ]*[a-z]: *$//' -e 's/: *$//' |
        fold -s -w 68 | grep . | head -n 6 | sed 's/^/           /'
}

# What one behaviour came to: kind (P is well), name and message.
tell() {
    if [ "$name" != "$last" ]; then
        tell_last
        last=$name ways=0 right=0
    fi
    tried=$((tried + 1))
    case $kind:$message in
    *:"not tried"*) in_vain=$((in_vain + 1)); return ;;
    P:*) held=$((held + 1)) right=$((right + 1)) ;;
    *)  [ $right -lt $ways ] || echo "  FAILS  $name"
        [ $((ways - right)) -ge 3 ] || tell_message ;;
    esac
    ways=$((ways + 1))
}

# Reads the log: FILE:LINE:KIND:contract:NAME:WAY: MESSAGE, in several lines.
tell_all() {
    kind=
    while IFS= read -r line; do
        case $line in
        *:[PFES]:contract:*:*:*)
            [ -z "$kind" ] || tell
            rest=${line#*:*:}
            kind=${rest%%:*}
            rest=${rest#*:contract:}
            name=$(printf '%s' "${rest%%:*}" | tr _ ' ')
            message=${rest#*:*: } ;;
        "Running suite"*) ;;
        "Results for all suites"*) break ;;
        *)  message="$message
$line" ;;
        esac
    done
    [ -z "$kind" ] || tell
    tell_last
}

# What a program must do before anything else is tried.
tell_first() {
    cat <<END

Begin with this one; the others are tried when it holds. Asked for is

    $program --manifest=FILE http://127.0.0.1:PORT/ ...

which fetches the pages, writes a line for each of them into FILE, in the
order of their URLs, and ends with 0. So does $build/01-blocking: run it
beside yours, over the pages of $build/site. A line has the outcome, the
status, the bytes and the digest of the body (common/digest.h), and the URL:

    ok 200 1024 56e00b98b14ad8b1 http://127.0.0.1:PORT/
END
}

echo "$1, held against what a stage does:"
if [ "${program#/}" = "$program" ]; then
    program=$(pwd)/$program
fi
# What is said meanwhile is of no interest, and must not stop the reading.
GRADED_UNTIL=$(($(date +%s) + minutes * 60))
export GRADED_UNTIL
{
    STAGE_PROGRAM=$program BUILD=$build CK_VERBOSITY=silent \
        CK_LOG_FILE_NAME=- CK_FORK=yes "$build/tests/stages_test" || true
} | {
    tell_all
    if [ $tried -eq 0 ]; then
        echo "grade: the suite did not run" >&2
        exit 2
    fi
    echo "$held of $tried behaviours hold."
    if [ $held -eq 0 ] && [ $in_vain -gt 0 ]; then
        program=$1
        tell_first
    elif [ $in_vain -gt 0 ]; then
        echo "$in_vain were not tried: the $minutes minutes for it are over."
    fi
    if [ $held -gt 0 ]; then
        echo "Not graded, since it takes the tests' own build: what is left" \
            "over at the end,"
        echo "odd answers of the resolver, a server that closes before it has" \
            "read."
    fi
    [ $held -eq $tried ]
}
