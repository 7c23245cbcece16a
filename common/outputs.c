/*
 * outputs.c - see outputs.h.
 */
#include "outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *output_name(enum output output)
{
    static const char *const names[OUTPUTS] = {
        [OUTPUT_MANIFEST] = "the manifest",
        [OUTPUT_TRACE] = "the trace",
        [OUTPUT_HAR] = "the HAR file",
        [OUTPUT_TRACE_EVENTS] = "the trace events",
    };
    return names[output];
}

/* ---- opening ---- */

/*
 * Opens a file for writing, and nothing is lost yet of what stands in it.
 * `*made` says whether there was none. NULL with errno, after a message.
 */
static FILE *open_output(const struct stage *stage, const char *path,
                         bool *made)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    *made = fd >= 0;
    if (fd < 0 && errno == EEXIST)
        fd = open(path, O_WRONLY | O_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL) {
        int error = errno;
        fprintf(stderr, "%s: cannot write '%s': %s\n", stage->name, path,
                strerror(error));
        if (fd >= 0)
            close(fd);
        errno = error;
    }
    return file;
}

/*
 * Two outputs into one file would write over each other, and one into a list
 * of URLs would destroy it. A terminal or /dev/null takes anything.
 */
static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
           !S_ISCHR(a->st_mode);
}

/* The name of what this output would write over, or NULL. */
static const char *find_clash(const struct outputs *outputs, int output,
                              const struct options *options)
{
    const struct output_file *files = outputs->files;
    struct stat about, other;

    if (files[output].file == NULL ||
        fstat(fileno(files[output].file), &about) < 0)
        return NULL;
    for (int i = 0; i < output; i++)
        if (files[i].file != NULL &&
            fstat(fileno(files[i].file), &other) == 0 &&
            is_same_file(&about, &other))
            return files[i].path;
    if (options->json && fstat(STDOUT_FILENO, &other) == 0 &&
        is_same_file(&about, &other))
        return "stdout, which --json wants";
    for (size_t i = 0; i < options->input_file_count; i++)
        if (stat(options->input_files[i], &other) == 0 &&
            is_same_file(&about, &other))
            return options->input_files[i];
    return NULL;
}

static int check_clashes(const struct outputs *outputs,
                         const struct options *options)
{
    const char *clash = NULL;

    for (int i = 0; i < OUTPUTS && clash == NULL; i++)
        clash = find_clash(outputs, i, options);
    if (clash == NULL)
        return 0;
    fprintf(stderr, "%s: would write over %s: give each output its own file\n",
            outputs->stage->name, clash);
    errno = EEXIST;
    return -1;
}

int outputs_open(struct outputs *outputs, const struct stage *stage,
                 const struct options *options)
{
    *outputs = (struct outputs){
        .stage = stage,
        .files = {[OUTPUT_MANIFEST].path = options->manifest,
                  [OUTPUT_TRACE].path = options->trace,
                  [OUTPUT_HAR].path = options->har,
                  [OUTPUT_TRACE_EVENTS].path = options->trace_events}};

    for (int i = 0; i < OUTPUTS; i++) {
        struct output_file *output = &outputs->files[i];
        if (output->path == NULL)
            continue;
        output->file = i == OUTPUT_MANIFEST && strcmp(output->path, "-") == 0
                           ? stdout
                           : open_output(stage, output->path, &output->made);
        if (output->file == NULL)
            goto fail;
    }
    if (check_clashes(outputs, options) == 0)
        return 0;
fail:;
    int error = errno;
    outputs_abandon(outputs);
    errno = error;
    return -1;
}

/* ---- the end ---- */

/* What stood behind the new text is cut off; a pipe or a device has none. */
static int cut_off(FILE *file)
{
    struct stat about;

    if (fstat(fileno(file), &about) < 0)
        return -1;
    if (!S_ISREG(about.st_mode))
        return 0;
    while (ftruncate(fileno(file), ftello(file)) < 0)
        if (errno != EINTR) /* by Ctrl-C, for which it is finished */
            return -1;
    return 0;
}

int outputs_finish(struct outputs *outputs, enum output output)
{
    FILE *file = outputs->files[output].file;
    const char *failed = NULL;
    int error = 0;

    if (fflush(file) != 0 || ferror(file))
        failed = "write";
    else if (file != stdout && cut_off(file) < 0)
        failed = "shorten";
    error = errno;
    /* A file system across the network may say only now what it lost. */
    if (file != stdout && fclose(file) != 0 && failed == NULL) {
        failed = "write";
        error = errno;
    }
    if (failed != NULL)
        fprintf(stderr, "%s: cannot %s %s: %s\n", outputs->stage->name, failed,
                output_name(output), strerror(error));
    outputs->files[output].file = NULL;
    return failed == NULL ? 0 : -1;
}

void outputs_abandon(struct outputs *outputs)
{
    for (int i = 0; i < OUTPUTS; i++) {
        struct output_file *output = &outputs->files[i];
        if (output->file != NULL && output->file != stdout)
            fclose(output->file);
        if (output->made)
            unlink(output->path);
        output->file = NULL;
    }
}
