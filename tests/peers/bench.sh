#!/bin/sh
# Races the peers and the stages that can take part over four workloads, in
# rounds A B C .. A B C .., checks every run, and prints a table for each.
#
#     make bench-peers                     everything, 5 rounds
#     make bench-peers ROUNDS=7 WORK=bc ONLY="epoll libuv 07" CSV=FILE
#     make bench-peers PART=10             a tenth of the pages: a first look
#     make bench-peers WORK=b SERVER=nginx another server; b and c only
#     sh tests/peers/bench.sh BUILD --who  who is there, and why others are not
#
# Each program tells its own time and what the kernel accounts to it; reading
# the list is in both, sorting and writing the manifest only in the CPU time.
# Before the rounds everybody runs once, to warm up and to have its manifest
# compared with the others', byte for byte. Who does not come through that in
# LIMIT seconds, or not rightly, takes no part.
set -eu

build=$1
here=$(dirname "$0")
rounds=${ROUNDS:-5} works=${WORK:-abcd} part=${PART:-1} server=${SERVER:-site}
limit=${LIMIT:-60} # seconds for one run
only=${ONLY:-05 06 07 epoll libuv libcurl libevent asyncio uvloop aiohttp \
threads go node}

dir=$(mktemp -d)
server_pid=
trap '[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null
      wait 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
rows=$dir/rows.csv
# shellcheck disable=SC3045 # not POSIX, but every shell has it
ulimit -n "$(ulimit -Hn)"

say() { echo "bench-peers: $*" >&2; }

# ---- what is raced over ----
describe_work() {
    keep='' pause=1.2
    case $1 in
    a) pages=10000 latency=100ms flight=1000 ;;
    b) pages=100000 latency=0 flight=64 keep=--keep-alive pause=0.2 ;;
    c) pages=20000 latency=0 flight=64 ;;
    d) pages=10000 latency=1s flight=10000 ;;
    *) say "WORK=$1: the workloads are a, b, c and d"; exit 2 ;;
    esac
    # Fewer pages waiting would be another question.
    [ "$1" = d ] || pages=$((pages / part))
}

# pause: a client that closes first leaves its port in TIME_WAIT, from where
# Linux takes it again for loopback after a second (tcp_tw_reuse). One run
# needs 20,000 ports at most, and there are 28,000.

# ---- who races ----
# The program of a competitor, and what makes it the one that is meant.
command_of() {
    case $1 in
    05)      echo "$build/05-callbacks --max-pages=$pages" ;;
    06)      echo "$build/06-futures --max-pages=$pages" ;;
    07)      echo "$build/07-loop --max-pages=$pages" ;;
    asyncio) echo "$build/peers/asyncio-streams" ;;
    uvloop)  echo "$build/peers/asyncio-streams --loop=uvloop" ;;
    aiohttp) echo "$build/peers/aiohttp-client" ;;
    go)      echo "$build/peers/client-go" ;;
    node)    echo "$build/peers/client.mjs" ;;
    *)       echo "$build/peers/$1" ;;
    esac
}

# Prints why a competitor cannot race; nothing if it can.
why_not() {
    program=$(command_of "$1")
    if [ ! -x "${program%% *}" ]; then
        echo "${program%% *} is not built"
        return
    fi
    case $1 in
    uvloop | aiohttp)
        /usr/bin/python3 -c "import $1" 2>/dev/null ||
            echo "/usr/bin/python3 has no $1" ;;
    node)
        command -v node >/dev/null || echo "there is no node" ;;
    esac
}

# In (b), unless PART has cut it down, the slow ones take a tenth of the pages.
scale_of() {
    case $part:$work:$1 in
    1:b:asyncio | 1:b:uvloop | 1:b:aiohttp | 1:b:threads | 1:b:node) echo 10 ;;
    *) echo 1 ;;
    esac
}

choose() {
    present=
    for name in $only; do
        why=$(why_not "$name")
        if [ -n "$why" ]; then
            echo "without $name: $why" >&2
        else
            present="$present $name"
        fi
    done
}

# Without keep-alive (b) would be another job.
can_do() {
    case $work:$1 in
    b:05 | b:06) return 1 ;;
    b:07) "$build/07-loop" --help | grep -q -e --keep-alive ;;
    esac
}

