/*
 * scene.c - see scene.h.
 */
#include "scene.h"

#include "makers.h"

#include "common/digest.h"
#include "tests/run.h"

#include <check.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void scene_make(struct scene *scene, const struct cell *cell)
{
    const struct example *example = cell->example;

    memset(scene, 0, sizeof *scene);
    scene->cell = *cell;
    (example->make != NULL ? example->make : menu_page)(scene, cell,
                                                        example->data);
    ck_assert_uint_gt(scene->count, 0);
}

static char *format(const char *text, va_list values)
{
    char *made;

    ck_assert_int_ge(vasprintf(&made, text, values), 0);
    return made;
}

static void add_page(struct scene *scene, const char *line, char *url,
                     bool asked)
{
    ck_assert_uint_lt(scene->count, MAX_PAGES);
    scene->pages[scene->count++] =
        (struct scene_page){.url = url, .line = strdup(line), .asked = asked};
}

void scene_asks(struct scene *scene, const char *line, const char *url, ...)
{
    va_list values;

    va_start(values, url);
    add_page(scene, line, format(url, values), true);
    va_end(values);
}

void scene_finds(struct scene *scene, const char *line, const char *url, ...)
{
    va_list values;

    va_start(values, url);
    add_page(scene, line, format(url, values), false);
    va_end(values);
}

void scene_option(struct scene *scene, const char *text, ...)
{
    va_list values;

    ck_assert_uint_lt(scene->option_count, MAX_OPTIONS);
    va_start(values, text);
    scene->options[scene->option_count++] = format(text, values);
    va_end(values);
}

void scene_variable(struct scene *scene, const char *text, ...)
{
    va_list values;

    ck_assert_uint_lt(scene->variable_count, MAX_VARIABLES);
    va_start(values, text);
    scene->variables[scene->variable_count++] = format(text, values);
    va_end(values);
}

void scene_warns(struct scene *scene, const char *text, ...)
{
    va_list values;

    va_start(values, text);
    vsnprintf(scene->warned, sizeof scene->warned, text, values);
    va_end(values);
}

size_t healthy_count(const struct cell *cell)
{
    return cell->when == FIRST ? 2 : 3;
}

struct scripted *scene_serve(struct scene *scene, bool deaf, script *play,
                             const void *data)
{
    ck_assert_uint_lt(scene->server_count, MAX_SERVERS);
    struct scripted *server =
        scripted_start(scene->cell.family, deaf, play, (void *)data);
    scene->servers[scene->server_count++] = server;
    return server;
}

int scene_keep(struct scene *scene, int fd)
{
    ck_assert_int_ge(fd, 0);
    ck_assert_uint_lt(scene->kept_count, MAX_KEPT);
    return scene->kept[scene->kept_count++] = fd;
}

void scene_stalls(struct scene *scene)
{
    scene->timeout_ms = is_patient() ? 5000 : 800;
}

const char *ok_line(int status, const void *body, size_t size)
{
    static char line[64];

    snprintf(line, sizeof line, "ok %d %zu %016" PRIx64, status, size,
             digest_add(DIGEST_EMPTY, body, size));
    return line;
}

const char *ok_text(int status, const char *body)
{
    return ok_line(status, body, strlen(body));
}

void scene_end(struct scene *scene)
{
    for (size_t i = 0; i < scene->server_count; i++)
        scripted_stop(scene->servers[i]);
    for (size_t i = 0; i < scene->kept_count; i++)
        close(scene->kept[i]);
    for (size_t i = 0; i < scene->count; i++) {
        free(scene->pages[i].url);
        free(scene->pages[i].line);
    }
    for (size_t i = 0; i < scene->option_count; i++)
        free(scene->options[i]);
    for (size_t i = 0; i < scene->variable_count; i++)
        free(scene->variables[i]);
    if (scene->unlink[0] != '\0')
        unlink(scene->unlink);
}
