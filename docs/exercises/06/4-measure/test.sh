# sh test.sh PROGRAM: a table of eight depths.
said=$(timeout 10 "$1" | head -c 4000)
wrong=$(echo "$said" | awk '
    NR == 1 && $0 !~ /depth +bytes +ns/ { print "the heading is gone"; exit }
    NR > 1 && NF != 3 { print "row " NR - 1 " has not three columns"; exit }
    NR > 1 && $1 != NR - 1 { print "row " NR - 1 " has depth " $1; exit }
    NR > 2 && $2 <= bytes { print "depth " $1 " has not more bytes"; exit }
    NR > 1 && $3 == 0 { print "depth " $1 " has no time: complete resume_ns()"
                        exit }
    NR > 1 && ($3 < 0.05 || $3 > 5000) {
        print "depth " $1 " took " $3 " ns: for one resume it is a few"; exit }
    { bytes = $2; ns[$1] = $3 }
    END {
        if (NR != 9) print NR - 1 " rows came, not 8"
        else if (ns[8] != 0 && ns[8] <= ns[1])
            print "depth 8 took " ns[8] " ns, no longer than depth 1:" \
                " was it resumed from outside?"
    }' | head -1)
if [ -n "$wrong" ]; then
    echo "$wrong."
    exit 1
fi
