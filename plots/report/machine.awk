# machine.awk - where the data was measured. All of it on one machine, as a
# rule; what differs is said with the names of the data that it is about.

BEGIN { keys = split("machine kernel compiler flags date commit", key, " ") }

FNR == 1 {
    name = FILENAME
    gsub(/.*\/|\.csv$/, "", name)
}

/^# / {
    for (k = 1; k <= keys; k++)
        if (index($0, "# " key[k] ": ") == 1)
            note(key[k], substr($0, length(key[k]) + 5), name)
}

function note(k, value, name)
{
    if (k == "date")
        value = substr(value, 1, 10)
    if (!((k, value) in about))
        distinct[k, ++differing[k]] = value
    about[k, value] = about[k, value] \
        (about[k, value] == "" ? "" : ", ") name
}

END {
    print "<dl>"
    for (k = 1; k <= keys; k++) {
        if (differing[key[k]] == 0)
            continue
        printf "<dt>%s</dt>\n", key[k]
        for (i = 1; i <= differing[key[k]]; i++) {
            value = distinct[key[k], i]
            whose = differing[key[k]] > 1 ? \
                " <small>" about[key[k], value] "</small>" : ""
            printf "<dd>%s%s</dd>\n", html(value), whose
        }
    }
    print "</dl>"
}
