# normal.awk - the lines of a transcript, but for what differs from one run to
# the next. With -v numbers=1 all numbers are the same, too, and blanks are
# squeezed; with -v timeline=1 so are the bars of race --timeline.

{
    line = plain($0)
    if (numbers) {
        sub(/^(machine|built by): .*/, "<machine>", line)
        gsub(/[0-9]+([.,][0-9]+)*[kM]?/, "<number>", line)
        gsub(/(<number>|<time>)/, "<number>", line)
        gsub(/[ \t]+/, " ", line)
        gsub(/--+/, "--", line)
        gsub(/─(─)+/, "──", line)
        if (timeline)
            gsub(/ [rcs#-]+ /, " <bar> ", line)
        sub(/^ /, "", line)
    }
    sub(/[ \t]+$/, "", line)
    print line
}

function plain(line)
{
    line = killed(line)
    gsub(/0x[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]+/, "<address>", line)
    gsub(/\+0x[0-9a-f]+/, "+<address>", line)
    gsub(/(127\.0\.0\.1|\[::1\]|localhost):([0-9]+|PORT)/, "&<port>", line)
    gsub(/:([0-9]+|PORT)<port>/, ":<port>", line)
    gsub(/htons\(([0-9]+|PORT)\)/, "htons(<port>)", line)
    if (line ~ /(epoll_wait|epoll_pwait|poll)\(.*\) +=/)
        sub(/, [0-9]+(, NULL, [0-9]+)?\) +=/, ", <time>) =", line)
    gsub(/==[0-9]+==/, "==<pid>==", line)
    gsub(/(pid|PID|process|tid)[ =]+[0-9]+/, "&<pid>", line)
    gsub(/[ =]+[0-9]+<pid>/, " <pid>", line)
    gsub(/digest[": ]+[0-9a-f]+/, "digest <digest>", line)
    gsub(/<[0-9]+\.[0-9]+>/, "<time>", line)
    return times(line)
}

# "0.453 s", "450ms", "  1.2 µs": what is neither part of a word nor a version.
function times(line,    done, found, before, after)
{
    while (match(line, /[0-9]+(\.[0-9]+)? ?(ns|us|µs|ms|s|min)/)) {
        found = substr(line, RSTART, RLENGTH)
        before = RSTART == 1 ? done : substr(line, 1, RSTART - 1)
        after = substr(line, RSTART + RLENGTH, 1)
        if (before ~ /[A-Za-z0-9_.]$/ || after ~ /[A-Za-z0-9_]/) {
            match(found, /^[0-9]+(\.[0-9]+)?/)
            found = substr(found, 1, RLENGTH)
            done = done substr(line, 1, index(line, found) - 1) found
            line = substr(line, index(line, found) + length(found))
            continue
        }
        before = substr(line, 1, index(line, found) - 1)
        sub(/ +$/, " ", before)
        done = done before "<time>"
        line = substr(line, index(line, found) + length(found))
        sub(/^  +/, " ", line)
    }
    return done line
}

# Shells say in different words that a command was killed.
function killed(line)
{
    if (line ~ /^\/[^ ]*: line [0-9]+: +[0-9]+ [A-Z]/) {
        sub(/^\/[^ ]*: line [0-9]+: +[0-9]+ /, "", line)
        sub(/   +.*/, "", line)
    }
    sub(/ \(core dumped\).*/, "", line)
    return line
}
