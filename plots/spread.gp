# spread.gp - labels beside the ends of lines, kept apart where lines end close
# together. To be loaded once these say what is wanted:
#   wanted[i]  the height of the end of each of n lines, as a part of the graph;
#              NaN for no line
#   gap        the least distance of two labels
#
# beside[i] is the height of its label.

array order[n] # of the lines, from below
array beside[n]
lines = 0
do for [i = 1:n] {
    beside[i] = wanted[i]
    if (wanted[i] == wanted[i]) {
        lines = lines + 1
        order[lines] = i
        do for [k = lines:2:-1] {
            if (wanted[order[k]] < wanted[order[k - 1]]) {
                lower = order[k]
                order[k] = order[k - 1]
                order[k - 1] = lower
            }
        }
    }
}
# Without the gaps below them heights need only not fall: what does comes to
# the mean of those that collide, as near to all of them as can be (isotonic
# regression, by its max-min formula).
array total[lines + 1]
total[1] = 0
do for [k = 1:lines] {
    total[k + 1] = total[k] + wanted[order[k]] - k * gap
}
do for [k = 1:lines] {
    height_of = -1e300
    do for [a = 1:k] {
        lowest = 1e300
        do for [b = k:lines] {
            mean = (total[b + 1] - total[a]) / (b + 1 - a)
            lowest = mean < lowest ? mean : lowest
        }
        height_of = lowest > height_of ? lowest : height_of
    }
    height_of = height_of > 1 - lines * gap ? 1 - lines * gap : height_of
    height_of = height_of < -gap ? -gap : height_of
    beside[order[k]] = height_of + k * gap
}
