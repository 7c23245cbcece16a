/*
 * causes.c - see cells.h: every cause that a server or a network can bring
 * about, each with the examples that it is tried by. Above them stand the rows
 * of the table of failures that they are from, word for word.
 */
#include "makers.h"

#include <string.h>
#include <sys/socket.h>

const struct section sections[SECTIONS] = {
    {"Connecting", causes_connecting},
    {"Closing and stalling", causes_closing},
    {"Head", causes_head},
    {"Body", causes_body},
    {"Redirects and links", causes_links},
};

/* ---- the stages ---- */

const struct column columns[COLUMNS] = {
    {"01", "01-blocking", NULL, false},
    {"02", "02-processes", NULL, false},
    {"03", "03-threads", NULL, false},
    {"04", "04-busy-wait", NULL, false},
    {"05", "05-callbacks", NULL, false},
    {"06", "06-futures", NULL, false},
    {"07", "07-loop", NULL, false},
    {"07k", "07-loop", "--keep-alive", true},
};

/* ---- what cannot be ---- */

const char *cell_limit(const struct cell *cell)
{
    const struct example *example = cell->example;

    if (site_base(cell->family) == NULL ||
        (example->make == other_family_dead && site_base(AF_INET6) == NULL))
        return "this machine has no ::1";
    if ((example->make == starved_alone ||
         example->make == starved_beside_another) &&
        cell->family == AF_INET6 && strcmp(example->name, "EADDRNOTAVAIL") == 0)
        return "no free port, IPv6: it looks as on a machine without IPv6";
    return NULL;
}
