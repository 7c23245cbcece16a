# bench.awk - the table of one workload, out of the rows of bench.sh.

BEGIN { FS = "," }

function add(figure, name, value) {
    values[figure, name, ++count[figure, name]] = value
}

$2 == work && $7 != "ok" { bad[$4]++ }
$2 == work && !($4 in order) { order[$4] = ++names; name_of[names] = $4 }
$2 == work && $7 == "ok" {
    of_round["wall", $4, $3] = $8 * $6
    of_round["cpu", $4, $3] = ($9 + $10) * $6
    scale[$4] = $6
    add("wall", $4, $8 * $6)
    add("cpu", $4, ($9 + $10) * $6)
    add("site", $4, $8 > 0 ? 100 * $14 / $8 : 0)
    add("client", $4, $8 > 0 ? 100 * ($9 + $10) / $8 : 0)
    add("peak", $4, $11)
    add("page", $4, ($11 - $12) * 1024 / $5)
}

# Sorts the values, once, by insertion: there are few.
function sort(figure, name,    n, i, j, x) {
    if ((figure, name) in sorted) return
    sorted[figure, name] = 1
    n = count[figure, name]
    for (i = 2; i <= n; i++) {
        x = values[figure, name, i]
        for (j = i - 1; j > 0 && values[figure, name, j] > x; j--)
            values[figure, name, j + 1] = values[figure, name, j]
        values[figure, name, j + 1] = x
    }
}

# That below which `quarters` fourths lie, between two values if need be.
function quartile(figure, name, quarters,    n, place, below, x) {
    n = count[figure, name]
    if (n == 0) return ""
    sort(figure, name)
    place = 1 + (n - 1) * quarters / 4
    below = int(place)
    if (below >= n) return values[figure, name, n]
    x = values[figure, name, below]
    return x + (place - below) * (values[figure, name, below + 1] - x)
}

# Four figures, five places.
function short(x) {
    if (x == "") return "-"
    if (x < 10) return sprintf("%.3f", x)
    if (x < 100) return sprintf("%.2f", x)
    return sprintf(x < 1000 ? "%.1f" : "%.0f", x)
}

# The median over the rounds of one's figure to that of another's.
function ratio(figure, name, base,    r, key) {
    key = figure "/" base
    for (r = 1; r <= rounds && !((key, name) in sorted); r++)
        if (of_round[figure, base, r] > 0 && (figure, name, r) in of_round)
            add(key, name,
                of_round[figure, name, r] / of_round[figure, base, r])
    r = quartile(key, name, 2)
    if (r == "") return "-"
    return sprintf(r < 100 ? "%.2f" : "%.0f", r)
}

function spread(figure, name) {
    return sprintf("%6s %5s-%-5s", short(quartile(figure, name, 2)),
                   short(quartile(figure, name, 1)),
                   short(quartile(figure, name, 3)))
}

# "*": of a part of the pages, times as many.
function label(name) {
    return name (scale[name] > 1 ? "*" : "")
}

function show_times(name) {
    printf "%-9s %s %5s %5s  %s %5s %5s %3.0f\n", label(name),
        spread("wall", name), ratio("wall", name, "epoll"),
        ratio("wall", name, "libuv"), spread("cpu", name),
        ratio("cpu", name, "epoll"), ratio("cpu", name, "libuv"),
        quartile("site", name, 2)
}

function times_table(    i) {
    print "          wall s          to that of     CPU s          " \
          "   to that of  " server
    print "          median quartiles   epoll libuv  median quartiles  " \
          " epoll libuv   %"
    for (i = 1; i <= names; i++)
        if (count["wall", name_of[i]] > 0) show_times(name_of[i])
}

# "~": after two seconds the first had their answers before the last asked.
function memory_table(    i, name, slow, page, floor) {
    print "          bytes per waiting page      to that  peak        wall s"
    print "          median   quartiles         of epoll   MiB"
    floor = quartile("page", "epoll", 2)
    for (i = 1; i <= names; i++) {
        name = name_of[i]
        if (count["page", name] == 0) continue
        page = quartile("page", name, 2)
        slow = quartile("wall", name, 2) > 2
        late = late || slow
        printf "%-9s %6.0f   %6.0f - %-9.0f  %7s %6s %13s\n",
            name (slow ? "~" : ""), page, quartile("page", name, 1),
            quartile("page", name, 3),
            (floor > 0 ? sprintf("%.2f", page / floor) : "-"),
            short(quartile("peak", name, 2) / 1024),
            short(quartile("wall", name, 2))
    }
}

# A server at work all the time is the limit. One that needs more CPU than its
# client would be, had both a core of their own.
function show_limit(    i, name, at_limit, above) {
    for (i = 1; i <= names; i++) {
        name = name_of[i]
        if (quartile("site", name, 2) >= 90 &&
            quartile("client", name, 2) < 90)
            at_limit = at_limit " " name
        else if (quartile("site", name, 2) > quartile("client", name, 2))
            above = above " " name
    }
    if (at_limit != "")
        print "limit: " server " was at work all the time and these were " \
              "not, so their\nwall time is the server's:" at_limit
    if (above != "")
        print "limit: " server " took more CPU than these, so on idle cores " \
              "their wall time\nis the server's:" above
}

function notes(    i, name, scaled) {
    for (i = 1; i <= names; i++) {
        name = name_of[i]
        if (scale[name] > 1) scaled = scale[name]
        if (bad[name] > 0)
            printf "%s: %d of %d runs were not right\n", name, bad[name],
                rounds
    }
    if (scaled)
        print "*: ran 1/" scaled " of the pages; figures times " scaled \
              ", start-up included"
    if (late)
        print "~: took longer than two seconds, so that not all waited at " \
              "the same time"
    if (work == "b" || work == "c") show_limit()
}

END {
    printf "\n(%s) %d pages, %s away, %d in flight, %s; %d rounds; %s\n\n",
        work, pages, latency == "0" ? "0 ms" : latency, flight,
        keep != "" ? "kept alive" : "a connection each", rounds, server
    if (work == "d") memory_table(); else times_table()
    notes()
}