# ---- the server ----
start_site() {
    : >"$dir/url"
    "$build/site" --quiet --pages="$pages" --latency="$latency" \
        >>"$dir/url" 2>"$dir/server.err" &
    server_pid=$!
    while ! grep -q / "$dir/url"; do
        kill -0 "$server_pid" 2>/dev/null || {
            cat "$dir/server.err" >&2
            exit 1
        }
        sleep 0.05
    done
    url=$(cat "$dir/url")
}

# A thousand small files; page N is the file of its last three digits.
make_files() {
    mkdir -p "$dir/html"
    awk -v dir="$dir/html" 'BEGIN {
        text = "Pages are served as they are, without being looked at. "
        while (length(text) < 950) text = text text
        for (i = 0; i < 1100; i++) {
            name = i < 1000 ? i : sprintf("%03d", i - 1000)
            file = dir "/" name
            printf "<!DOCTYPE html>\n<title>%s</title>\n<p>%s</p>\n", name,
                substr(text, 1, 970) >file
            close(file)
        }
    }'
}

write_nginx_conf() {
    cat >"$dir/nginx.conf" <<CONF
daemon off;
master_process off;
pid $dir/pid;
error_log $dir/server.err;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
    types { }
    default_type text/html;
    access_log off;
    client_body_temp_path $dir/body;
    proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;
    keepalive_requests 1000000000;
    open_file_cache max=2000 inactive=1h;
    open_file_cache_valid 1h;
    server {
        listen 127.0.0.1:$1 backlog=4096;
        location ~ "^/\d*?(\d{1,3})\$" { alias $dir/html/\$1; }
    }
}
CONF
}

# nginx cannot be given "any free port": try some below the ephemeral ones.
start_nginx() {
    make_files
    # shellcheck disable=SC2013 # words are what is meant
    for port in $(awk 'BEGIN { srand(); for (i = 0; i < 20; i++)
                       print 20000 + int(rand() * 10000) }'); do
        write_nginx_conf "$port"
        url=http://127.0.0.1:$port/
        PATH=$PATH:/usr/sbin nginx -c "$dir/nginx.conf" -p "$dir" \
            2>>"$dir/server.err" &
        server_pid=$!
        # Up when it answers, gone if the port was taken.
        while kill -0 "$server_pid" 2>/dev/null; do
            "$build/peers/epoll" "${url}0" && return
            sleep 0.05
        done
    done
    say "nginx does not start:"
    cat "$dir/server.err" >&2
    exit 1
}

stop_server() {
    kill "$server_pid"
    wait "$server_pid" 2>/dev/null || true
    server_pid=
}

# CPU seconds of the server so far; fields 14 and 15 of proc(5), in ticks.
server_cpu() {
    awk -v ticks="$(getconf CLK_TCK)" \
        '{ sub(/.*\) /, ""); print ($12 + $13) / ticks }' \
        "/proc/$server_pid/stat" 2>/dev/null || echo 0
}

# ---- one run ----
# A list of the first $1 pages; the site calls its first one "/".
list() {
    [ -f "$dir/list-$1" ] || awk -v url="$url" -v n="$1" -v server="$server" \
        'BEGIN { print url (server == "nginx" ? "0" : "")
                 for (i = 1; i < n; i++) print url i }' >"$dir/list-$1"
    echo "$dir/list-$1"
}

# Runs $1 over $2 pages; its JSON is in $dir/json, its words in $dir/err.
start() {
    program=$(command_of "$1")
    shift_count=$2
    shift 2
    # shellcheck disable=SC2086 # words are what is meant
    timeout "$limit" $program -c "$flight" $keep --timeout=120s --json "$@" \
        -i "$(list "$shift_count")" >"$dir/json" 2>"$dir/err"
}

# A number or a word out of the JSON.
value() {
    awk -v key="$1" -v RS='[,{}]' -F': *' '
        { gsub(/[" \n]/, "", $1); gsub(/["\n]/, "", $2) }
        $1 == key { print $2 }' "$dir/json"
}

# Nothing if the run was right, else what was wrong with it.
judge() {
    digest=$(value digest)
    if [ "$ended" = 124 ]; then
        echo "not done after $limit s"
    elif [ -z "$digest" ]; then
        echo "no JSON: $(tail -n 1 "$dir/err" | cut -c 1-60 | tr ',' ';')"
    elif [ "$(value failed)" != 0 ]; then
        echo "$(value failed) pages failed"
    elif [ "$(value pages)" != "$1" ]; then
        echo "$(value pages) pages instead of $1"
    elif [ ! -f "$dir/digest-$1" ]; then
        echo "$digest" >"$dir/digest-$1" # whoever comes first
    elif [ "$digest" != "$(cat "$dir/digest-$1")" ]; then
        echo "found other pages"
    fi
}

