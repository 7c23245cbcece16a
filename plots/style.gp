# style.gp - what all plots share: colours, paper, and where a number is from.
#
# Loaded by the other scripts. The caller may set
#   fmt    svg (default), png, or dumb for a terminal
#   out    the file to write (default: standard output)
#   data   the data to draw (default: the committed run)

if (!exists("fmt")) fmt = "svg"

# ---- colours ----
# One for each stage, the same in every plot: the palette of Okabe and Ito,
# which the colour-blind can tell apart, without its yellow, which nobody can
# see on white. What is no stage is grey.
stage_colour(name) = \
    name[1:3] eq "01-" ? 0x000000 : \
    name[1:3] eq "02-" ? 0xE69F00 : \
    name[1:3] eq "03-" ? 0x56B4E9 : \
    name[1:3] eq "04-" ? 0xD55E00 : \
    name[1:3] eq "05-" ? 0x009E73 : \
    name[1:3] eq "06-" ? 0xCC79A7 : \
    name[1:3] eq "07-" ? 0x0072B2 : 0x7F7F7F

ink  = 0x333333  # text
fade = 0x777777  # text that may be overlooked
line = 0xDDDDDD  # what guides the eye

# A colour with `part` of itself left, the rest being white.
channel(c, shift) = (int(c) >> shift) & 255
paler(c, part) = int(255 - part * (255 - c) + 0.5)
tint(c, part) = (paler(channel(c, 16), part) << 16) + \
                (paler(channel(c, 8), part) << 8) + paler(channel(c, 0), part)
hex(c) = sprintf("#%06X", c)

# ---- paper ----
# To be evaluated once the plot knows its size: eval paper(800, 500)
paper(w, h) = \
    (fmt eq "png" ? \
         sprintf("set terminal pngcairo size %d,%d font 'sans,10'", w, h) : \
     fmt eq "dumb" ? "set terminal dumb size 80,30" : \
         sprintf("set terminal svg size %d,%d dynamic ", w, h) . \
             "font 'sans-serif,13' background 'white'") \
    . (exists("out") ? sprintf("; set output '%s'", out) : "")

set encoding utf8
set datafile separator comma
set datafile columnheaders
unset key
set border 0
set tics nomirror scale 0 textcolor rgb hex(fade)

# ---- where the numbers are from ----
# The data begins with lines like "# machine: AMD EPYC, 2 cores".
header(key) = system(sprintf("sed -n 's/^# %s: //p' '%s'", key, data))
shorter(text) = strlen(text) > 70 ? text[1:67] . "..." : text
caption(row) = row == 1 ? \
    sprintf("%s, %s at a time; runs: %s. Made by: %s", header("site"), \
        header("concurrency"), header("runs"), shorter(header("command"))) : \
    sprintf("%s; %s; %s %s; %s", header("machine"), header("kernel"), \
        header("compiler"), header("flags"), substr(header("date"), 1, 10))

# ---- who is in the data ----
# The entrants in their order, each in quotes: word(entrants, 2) is a name.
quoted(name) = " '" . name . "'"
add(list, name) = strstrt(list, quoted(name)) ? list : list . quoted(name)
entrants = ""
