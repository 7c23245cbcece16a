# markers.awk - the markers of all sources: none twice, none that is not
# understood, none unused. After source.awk.
#
#   -v all=1    the chapters on stdin of `used` are all that there are
#   -v used=FILE    lines "SOURCE NAME" of what chapters show

BEGIN {
    while ((getline line < used) > 0)
        shown[line] = 1
}

FNR == 1 {
    end_source()
    file = FILENAME
    sub(/^\.\//, "", file)
    reserved = 0
}

pending != "" {
    if (indent_of($0) != pending_indent || $0 ~ /^[ \t]*$/)
        problem(pending_at, "the marker " pending " has not the indentation " \
                "of the line below it")
    pending = ""
}

{
    name = marker_name($0)
    if (name == "end")
        end_marker()
    else if (name != "" && name != "tsan")
        marker()
    else if (name == "" && looks_like_one($0))
        problem(FNR, "this is no marker: it is /* docs: kebab-case */ on a " \
                "line of its own")
}

END { end_source() }

function problem(line, text)
{
    print file ":" line ": " text
}

function looks_like_one(line)
{
    return line ~ /\/[*\/] *docs:/ && line !~ /"/
}

function marker()
{
    if (name in place)
        problem(FNR, "the marker " name " is there twice: " place[name])
    else
        place[name] = file ":" FNR
    if (all && !((file " " name) in shown))
        problem(FNR, "no chapter shows the marker " name ": show it or " \
                "remove it")
    pending = name
    pending_at = FNR
    pending_indent = indent_of($0)
    open[pending_indent] = 1
}

# It ends what began at its own indentation.
function end_marker()
{
    if (!(indent_of($0) in open))
        problem(FNR, "docs: end without a marker before it, at the same " \
                "indentation")
    delete open[indent_of($0)]
}

function end_source()
{
    split("", open)
    pending = ""
}
