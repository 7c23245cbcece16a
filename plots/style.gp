# style.gp - what all plots share: colours, paper, words, and where a number is
# from.
#
# Loaded by the other scripts. The caller may set
#   fmt     svg (default), png, or dumb for a terminal of 80 x 30
#   out     the file to write (default: standard output)
#   data    the data to draw (default: the committed run)
#   behind  another run of the same, to be drawn pale behind it

if (!exists("fmt")) fmt = "svg"
dumb = fmt eq "dumb"
compared = exists("behind")

set encoding utf8
set datafile separator comma
set datafile columnheaders

# ---- is there anything to draw? ----
rows(file) = int(system(sprintf("grep -v '^#' '%s' 2>/dev/null | wc -l", file)))
nothing(file) = sprintf("plots: there is nothing in %s: make experiments" . \
    " measures what the plots show", file)
if (rows(data) < 2) exit error nothing(data)
if (compared) if (rows(behind) < 2) exit error nothing(behind)

# Texts with commas in them end at the first for gnuplot: here they are others,
# which look like commas. For who reads texts: plot cells(data) ...
cells(file) = "< awk -F '\"' -v OFS='\"' '{ for (i = 2; i <= NF; i += 2)" . \
    " gsub(/,/, \"\342\200\232\", $i) } 1' '" . file . "'"

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
fade = 0x707070  # text that may be overlooked
line = 0xDDDDDD  # what guides the eye
pale = 0.35      # what is left of a colour in the run behind

# A colour with `part` of itself left, the rest being white.
channel(c, shift) = (int(c) >> shift) & 255
paler(c, part) = int(255 - part * (255 - c) + 0.5)
tint(c, part) = (paler(channel(c, 16), part) << 16) + \
                (paler(channel(c, 8), part) << 8) + paler(channel(c, 0), part)
hex(c) = sprintf("#%06X", c)

# One socket and all of them are one stage: the same colour, the first pale.
is_pale(name) = name[1:3] eq "04-" && name[strlen(name) - 4:] eq " -c 1"
# With an option of its own it is a variant of its stage, and paler, too.
entrant_colour(name) = tint(stage_colour(name), \
    is_pale(name) || strstrt(name, " --") ? 0.5 : 1.0)

# "05-callbacks --selector=select" is too long for the end of a line.
variant(text) = strstrt(text, "=") ? text[strstrt(text, "=") + 1:] : text
brief_name(name) = strstrt(name, " --") ? name[1:strstrt(name, " --") - 1] . \
    ", " . variant(name[strstrt(name, " --") + 1:]) : name

# A terminal has no colours: there a stage's points are its number.
sign(name, i) = name[1:1] eq "0" ? name[2:2] : substr("abcdefghijkl", i, i)

# ---- paper ----
# To be evaluated once the plot knows its size: eval paper(800, 500)
paper(w, h) = \
    (fmt eq "png" ? \
         sprintf("set terminal pngcairo size %d,%d font 'sans,10'", w, h) : \
     dumb ? "set terminal dumb size 79,30" : \
         sprintf("set terminal svg size %d,%d dynamic ", w, h) . \
             "font 'sans-serif,13' background 'white'") \
    . (exists("out") ? sprintf("; set output '%s'", out) : "")

unset key
set border 0
set tics nomirror scale 0 textcolor rgb hex(fade)
guide = dumb ? "linetype 0" : "linecolor rgb '#DDDDDD' linetype 1 linewidth 1"
small_font = fmt eq "png" ? ",8" : ",10"

# Several panels on one paper; on a terminal, one after another. The corners
# are parts of the paper: eval panel(left, right, bottom, top)
panels = dumb ? "" : "set multiplot"
panels_end = dumb ? "" : "unset multiplot"
panel(l, r, b, t) = \
    "unset label; unset arrow; unset object; unset logscale;" . \
    "unset xlabel; set xrange [*:*]; set yrange [*:*];" . \
    "set xtics auto; set ytics auto; unset grid;" . \
    (dumb ? "set lmargin 9; set rmargin 22; set tmargin 7; set bmargin 5;" : \
    sprintf("set lmargin at screen %g; set rmargin at screen %g;", l, r) . \
    sprintf("set bmargin at screen %g; set tmargin at screen %g;", b, t)) . \
    (dumb || !headed ? heading : "")
headed = 0

# Terminals have whole lines: a range in which n rows are whole lines apart.
# A text stands one line below an arrow of the same height.
terminal_row(n) = n <= 8 ? 0.5 : 1.0
terminal_rows(n) = 17 * terminal_row(n)

# ---- words ----
# Lines of at most `width` characters.
space(text, i) = i < 2 ? strlen(text) : \
    text[i:i] eq " " ? i : space(text, i - 1)
wrap(text, width) = strlen(text) <= width ? text : \
    text[1:space(text, width) - 1] . "\n" . \
    wrap(text[space(text, width) + 1:], width)
width = dumb ? 78 : 112

# 1234567 is 1,234,567; for a short label: 1.23M.
thousands(x) = x < 1000 ? sprintf("%.0f", x) : \
    thousands(floor(x / 1000)) . sprintf(",%03d", int(x) % 1000)
