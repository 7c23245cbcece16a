#!/bin/sh
# Crawls a real documentation tree (Python's own, some 500 pages) over nginx on
# loopback with every stage, and checks that all of them find the same pages,
# and that these are the pages that `wget -r` finds. wget2, if it is there, is
# timed beside them.
#
#     make real                    or: sh tests/real.sh BUILD STAGE...
set -eu

build=$1
shift
html=/usr/share/doc/python3-doc/html
[ -f "$html/index.html" ] || {
    echo "real: $html is missing: 'make real' installs it on Debian." >&2
    exit 2
}
dir=$(mktemp -d)
trap 'kill "$nginx" 2>/dev/null; wait 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
nginx=

# nginx cannot be given "any free port": try some below the ephemeral ones.
start_nginx() {
    # shellcheck disable=SC2013 # words are what is meant
    for port in $(awk 'BEGIN { srand(); for (i = 0; i < 20; i++)
                       print 20000 + int(rand() * 10000) }'); do
        cat >"$dir/nginx.conf" <<CONF
daemon off;
pid $dir/pid;
error_log $dir/error.log;
worker_processes 1;
events { worker_connections 4096; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path $dir/body;
    proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;
    server { listen 127.0.0.1:$port; root $html; }
}
CONF
        PATH=$PATH:/usr/sbin nginx -c "$dir/nginx.conf" -p "$dir" \
            2>>"$dir/error.log" &
        nginx=$!
        # Up when it answers, gone if the port was taken.
        while kill -0 "$nginx" 2>/dev/null; do
            if wget -q -O /dev/null --tries=1 "http://127.0.0.1:$port/"; then
                return
            fi
        done
    done
    echo "real: nginx does not start:" >&2
    cat "$dir/error.log" >&2
    exit 1
}

start_nginx
url=http://127.0.0.1:$port/
echo "$(cd "$html" && pwd -P) on $url, 16 pages in flight"

# What wget finds: the same kinds of links, from the same page.
(cd "$dir" && wget -r -l inf -nv -o wget.log --follow-tags=a,area \
    -e robots=off "$url" >/dev/null 2>&1) || true
sed -n 's/.* URL:\([^ ]*\) \[.*/\1/p' "$dir/wget.log" | LC_ALL=C sort -u \
    >"$dir/wget.urls"
echo "wget -r         $(wc -l <"$dir/wget.urls") pages"

# "user sys" of all the children of the shell that `times` was called in.
children_cpu() {
    awk -F '[ms ]+' 'NR == 2 { print $1 * 60 + $2 + $3 * 60 + $4 }'
}

# The same by wget2, which has as many threads as we have pages in flight.
if command -v wget2 >/dev/null; then
    begun=$(date +%s%N)
    cpu=$( (cd "$dir" && mkdir wget2 && cd wget2 &&
        wget2 -r -l inf -q --max-threads=16 --robots=off --tries=1 \
            --follow-tags=a,area "$url" >/dev/null 2>&1 || true
        times) | children_cpu)
    ended=$(date +%s%N)
    awk -v pages="$(find "$dir/wget2" -type f | wc -l)" -v cpu="$cpu" \
        -v wall=$(((ended - begun) / 1000000)) 'BEGIN {
            printf "%-15s %3d files, 16 threads         in %.3f s" \
                " (CPU %.3f s)\n", "wget2 -r", pages, wall / 1000, cpu }'
fi

status=0
for stage in "$@"; do
    "$build/$stage" -f -c16 --manifest="$dir/$stage.manifest" \
        --json "$url" >"$dir/$stage.json" || true
    awk -v stage="$stage" -v RS='[,{}]' -F': *' '
        { gsub(/[" \n]/, "", $1); value[$1] = $2 }
        END { printf "%-15s %3d pages, %d failed, %6.1f MB in %.3f s" \
                  " (CPU %.3f s)\n", stage, value["pages"], value["failed"],
                  value["bytes"] / 1e6, value["wall_s"],
                  value["user_s"] + value["sys_s"] }' "$dir/$stage.json"
    if ! cmp -s "$dir/$1.manifest" "$dir/$stage.manifest"; then
        echo "real: $stage and $1 do not agree:" >&2
        diff "$dir/$1.manifest" "$dir/$stage.manifest" | head -20 >&2
        status=1
    fi
done

sed -n '/^ok 200 /!s/^\([a-z-]* [^ ]*\) .* /answered \1:  /p' "$dir/$1.manifest"
sed -n 's/^ok 200 [^ ]* [^ ]* //p' "$dir/$1.manifest" >"$dir/our.urls"
if cmp -s "$dir/our.urls" "$dir/wget.urls"; then
    echo "One manifest, and the set of pages that wget found."
    # What plots/data/real.txt, the committed run, has to say of itself.
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null |
        head -n 1)
    echo "machine: ${model:-$(uname -m)}, $(getconf _NPROCESSORS_ONLN) cores;" \
        "$(uname -srm); $(date -u +%Y-%m-%d)"
else
    echo "real: wget found other pages (< wget, > we):" >&2
    diff "$dir/wget.urls" "$dir/our.urls" | head -20 >&2
    status=1
fi
exit $status
