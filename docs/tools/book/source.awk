# source.awk - a file of the project as a page: highlighted, each line with its
# number, which is its anchor, too: #L10. Of a directory, what is in it.
#
#     awk -f paths.awk -f highlight.awk -f frame.awk -f source.awk \
#         -v path=stages/01-blocking/fetch.c -v pages=FILE \
#         -v template=page.html -v wanted=FILE stages/01-blocking/fetch.c

BEGIN {
    read_pages()
    frame(path " · Seven Crawlers")
    print "<h1 class=\"path\">" trail() "</h1>"
    if (is_directory(path)) {
        list_folder()
        frame(path)
        exit
    }
    highlight_begin(language_of(path))
    printf "<div class=\"code source\"><pre tabindex=\"0\"><code>"
}

{
    sub(/\r$/, "")
    gsub(/[\001-\010\013-\037]/, "?") # what HTML cannot hold
    printf "<a id=\"L%d\" href=\"#L%d\" data-n=\"%d\" tabindex=\"-1\" " \
        "aria-hidden=\"true\"></a>%s\n", NR, NR, NR, highlight($0)
}

END {
    if (is_directory(path))
        exit
    print "</code></pre></div>"
    frame(path)
}

# The path, which may be broken at its slashes.
function trail(    done)
{
    done = html(path)
    gsub(/\//, "/<wbr />", done)
    return done
}

function language_of(file,    name)
{
    name = file
    sub(/.*\//, "", name)
    if (name ~ /^Makefile/)
        return "make"
    if (name !~ /\./)
        return ""
    sub(/.*\./, "", name)
    return name
}

# What the folder holds. All of it is in the book, then, but of the root only
# the files.
function list_folder(    command, name, other)
{
    print "<ul class=\"files\">"
    command = "ls -p -- " quoted(path)
    while ((command | getline name) > 0) {
        other = (path == "." ? "" : path "/") name
        if (sub(/\/$/, "", other) && path == ".") {
            printf "<li>%s</li>\n", html(name)
            continue
        }
        want(other)
        printf "<li><a href=\"%s\">%s</a></li>\n", href_to(other), html(name)
    }
    close(command)
    print "</ul>"
}
