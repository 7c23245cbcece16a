# soak.awk - one row of the table of soak.sh, and what is wrong with that run.
#
#     awk -v name=STAGE -v pages=N -v connections=N -v page_kib=N -v latency=S
#         -f soak.awk what=json JSON what=samples SAMPLES
#
# JSON is what the stage says of itself with --json, a line of SAMPLES what was
# seen from outside: at which second, how many descriptors and pages of memory.
# Exit status 1: all is not well, and what is not stands below the row.

what == "json" { json = json $0 }
what == "samples" {
    at_s[++seen] = $1; fds[seen] = $2; kib[seen] = $3 * page_kib
}

function said(key) {
    if (!match(json, "\"" key "\": *[0-9.]+")) return -1
    key = substr(json, RSTART, RLENGTH)
    sub(/.*: */, "", key)
    return key + 0
}

# Only while as many pages as may be are in flight can samples be compared:
# before, the crawl warms up, and after, what it gives back would hide growth.
# In the end the last pages are on their way, with a hop more perhaps.
function choose_loaded(    i) {
    for (i = 1; i <= seen; i++) {
        if (fds[i] > most) most = fds[i]
        if (fds[i] > connections / 2 &&
            at_s[i] < at_s[seen] - 3 * latency) loaded[++count] = i
    }
}

# The sample that stands at so many quarters of the loaded ones.
function at_quarter(quarters) { return loaded[int((count * quarters + 3) / 4)] }

# Of the line that fits the second half best, from its one end to the other.
function growth_kib(    i, n, x, y, sum_x, sum_y, sum_xx, sum_xy, middle) {
    middle = at_quarter(2)
    for (i = 1; i <= count; i++) {
        if (loaded[i] < middle) continue
        x = at_s[loaded[i]] - at_s[middle]; y = kib[loaded[i]] - kib[middle]
        n++; sum_x += x; sum_y += y; sum_xx += x * x; sum_xy += x * y
    }
    return (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x) * x
}

function complain(text) { printf "  %s: %s\n", name, text; bad = 1 }

function mib(quarters) { return kib[at_quarter(quarters)] / 1024 }

function judge(    grown, spare) {
    if (said("pages") != pages)
        complain("it says " said("pages") " pages, not " pages)
    if (said("max_in_flight") != connections)
        complain("there were " said("max_in_flight") " pages in flight, not " \
                 connections)
    if (count < 8) {
        complain("only " count + 0 " samples under load: too few to judge")
        return
    }
    # Its own: three standard ones, the files, what it waits with and for.
    spare = 32
    if (most > connections + spare)
        complain(most " descriptors are more than its connections need")
    # Nobody needs memory for each page now. Linux counts memory in lots of
    # some hundred KiB; and the least that malloc gives for a page is 32 bytes.
    grown = growth_kib()
    if (grown > 1024 + 4 * (pages / 2) / 1024)
        complain(sprintf("in the second half its memory grew by %.1f MiB", \
                         grown / 1024))
}

END {
    choose_loaded()
    printf "%-20s%8d%7.0f%7d%6d%6d", name, said("pages"), \
        (said("wall_s") > 0 ? said("pages") / said("wall_s") : 0), \
        (count > 0 ? fds[at_quarter(2)] : 0), most, fds[seen]
    if (count > 0)
        printf "%6.1f%6.1f%6.1f%6.1f", mib(1), mib(2), mib(3), mib(4)
    print ""
    judge()
    exit bad
}
