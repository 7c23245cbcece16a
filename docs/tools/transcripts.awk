# transcripts.awk - the ```console fences of a chapter. After markdown.awk.
#
#   -v file=NAME -v problems=FILE   as for fill.awk
#   -v jobs=PREFIX                  fence N has the files PREFIX.N.SUFFIX
#   -v take=1                       takes them apart, and prints each PREFIX.N:
#      at, options      its line; what a comment above it says
#      t1, c1, t2 ...   the commands as they are typed, and as they are run
#      old              all lines as they stand there
#   -v take=0                       prints the chapter, with what is in `new`
#                                   in the place of the old lines

{
    kind = markdown_kind($0)
    if (kind == "open" && fence_language == "console")
        begin_transcript()
    else if (inside && kind == "code")
        transcript_line(markdown_outdent($0))
    else if (inside && kind == "close")
        end_transcript()
    if (kind == "text" && $0 !~ /^ *$/)
        options = $0 ~ /^ *<!-- transcript: .* -->$/ ? $0 : ""
    if (!take && !(inside && kind == "code"))
        print
}

function begin_transcript()
{
    inside = 1
    job = jobs "." ++transcripts
    commands = 0
    continued = typed = 0
    if (!take)
        return
    sub(/^ *<!-- transcript: */, "", options)
    sub(/ *-->$/, "", options)
    gsub(/,/, " ", options)
    if (options ~ /[^A-Za-z0-9=_ .+-]/ || !options_known(options)) {
        print file ":" FNR ": transcript: " options ": there are numbers, " \
            "timeline, long and needs=COMMAND" >>problems
        options = ""
    }
    print options >(job ".options")
    print FNR >(job ".at")
    printf "" >(job ".old")
    options = ""
}

function options_known(text,    n, i, words)
{
    n = split(text, words, " ")
    for (i = 1; i <= n; i++)
        if (words[i] !~ /^(numbers|timeline|long|needs=.+)$/)
            return 0
    return 1
}

# What is typed goes on behind \, | and &&, and in lines "> " right below.
function transcript_line(line)
{
    if (!take)
        return
    print line >(job ".old")
    if (line !~ /^\$ / && !continued && !(typed && line ~ /^> /)) {
        typed = 0
        if (commands == 0)
            print file ":" FNR ": a transcript begins with a line `$ ` and " \
                "a command" >>problems
        return
    }
    if (line ~ /^\$ / && !continued) {
        if (commands > 0)
            end_command()
        commands++
    }
    typed = 1
    continued = line ~ /(\\|\||&&)$/
    print line >(job ".t" commands)
    sub(/^[$>] /, "", line)
    print line >(job ".c" commands)
}

function end_command()
{
    close(job ".c" commands)
    close(job ".t" commands)
}

function end_transcript(    line, any)
{
    inside = 0
    if (take) {
        if (commands > 0) {
            end_command()
            print job
        }
        close(job ".options")
        close(job ".at")
        close(job ".old")
        return
    }
    while ((getline line < (job ".new")) > 0)
        print (line == "" ? "" : fence_indent) line
    close(job ".new")
}
