#!/bin/sh
# Compiles one C file that uses what the stages are made of.
#
#     sh docs/tools/compile.sh SOURCE PROGRAM
#
# What it is linked with is decided by what it includes, itself or by its
# headers. BUILD (build) is where `make` has put that; CC, CFLAGS and WARNINGS
# are as in the Makefile, EXTRA is for more: EXTRA=-fsanitize=thread.
set -eu

fail() { echo "compile: $*" >&2; exit 2; }

[ $# = 2 ] || fail "it is compile.sh SOURCE PROGRAM"
source=$1 program=$2
root=$(dirname "$0")/../..
[ ! -f docs/tools/compile.sh ] || root=. # so that messages name short paths
build=${BUILD:-$root/build}
: "${CC:=cc}" "${CFLAGS=-O2 -g}"
: "${WARNINGS=-Wall -Wextra -Wpedantic -Wshadow -Wvla}"
[ -f "$source" ] || fail "there is no $source"

# shellcheck disable=SC2086 # CC and flags may be several words
compiler() { $CC -std=c11 -D_GNU_SOURCE -pthread -I"$root" "$@"; }

used=$(compiler -MM "$source") || exit 1
case $used in
*stages/07-loop/*)
    # Any frame of 07 may be read as the struct with which it begins.
    EXTRA="-fno-strict-aliasing ${EXTRA:-}"
    linked="$build/loop.a" ;;
*) linked="$build/stages.a" ;;
esac
linked="$linked $build/common.a"
case $used in
*stages/01-blocking/fetch.h*)
    linked="$build/stages/01-blocking/fetch.o $linked" ;;
esac

# gcc knows when a coroutine's local would not be initialised; clang does not.
case $used in
*/coroutine.h*)
    if compiler -Werror -Wjump-misses-init -x c -c -o /dev/null /dev/null \
        2>/dev/null; then
        EXTRA="-Wjump-misses-init ${EXTRA:-}"
    fi ;;
esac

for file in $linked; do
    [ -f "$file" ] || fail "there is no $file: make listings builds it"
done
mkdir -p "$(dirname "$program")"

# Where there is no such sanitizer a program that says so takes its place.
case ${EXTRA:-} in
*-fsanitize=*)
    # shellcheck disable=SC2086 # a list
    if ! echo 'int main(void) { return 0; }' |
        compiler $EXTRA -o "$program" -x c - 2>/dev/null; then
        printf '#!/bin/sh\necho "not built: %s cannot %s"\n' "$CC" "$EXTRA" \
            >"$program"
        chmod +x "$program"
        exit 0
    fi ;;
esac

# shellcheck disable=SC2086 # lists
compiler $WARNINGS $CFLAGS ${EXTRA:-} -MMD -MP -MF "$program.d" -MT "$program" \
    -o "$program" "$source" -Wl,--start-group $linked -Wl,--end-group \
    -luriparser -lm