# (d): what it takes without waiting pages, with one.
peak_of_one() {
    [ "$work" = d ] || return 0
    start "$1" 1 || true
    value max_rss_kib
}

# One row: of the round $1, of competitor $2.
run() {
    scale=$(scale_of "$2")
    count=$((pages / scale))
    one=$(peak_of_one "$2")
    before=$(server_cpu)
    ended=0
    start "$2" "$count" || ended=$?
    after=$(server_cpu)
    wrong=$(judge "$count")
    [ -z "$wrong" ] || say "$work, round $1, $2: $wrong"
    echo "$server,$work,$1,$2,$count,$scale,${wrong:-ok},$(value wall_s),$(
        value user_s),$(value sys_s),$(value max_rss_kib),$one,$(
        value max_in_flight),$(echo "$before $after" |
            awk '{ print $2 - $1 }')" >>"$rows"
    sleep "$pause"
}

# ---- all runs ----
warm_up() {
    well=
    for name in $here_now; do
        count=$((pages / $(scale_of "$name")))
        ended=0
        start "$name" "$count" --manifest="$dir/manifest" || ended=$?
        first=$dir/manifest-$count
        [ -f "$first" ] || mv "$dir/manifest" "$first"
        wrong=$(judge "$count")
        [ ! -f "$dir/manifest" ] || cmp -s "$dir/manifest" "$first" ||
            wrong="its manifest is another one"
        if [ -n "$wrong" ]; then
            say "$work, warming up, $name: $wrong"
            echo "$server,$work,0,$name,$count,1,$wrong,,,,,,," >>"$rows"
            broken=yes
        else
            well="$well $name"
        fi
        rm -f "$dir/manifest"
        sleep "$pause"
    done
    here_now=$well
}

race() {
    here_now=
    for name in $present; do
        can_do "$name" && here_now="$here_now $name"
    done
    rm -f "$dir"/list-* "$dir"/digest-* "$dir"/manifest*
    if [ "$server" = nginx ]; then start_nginx; else start_site; fi
    warm_up
    round=1
    while [ "$round" -le "$rounds" ]; do
        for name in $here_now; do
            [ ! -t 2 ] || printf '\r%s, round %s of %s: %-10s' "$work" \
                "$round" "$rounds" "$name" >&2
            run "$round" "$name"
        done
        round=$((round + 1))
    done
    [ ! -t 2 ] || printf '\r%40s\r' '' >&2
    stop_server
}

# The first lines of a CSV file of ours: see common/machine.h.
write_header() {
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null |
        head -n 1)
    chosen=${ONLY:+ ONLY=\"$ONLY\"}
    [ "$server" = site ] || chosen="$chosen SERVER=$server"
    cat <<HEADER
# command: make bench-peers ROUNDS=$rounds WORK=$works PART=$part$chosen
# server: $server
# runs: $rounds, interleaved
# machine: ${model:-$(uname -m)}, $(getconf _NPROCESSORS_ONLN) cores
# kernel: $(uname -srm)
# compiler: $(${CC:-cc} --version | head -n 1)
# flags: ${CFLAGS:-unknown}
# date: $(date -u +%Y-%m-%dT%H:%M:%SZ)
# commit: $(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
HEADER
}

if [ "${2:-}" = --who ]; then
    only=$(echo "$only" | sed 's/0[567] //g')
    pages=0
    choose
    echo "peers:$present"
    exit 0
fi

columns=server,work,round,competitor,pages,scale,result,wall_s,user_s,sys_s
columns=$columns,peak_kib,peak_of_one_kib,max_in_flight,server_cpu_s
echo "$columns" >"$rows"

for work in $(echo "$works" | sed 's/./& /g'); do
    describe_work "$work"
    case $server:$work in
    nginx:[ad])
        say "($work) needs answers that wait: not with nginx"
        continue ;;
    esac
    [ -n "${present+set}" ] || choose
    race
    awk -v work="$work" -v pages="$pages" -v latency="$latency" \
        -v flight="$flight" -v keep="$keep" -v rounds="$rounds" \
        -v server="$server" -f "$here/bench.awk" "$rows"
    # After each, so that a run that is cut short keeps what it has.
    [ -z "${CSV:-}" ] || { write_header; cat "$rows"; } >"$CSV"
done
[ -z "${broken:-}" ] && ! tail -n +2 "$rows" | grep -q -v ,ok,
