# plot.awk - one plot as a figure: the words of `captions` about `name`, where
# its data is from, and the drawing itself. Its files, in this order:
#
#   awk -f csv.awk -f plot.awk -v name=NAME captions data/NAME.csv NAME.svg
#
# Drawings by the same program have the same ids; in one page each id may be
# there but once. So those that something refers to get the plot's name in
# front, and the others go. So do gnuplot's titles, which name its variables.

FILENAME ~ /captions$/ {
    if (/^# /) {
        mine = index($0, "# " name ": ") == 1
        if (mine)
            title = substr($0, length(name) + 5)
    } else if (mine && NF > 0)
        words = words (words == "" ? "" : " ") $0
    next
}

FILENAME ~ /\.csv$/ { csv_row(); next }

/^<\?xml/ || /^<desc>/ { next }

/^<svg/ && !begun {
    begun = 1
    printf "<figure id=\"%s\">\n<div class=\"wide\" role=\"region\" " \
        "tabindex=\"0\" aria-labelledby=\"%s-title\">\n", name, name
    printf "<svg role=\"img\" aria-labelledby=\"%s-title\" " \
        "aria-describedby=\"%s-words\"\n", name, name
    next
}

{
    gsub(/<title>[^<]*<\/title>/, "")
    gsub(/ id="gnuplot_[^"]*"/, "")
    gsub(/ id='/, "&" name "-")
    gsub(/href='#/, "&" name "-")
    gsub(/url\(#/, "&" name "-")
    gsub(/"black"|'black'/, "\"var(--black)\"")
    gsub(/"#[Ff]+"|'#[Ff]+'/, "\"var(--paper)\"")
    if (NF > 0)
        print greys($0)
}

# In place of each grey, as much of the page's black on the page's white: in the
# dark these are another black and white.
function greys(text,    done, colour, part)
{
    while (match(text, /rgb\( *[0-9]+, *[0-9]+, *[0-9]+\)/)) {
        colour = substr(text, RSTART, RLENGTH)
        split(substr(colour, 5), part, ",")
        if (part[1] + 0 == part[2] + 0 && part[2] + 0 == part[3] + 0)
            colour = sprintf("color-mix(in srgb, var(--black) %.1f%%, " \
                "var(--paper))", 100 - part[1] / 2.55)
        done = done substr(text, 1, RSTART - 1) colour
        text = substr(text, RSTART + RLENGTH)
    }
    return done text
}

END {
    printf "</div>\n<figcaption><strong id=\"%s-title\">%s</strong>\n" \
        "<span id=\"%s-words\">%s</span>\n",
        name, html(title), name, html(words)
    if ("command" in header)
        printf "<span class=\"from\">Data: plots/data/%s.csv " \
            "(runs: %s; %s), made by <code>%s</code></span>\n", name, html(header["runs"]),
            html(substr(header["date"], 1, 10)), html(header["command"])
    print "</figcaption></figure>"
}
