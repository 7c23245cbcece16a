# coverage.awk - what of common/ and stages/ no test runs, the worst first, and
# whether that has a reason.
#
#     awk -v least=95 -f coverage.awk REASONS what=lines LINES
#
# A line of LINES is "path,lines,lines that ran", one of REASONS "path N text":
# so many lines of that file, or of all files of the directory "path/" together,
# may go without a test, because of that. Exit status 1: a file has less than
# `least` percent, and no reason for that.

function percent(part, all) { return all > 0 ? 100 * part / all : 100 }

what == "" && /^[^#]/ {
    allowed[$1] = $2
    reason[$1] = $0
    sub(/^[^ ]+ +[0-9]+ +/, "", reason[$1])
}

what == "lines" && split($0, cell, ",") >= 3 && cell[2] + 0 == cell[2] {
    path = cell[1]
    all[path] = cell[2]
    gap[path] = cell[2] - cell[3]
    paths[++count] = path
    dir = path
    sub(/[^\/]*$/, "", dir)
    dir_of[path] = dir
    if (!(dir in all_of)) dirs[++dir_count] = dir
    all_of[dir] += cell[2]
    gap_of[dir] += cell[2] - cell[3]
    all_lines += cell[2]
    all_gaps += cell[2] - cell[3]
}

# Sorts names by a figure, the greatest first; by insertion: there are few.
function sort(names, n, figure,    i, j, name) {
    for (i = 2; i <= n; i++) {
        name = names[i]
        for (j = i - 1; j > 0 && figure[names[j]] < figure[name]; j--)
            names[j + 1] = names[j]
        names[j + 1] = name
    }
}

function show(gaps, lines, name) {
    printf "%6d of %5d  %5.1f %%  %s\n", gaps, lines, \
        percent(lines - gaps, lines), name
}

# A reason, in lines that a terminal of 80 columns can show.
function explain(text,    words, n, i, line) {
    n = split(text, words, " ")
    line = words[1]
    for (i = 2; i <= n; i++) {
        if (length(line " " words[i]) > 54) {
            printf "%26s%s\n", "", line
            line = words[i]
        } else
            line = line " " words[i]
    }
    printf "%26s%s\n", "", line
}

function fail(text) { printf "coverage: %s\n", text; failed = 1 }

# Of what has a reason: once, whichever of its files asks.
function check(path, lines) {
    if (lines <= allowed[path] || path in checked) return
    checked[path] = 1
    fail(sprintf("%s: %d lines, and a reason for %d", path, lines, \
                 allowed[path]))
}

END {
    print "lines without a test, of all; the share of those that ran"
    print ""
    sort(dirs, dir_count, gap_of)
    for (i = 1; i <= dir_count; i++) {
        show(gap_of[dirs[i]], all_of[dirs[i]], dirs[i])
        if (dirs[i] in reason) explain(reason[dirs[i]])
    }
    show(all_gaps, all_lines, "all")
    print ""
    sort(paths, count, gap)
    for (i = 1; i <= count && gap[paths[i]] > 0; i++) {
        show(gap[paths[i]], all[paths[i]], paths[i])
        if (paths[i] in reason) explain(reason[paths[i]])
    }
    print ""
    for (i = 1; i <= count; i++) {
        path = paths[i]
        share = percent(all[path] - gap[path], all[path])
        if (share >= least) continue
        dir = dir_of[path]
        if (path in reason) check(path, gap[path])
        else if (dir in reason) check(dir, gap_of[dir])
        else fail(sprintf("%s: %.1f %%, and no reason for it", path, share))
    }
    for (path in reason)
        if (!(path in all) && !(path in all_of))
            fail(path ": has a reason, and is not there")
    if (count == 0) fail("nothing was counted")
    if (!failed)
        printf "All %d files have %d %% of their lines, or a reason.\n", \
            count, least
    exit failed
}
