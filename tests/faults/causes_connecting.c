/*
 * causes_connecting.c - see cells.h: what keeps a connection from coming to be.
 */
#include "makers.h"

#include <errno.h>
#include <stddef.h>

static const int no_port = EADDRNOTAVAIL, too_many = EMFILE,
                 too_many_in_all = ENFILE, no_buffers = ENOBUFS,
                 no_memory = ENOMEM;

const struct cause causes_connecting[] = {
    /* refused; unreachable; every address dead: `connect`, errno in the text */
    {"refused", {SCENE("refused", refused, NULL)}},
    {"unreachable", {SCENE("unreachable", unreachable, NULL)}},
    {"every address dead", {SCENE("all dead", all_dead, NULL)}},
    /*
     * first address dead, second alive; IPv6 dead, IPv4 alive (and the
     * reverse): next address, `ok`
     */
    {"first address dead, second alive",
     {SCENE("dead, alive", dead_then_alive, NULL),
      SCENE("silent, alive", silent_then_alive, NULL)}},
    {"other family dead, this one alive",
     {SCENE("other dead", other_family_dead, NULL)}},
    /* connect never completes: `timeout` at the deadline, others unhurt */
    {"connect never completes", {{"silent", never_completes, NULL, STALLS, 0}}},
    /* name unknown; resolver fails; zero addresses: `resolve` */
    {"name unknown", {SCENE("unknown", name_fails, "unknown.test")}},
    {"resolver fails",
     {SCENE("EAI_SYSTEM", name_fails, "broken.test"),
      SCENE("EAI_AGAIN", name_fails, "again.test"),
      SCENE("EAI_FAIL", name_fails, "fail.test")}},
    {"zero addresses", {SCENE("zero", name_fails, "zero.test")}},
    /* resolver never answers: `timeout`; leaving does not hang on it */
    {"resolver never answers",
     {{"never", name_never_answered, NULL, STALLS, 0}}},
    /*
     * no free local port, no descriptor left (EMFILE, ENFILE, ENOBUFS, ENOMEM):
     * wait for one to come free, then go on; `system` only if none is in flight
     */
    {"no port or descriptor; one is freed",
     {SCENE("EADDRNOTAVAIL", starved_beside_another, &no_port),
      SCENE("EMFILE", starved_beside_another, &too_many),
      SCENE("ENFILE", starved_beside_another, &too_many_in_all),
      SCENE("ENOBUFS", starved_beside_another, &no_buffers),
      SCENE("ENOMEM", starved_beside_another, &no_memory)}},
    {"the same, and none in flight",
     {SCENE("EADDRNOTAVAIL", starved_alone, &no_port),
      SCENE("EMFILE", starved_alone, &too_many),
      SCENE("ENFILE", starved_alone, &too_many_in_all),
      SCENE("ENOBUFS", starved_alone, &no_buffers),
      SCENE("ENOMEM", starved_alone, &no_memory)}},
    /* connected to itself (closed loopback port): noticed: `connect` */
    {"connected to itself", {SCENE("itself", connected_to_itself, NULL)}},
    /*
     * connect succeeds at once on a non-blocking socket; EINTR; error only in
     * SO_ERROR: as if it had gone the usual way
     */
    {"connect over at once",
     {SCENE("whole", oddly_connected, "at-once"),
      SCENE("refused", oddly_refused, "at-once")}},
    {"connect interrupted; SO_ERROR tells",
     {SCENE("whole", oddly_connected, "interrupted"),
      SCENE("refused", oddly_refused, "interrupted")}},
    {NULL, {MENU(NULL)}},
};
