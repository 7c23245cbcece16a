/*
 * replay.c - runs a fuzz target without libFuzzer.
 *
 *     fuzz/NAME [-n COUNT] [-s SEED] FILE|DIRECTORY ...
 *
 * Each file once, then COUNT inputs that are made of them by chance: a byte
 * changed, some taken out, some of another file put in. The same seed makes
 * the same inputs, on every machine. The input that a target died of, however
 * it did, lies in `last-input` beside the program, as a file for the next run.
 */
#include "fuzz.h"

#include "common/buffer.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { LONGEST = 4096 }; /* bytes; a made input is cut there */

struct seeds {
    struct buffer *files;
    size_t count;
};

static int last_input; /* the file of that name */

/* ---- reading ---- */

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static struct buffer read_whole(const char *path)
{
    struct buffer file = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;

    if (fd < 0)
        die(path);
    while (buffer_reserve(&file, LONGEST) == 0 &&
           (n = read(fd, file.data + file.length, LONGEST)) > 0)
        file.length += (size_t)n;
    if (n < 0)
        die(path);
    close(fd);
    return file;
}

static void add_file(struct seeds *seeds, const char *path)
{
    struct buffer *files =
        realloc(seeds->files, (seeds->count + 1) * sizeof *files);

    if (files == NULL)
        die(path);
    files[seeds->count++] = read_whole(path);
    seeds->files = files;
}

/* By name, so that the same files make the same inputs. */
static void add_directory(struct seeds *seeds, const char *path)
{
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    char file[4096];

    if (count < 0)
        die(path);
    for (int i = 0; i < count; i++) {
        snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            add_file(seeds, file);
        free(names[i]);
    }
    free(names);
}

static void add_path(struct seeds *seeds, const char *path)
{
    struct stat status;

    if (stat(path, &status) < 0)
        die(path);
    if (S_ISDIR(status.st_mode))
        add_directory(seeds, path);
    else
        add_file(seeds, path);
}

/* ---- making ---- */

static void cut_out(struct buffer *input, size_t at, size_t size)
{
    if (size > input->length - at)
        size = input->length - at;
    memmove(input->data + at, input->data + at + size,
            input->length - at - size);
    input->length -= size;
}

static void put_in(struct buffer *input, size_t at, const char *data,
                   size_t size)
{
    if (size > LONGEST - input->length)
        size = LONGEST - input->length;
    if (buffer_reserve(input, size) < 0)
        die("an input");
    memmove(input->data + at + size, input->data + at, input->length - at);
    memcpy(input->data + at, data, size);
    input->length += size;
}

/* Bytes that mean something somewhere. */
static const char telling[] = "\0\r\n \t:;,/<>=\"'&#?%@[].-0"
                              "1fF9\xff\x80\x7f";

static void change(struct buffer *input, struct draw *draw,
                   const struct seeds *seeds)
{
    const struct buffer *other = &seeds->files[draw_below(draw, seeds->count)];
    size_t at = draw_below(draw, input->length + 1);
    size_t from = draw_below(draw, other->length + 1);
    char byte = telling[draw_below(draw, sizeof telling - 1)];

    switch (draw_below(draw, 6)) {
    case 0:
        if (at < input->length)
            input->data[at] =
                (char)(input->data[at] ^ 1 << draw_below(draw, 8));
        break;
    case 1:
        if (at < input->length)
            input->data[at] = byte;
        break;
    case 2:
        put_in(input, at, &byte, 1);
        break;
    case 3:
        cut_out(input, at, 1 + draw_below(draw, 16));
        break;
    case 4:
        put_in(input, at, other->data + from,
               draw_below(draw, other->length - from + 1));
        break;
    default:
        cut_out(input, at, input->length);
        put_in(input, at, other->data + from, other->length - from);
        break;
    }
}

static struct buffer make(struct draw *draw, const struct seeds *seeds)
{
    const struct buffer *file = &seeds->files[draw_below(draw, seeds->count)];
    struct buffer input = {0};

    if (buffer_reserve(&input, LONGEST) < 0)
        die("an input");
    put_in(&input, 0, file->data, file->length);
    for (size_t left = 1 + draw_below(draw, 4); left > 0; left--)
        change(&input, draw, seeds);
    return input;
}

/* ---- running ---- */

/* Written down first: whatever it dies of, it is known what it was. */
static void try(const struct buffer *input)
{
    if (ftruncate(last_input, 0) < 0 ||
        pwrite(last_input, input->data, input->length, 0) < 0)
        die("last-input");
    LLVMFuzzerTestOneInput((const uint8_t *)input->data, input->length);
}

static void try_all(const struct seeds *seeds, struct draw draw, long count)
{
    for (size_t i = 0; i < seeds->count; i++)
        try(&seeds->files[i]);
    for (long i = 0; i < count && seeds->count > 0; i++) {
        struct buffer input = make(&draw, seeds);
        try(&input);
        buffer_free(&input);
    }
}

int main(int argc, char **argv)
{
    struct seeds seeds = {0};
    struct draw draw = {1};
    long count = 0;
    char path[4096];
    int option;

    while ((option = getopt(argc, argv, "n:s:")) != -1) {
        if (option == 'n')
            count = strtol(optarg, NULL, 10);
        else if (option == 's')
            draw.state = strtoull(optarg, NULL, 10);
        else
            return 2;
    }
    for (int i = optind; i < argc; i++)
        add_path(&seeds, argv[i]);
    snprintf(path, sizeof path, "%s.last-input", argv[0]);
    last_input = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (last_input < 0)
        die(path);
    try_all(&seeds, draw, count);
    unlink(path);
    printf("%zu files and %ld inputs made of them: nothing found\n",
           seeds.count, count);
    for (size_t i = 0; i < seeds.count; i++)
        buffer_free(&seeds.files[i]);
    free(seeds.files);
    return 0;
}
