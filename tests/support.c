/*
 * support.c - see support.h.
 */
#include "support.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- what is left over ---- */

/* The entries of a directory, without itself and its parent. */
static int count_entries(const char *path)
{
    DIR *dir = opendir(path);
    int count = -2;

    ck_assert_msg(dir != NULL, "%s: %s", path, strerror(errno));
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

int count_descriptors(void)
{
    return count_entries("/proc/self/fd") - 1; /* the one that looks */
}

int count_threads(void)
{
    return count_entries("/proc/self/task");
}

bool has_children(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* ---- files ---- */

static char dir_path[64];

void temp_dir_make(void)
{
    strcpy(dir_path, "/tmp/seven-crawlers-XXXXXX");
    if (mkdtemp(dir_path) == NULL) {
        perror(dir_path);
        exit(EXIT_FAILURE); /* a fixture that is not checked cannot fail */
    }
}

void temp_dir_remove(void)
{
    DIR *dir = opendir(dir_path);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), entry->d_name, 0); /* . and .. refuse */
    if (dir != NULL)
        closedir(dir);
    rmdir(dir_path);
}

char *temp_path(const char *name)
{
    char *path;

    ck_assert_int_gt(asprintf(&path, "%s/%s", dir_path, name), 0);
    return path;
}

void file_write(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "we");

    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    ck_assert_uint_eq(fwrite(data, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

/* The whole stream from its beginning, and a NUL. */
static char *read_all(FILE *file)
{
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);
    char *data = malloc(size + 1);

    ck_assert_ptr_nonnull(data);
    rewind(file);
    ck_assert_uint_eq(fread(data, 1, size, file), size);
    data[size] = '\0';
    return data;
}

char *file_read(const char *path)
{
    FILE *file = fopen(path, "re");

    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    char *data = read_all(file);
    fclose(file);
    return data;
}

/* ---- standard streams ---- */

void capture_begin(struct capture *capture, FILE *stream)
{
    fflush(stream);
    *capture = (struct capture){.stream = stream, .file = tmpfile()};
    ck_assert_ptr_nonnull(capture->file);
    capture->fd = dup(fileno(stream));
    ck_assert_int_ge(capture->fd, 0);
    ck_assert_int_ge(dup2(fileno(capture->file), fileno(stream)), 0);
}

char *capture_end(struct capture *capture)
{
    fflush(capture->stream);
    ck_assert_int_ge(dup2(capture->fd, fileno(capture->stream)), 0);
    close(capture->fd);
    char *text = read_all(capture->file);
    fclose(capture->file);
    return text;
}

void send_stream_to(FILE *stream, const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
    fflush(stream);
    ck_assert_int_ge(dup2(fd, fileno(stream)), 0);
    close(fd);
}
