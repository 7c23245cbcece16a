#!/bin/sh
# Installs what this project needs and is not there yet.
#
#     sh common/setup.sh          everything for build, race, check and plots
#     sh common/setup.sh make     only what that word stands for
#
# Knows apt, dnf, pacman, apk and brew; asks sudo when not root.
set -eu

if   command -v apt-get >/dev/null; then manager=apt
elif command -v dnf     >/dev/null; then manager=dnf
elif command -v pacman  >/dev/null; then manager=pacman
elif command -v apk     >/dev/null; then manager=apk
elif command -v brew    >/dev/null; then manager=brew
else
    echo "setup: found none of apt, dnf, pacman, apk and brew." >&2
    echo "setup: install by hand: a C compiler, clang, make, pkg-config," >&2
    echo "setup: check, libevent, uriparser, uthash, gnuplot, valgrind." >&2
    exit 2
fi

# What a word stands for with each package manager.
packages_for() {
    case $manager:$1 in
    *:make)          echo make ;;
    apt:compiler)    echo gcc libc6-dev ;;
    apk:compiler)    echo gcc musl-dev linux-headers ;;
    brew:compiler)   ;;
    *:compiler)      echo gcc ;;
    dnf:clang)       echo clang compiler-rt ;;
    apk:clang)       echo clang compiler-rt ;;
    apt:clang)       echo clang ;;
    brew:clang)      echo llvm ;;
    *:clang)         echo clang ;;
    dnf:pkg-config)  echo pkgconf-pkg-config ;;
    pacman:pkg-config | apk:pkg-config | brew:pkg-config) echo pkgconf ;;
    *:pkg-config)    echo pkg-config ;;
    dnf:check)       echo check-devel ;;
    apk:check)       echo check-dev ;;
    *:check)         echo check ;;
    apt:libevent | apk:libevent)   echo libevent-dev ;;
    dnf:libevent)    echo libevent-devel ;;
    *:libevent)      echo libevent ;;
    apt:uriparser)   echo liburiparser-dev ;;
    dnf:uriparser)   echo uriparser-devel ;;
    apk:uriparser)   echo uriparser-dev ;;
    *:uriparser)     echo uriparser ;;
    apt:uthash | apk:uthash)       echo uthash-dev ;;
    dnf:uthash)      echo uthash-devel ;;
    *:uthash)        echo uthash ;;
    apt:gnuplot)     echo gnuplot-nox ;;
    dnf:gnuplot)     echo gnuplot-minimal ;;
    *:gnuplot)       echo gnuplot ;;
    brew:valgrind)   ;;
    apt:valgrind)    echo valgrind libc6-dbg ;;
    *:valgrind)      echo valgrind ;;
    apt:documentation)             echo python3-doc ;;
    *:documentation) ;;
    apt:libuv)       echo libuv1-dev ;;
    dnf:libuv)       echo libuv-devel ;;
    apk:libuv)       echo libuv-dev ;;
    *:libuv)         echo libuv ;;
    apt:libcurl)     echo libcurl4-openssl-dev ;;
    dnf:libcurl)     echo libcurl-devel ;;
    apk:libcurl)     echo curl-dev ;;
    *:libcurl)       echo curl ;;
    apt:uvloop | dnf:uvloop)       echo python3-uvloop ;;
    pacman:uvloop)   echo python-uvloop ;;
    apk:uvloop)      echo py3-uvloop ;;
    *:uvloop)        ;;
    apt:aiohttp | dnf:aiohttp)     echo python3-aiohttp ;;
    pacman:aiohttp)  echo python-aiohttp ;;
    apk:aiohttp)     echo py3-aiohttp ;;
    *:aiohttp)       ;;
    apt:go)          echo golang-go ;;
    dnf:go)          echo golang ;;
    *:go)            echo go ;;
    apt:cmark-gfm | brew:cmark-gfm) echo cmark-gfm ;;
    *:cmark-gfm)     command -v cmark-gfm >/dev/null || {
            echo "setup: $manager is not known to have cmark-gfm (Fedora has" >&2
            echo "setup: it in a COPR); it is small, and built with cmake:" >&2
            echo "setup: https://github.com/github/cmark-gfm" >&2
        } ;;
    apt:http-parser) echo libhttp-parser-dev ;;
    dnf:http-parser) echo http-parser-devel ;;
    apk:http-parser) echo http-parser-dev ;;
    *:http-parser)   echo http-parser ;;
    apt:gumbo)       echo libgumbo-dev ;;
    dnf:gumbo)       echo gumbo-parser-devel ;;
    apk:gumbo)       echo gumbo-parser-dev ;;
    *:gumbo)         echo gumbo-parser ;;
    brew:node)       echo node ;;
    *:node)          echo nodejs ;;
    *)               echo "$1" ;;
    esac
}

is_installed() {
    case $manager in
    apt)    dpkg-query -W -f '${Status}' "$1" 2>/dev/null |
                grep -q 'install ok installed' ;;
    dnf)    rpm -q "$1" >/dev/null 2>&1 ;;
    pacman) pacman -Q "$1" >/dev/null 2>&1 ;;
    apk)    apk info -e "$1" >/dev/null 2>&1 ;;
    brew)   brew list "$1" >/dev/null 2>&1 ;;
    esac
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "setup: not root and no sudo here; as root, run: $*" >&2
        exit 2
    fi
}

install() {
    case $manager in
    apt)
        as_root apt-get update
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y --no-install-recommends "$@" ;;
    dnf)    as_root dnf install -y "$@" ;;
    pacman) as_root pacman -S --needed --noconfirm "$@" ;;
    apk)    as_root apk add "$@" ;;
    brew)   brew install "$@" ;;
    esac
}

[ $# -gt 0 ] ||
    set -- make compiler clang pkg-config check libevent uriparser uthash \
        gnuplot valgrind

missing=
for word in "$@"; do
    for package in $(packages_for "$word"); do
        is_installed "$package" || missing="$missing $package"
    done
done
if [ -z "$missing" ]; then
    echo "setup: nothing to install ($manager): $* are here."
    exit 0
fi
echo "setup: installing with $manager:$missing"
# shellcheck disable=SC2086 # one word per package is what is meant
install $missing