short(x) = x == 0 ? "0" : x < 0.01 ? sprintf("%.4f", x) : \
    x < 0.1 ? sprintf("%.3f", x) : \
    x < 10 ? sprintf("%.2g", x) : x < 1e4 ? thousands(x) : \
    x < 1e6 ? sprintf("%.3gk", x / 1e3) : sprintf("%.3gM", x / 1e6)
digits(x) = x < 9.95 ? sprintf("%.2g", x) : sprintf("%.0f", x)
seconds(x) = x == 0 ? "0" : x < 0.9995e-6 ? digits(x * 1e9) . " ns" : \
    x < 0.9995e-3 ? digits(x * 1e6) . " µs" : \
    x < 0.9995 ? digits(x * 1e3) . " ms" : digits(x) . " s"

precise(x) = x < 1e-3 ? sprintf("%.3g µs", x * 1e6) : \
    x < 1 ? sprintf("%.3g ms", x * 1e3) : sprintf("%.3g s", x)

# For scales of powers of ten: set ytics @seconds_tics
seconds_tics = "('1 µs' 1e-6, '10 µs' 1e-5, '100 µs' 1e-4, '1 ms' 1e-3, " . \
    "'10 ms' 0.01, '100 ms' 0.1, '1 s' 1, '10 s' 10, '100 s' 100, " . \
    "'1,000 s' 1e3, '10,000 s' 1e4)"
count_tics = "('1' 1, '10' 10, '100' 100, '1,000' 1e3, '10,000' 1e4, " . \
    "'100,000' 1e5, '1,000,000' 1e6)"
kib_tics = "('1 MiB' 1024, '10 MiB' 10240, '100 MiB' 102400, " . \
    "'1 GiB' 1048576, '10 GiB' 10485760)"
# And where there are too few of them: set ytics add @seconds_between
seconds_between = "('2 ms' 2e-3, '5 ms' 5e-3, '20 ms' 0.02, '50 ms' 0.05, " . \
    "'200 ms' 0.2, '500 ms' 0.5, '2 s' 2, '5 s' 5, '20 s' 20, '50 s' 50)"
kib_between = "('2 MiB' 2048, '5 MiB' 5120, '20 MiB' 20480, " . \
    "'50 MiB' 51200, '200 MiB' 204800, '500 MiB' 512000)"

# ---- where the numbers are from ----
# The data begins with lines like "# machine: AMD EPYC, 2 cores".
header_of(file, key) = \
    system(sprintf("sed -n 's/^# %s: //p' '%s' | head -n 1", key, file))
header(key) = header_of(data, key)
shorter(text) = strlen(text) > 100 ? text[1:97] . "..." : text
measured(file) = sprintf("%s, %s", header_of(file, "machine"), \
    substr(header_of(file, "date"), 1, 10))
# What was fetched: for one x, or from the first to the last.
job = header("site")
job = strlen(job) == 0 ? system(sprintf("awk '/^# x=/ " . \
    "{ sub(/^[^:]*: /, \"\"); if (!n++) first = $0; last = $0 } " . \
    "END { print first (last != first ? \" ... \" last : \"\") }' '%s'", \
    data)) : \
    job . sprintf(", %s at a time", header("concurrency"))
commit = header("commit")
caption(row) = row == 1 ? job : \
    row == 2 ? sprintf("Runs: %s. Made by: %s", header("runs"), \
        shorter(header("command"))) : \
    sprintf("%s; %s; %s %s; %s%s", header("machine"), header("kernel"), \
        header("compiler"), header("flags"), substr(header("date"), 1, 10), \
        strlen(commit) > 0 ? "; commit " . commit : "")
fit(text) = dumb && strlen(text) > 78 ? text[1:75] . "..." : text

# The head and the foot of a plot. A line of text is lower in png than in svg.
airy = fmt eq "png" ? 1.35 : 1
# Set headline and about, then eval heading.
about_all = "wrap(about . (compared ? in_front . measured(data)" . \
    " . at_back . measured(behind) . '.' : ''), width)"
in_front = dumb ? " First: " : " In full colour: "
at_back = dumb ? ". In brackets: " : ". Pale: "
heading = "headed = 1;" . \
    "set label 1000 dumb ? headline : '{/:Bold ' . headline . '}'" . \
    " at screen (dumb ? 0 : 0.02), screen 1 left" . \
    " offset 0,(dumb ? -1 : -1.3 * airy)" . \
    " font (fmt eq 'png' ? ',14' : ',17') textcolor rgb hex(ink);" . \
    "set label 1001 " . about_all . \
    " at screen (dumb ? 0 : 0.02), screen 1 left" . \
    " offset 0,(dumb ? -2 : -2.9 * airy)" . \
    " textcolor rgb hex(fade) noenhanced;" . \
    "do for [row = 1:3] { set label 1001 + row fit(caption(row))" . \
    " at screen (dumb ? 0 : 0.02), screen 0 left" . \
    " offset 0,(dumb ? 3 - row : (3.9 - 1.05 * row) * airy) font small_font" . \
    " textcolor rgb hex(fade) noenhanced };"

# ---- who is in the data ----
# The entrants in their order, each in quotes: word(entrants, 2) is a name.
quoted(name) = " '" . name . "'"
add(list, name) = strstrt(list, quoted(name)) ? list : list . quoted(name)
entrants = ""
