/*
 * talk.c - see makers.h: servers that say what a script has them say, a byte
 * too few, too early or on a connection that was kept.
 */
#include "makers.h"

#include <check.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Our server's healthy pages stand before the fault, on its connection. */
static void serve(struct scene *scene, bool deaf, script *play,
                  const void *data)
{
    struct scripted *server = scene_serve(scene, deaf, play, data);

    snprintf(scene->healthy, sizeof scene->healthy, "%shealthy/",
             scripted_url(server));
    scene->healthy_body = SCRIPTED_HEALTHY;
    scene->reuses = true;
}

static const char *base_of(const struct scene *scene)
{
    return scripted_url(scene->servers[0]);
}

/* What it comes to: `line`, or ok with that body. */
static const char *line_for(const char *line, const char *body)
{
    return line != NULL ? line : ok_text(200, body);
}

/* The close, when the script returns, is an orderly one or a reset. */
static void end_so(int conn, const char *how)
{
    if (strcmp(how, "reset") == 0)
        scripted_reset(conn);
}

/* ---- cut at every byte ---- */

/* /N: the first N bytes, and then, when they have arrived, what `how` says. */
static void play_cut(int conn, void *data)
{
    const struct cut *cut = data;
    size_t size = strlen(cut->answer);
    char target[32];

    while (scripted_serve_healthy(conn) &&
           scripted_read(conn, target, sizeof target)) {
        size_t at = strtoul(target + 1, NULL, 10);
        bool taken = scripted_hand(conn, cut->answer, at);
        end_so(conn, cut->how);
        if (!taken || strcmp(cut->how, "go on") != 0 ||
            !scripted_send(conn, cut->answer + at, size - at))
            return;
    }
}

/* Cut at `at`, it must come to this. */
static const char *cut_line(const struct cut *cut, size_t at)
{
    if (strcmp(cut->how, "go on") == 0 ||
        (at == strlen(cut->answer) && cut->body != NULL))
        return ok_text(200, cut->body);
    return strcmp(cut->how, "reset") == 0 ? "reset - - -" : "truncated - - -";
}

void cut_anywhere(struct scene *scene, const struct cell *cell,
                  const void *data)
{
    const struct cut *cut = data;

    serve(scene, false, play_cut, cut);
    for (size_t at = 0; at <= strlen(cut->answer); at++)
        if (cell->part < 0 || (size_t)cell->part == at)
            scene_asks(scene, cut_line(cut, at), "%s%zu", base_of(scene), at);
}

static void play_bytes(int conn, void *data)
{
    const struct cut *cut = data;
    char target[32];

    while (scripted_serve_healthy(conn) &&
           scripted_read(conn, target, sizeof target))
        for (const char *byte = cut->answer; *byte != '\0'; byte++)
            if (!scripted_hand(conn, byte, 1))
                break;
}

void byte_by_byte(struct scene *scene, const struct cell *cell,
                  const void *data)
{
    const struct cut *cut = data;

    (void)cell;
    serve(scene, false, play_bytes, cut);
    scene_asks(scene, ok_text(200, cut->body), "%sdrip", base_of(scene));
}

/* ---- how often a page may be asked for ---- */

struct counting {
    const void *play; /* struct early or stale */
    int most;
    atomic_int requests;
};

/* Once; and once more where the connection had been kept, and was dead. */
static struct counting *count_requests(const struct cell *cell,
                                       const void *play)
{
    static struct counting all[64]; /* far more than there are at a time */
    static size_t next;
    struct counting *counting = &all[next++ % 64];
    bool again = cell->column->keeps && cell->when == LATER &&
                 cell->example->traits & ANEW;

    *counting = (struct counting){.play = play, .most = again ? 2 : 1};
    return counting;
}

/* What is said the next time, which is nothing good if it is too often. */
static const char *answer_once(struct counting *counting, const char *answer)
{
    if (atomic_fetch_add(&counting->requests, 1) < counting->most)
        return answer;
    return "HTTP/1.1 500 Too often\r\nContent-Length: 0\r\n\r\n";
}

/* ---- an answer to a request that is not read ---- */

/* The request is on its way when its first bytes are there. */
static void play_early(int conn, void *data)
{
    struct counting *counting = data;
    const struct early *early = counting->play;

    if (!scripted_serve_healthy(conn) ||
        !scripted_say(conn, answer_once(counting, early->answer)))
        return;
    end_so(conn, early->how);
    if (strcmp(early->how, "shut") == 0)
        shutdown(conn, SHUT_WR);
    if (strcmp(early->how, "wait") == 0 || strcmp(early->how, "shut") == 0)
        scripted_await_close(conn);
}

/* The request fits into no buffer between the two. */
void answered_early(struct scene *scene, const struct cell *cell,
                    const void *data)
{
    const struct early *early = data;

    serve(scene, true, play_early, count_requests(cell, early));
    scene_variable(scene, "SMALL_SEND_BUFFER=1");
    if (cell->example->traits & STALLS)
        scene_stalls(scene);
    scene_asks(scene, line_for(early->line, early->body), "%s%030000d",
               base_of(scene), 7);
}

/* ---- kept, and gone stale ---- */

static void play_stale(int conn, void *data)
{
    struct counting *counting = data;
    const struct stale *stale = counting->play;
    char target[32], first[12];
    bool kept = scripted_peek(conn, first, sizeof first) &&
                memcmp(first, "GET /healthy", sizeof first) == 0;

    if (!scripted_serve_healthy(conn) ||
        !scripted_read(conn, target, sizeof target))
        return;
    const char *answer =
        answer_once(counting, kept ? stale->on_kept : stale->on_fresh);
    scripted_hand(conn, answer, strlen(answer));
    end_so(conn, kept ? stale->kept_ends : stale->fresh_ends);
}

void gone_stale(struct scene *scene, const struct cell *cell, const void *data)
{
    const struct stale *stale = data;

    serve(scene, false, play_stale, count_requests(cell, stale));
    scene_asks(scene, line_for(stale->line, stale->body), "%spage",
               base_of(scene));
}
