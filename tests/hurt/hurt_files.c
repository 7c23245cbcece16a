/*
 * hurt_files.c - see hurt.h: descriptors and files.
 *
 * What the kernel says of a write deep in stdio no wrapper can say; for that
 * there is `disk`, which lets no file grow beyond so many bytes.
 */
#include "hurt.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_close(int fd);
int __wrap_close(int fd);
ssize_t __real_read(int fd, void *data, size_t size);
ssize_t __wrap_read(int fd, void *data, size_t size);
int __real_pipe2(int pair[2], int flags);
int __wrap_pipe2(int pair[2], int flags);
int __real_stat(const char *path, struct stat *about);
int __wrap_stat(const char *path, struct stat *about);
int __real_fstat(int fd, struct stat *about);
int __wrap_fstat(int fd, struct stat *about);
int __real_ftruncate(int fd, off_t size);
int __wrap_ftruncate(int fd, off_t size);
FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__real_fdopen(int fd, const char *mode);
FILE *__wrap_fdopen(int fd, const char *mode);
int __real_fflush(FILE *file);
int __wrap_fflush(FILE *file);
int __real_fclose(FILE *file);
int __wrap_fclose(FILE *file);

int __wrap_open(const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode = 0;

    if (flags & O_CREAT) {
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return hurt_fails(HURT_open) ? -1 : __real_open(path, flags, mode);
}

/* Linux has closed the descriptor, whatever it says. */
int __wrap_close(int fd)
{
    int status = __real_close(fd);

    return hurt_fails(HURT_close) ? -1 : status;
}

ssize_t __wrap_read(int fd, void *data, size_t size)
{
    return hurt_fails(HURT_read) ? -1 : __real_read(fd, data, size);
}

int __wrap_pipe2(int pair[2], int flags)
{
    return hurt_fails(HURT_pipe2) ? -1 : __real_pipe2(pair, flags);
}

int __wrap_stat(const char *path, struct stat *about)
{
    return hurt_fails(HURT_stat) ? -1 : __real_stat(path, about);
}

int __wrap_fstat(int fd, struct stat *about)
{
    return hurt_fails(HURT_fstat) ? -1 : __real_fstat(fd, about);
}

int __wrap_ftruncate(int fd, off_t size)
{
    return hurt_fails(HURT_ftruncate) ? -1 : __real_ftruncate(fd, size);
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
    return hurt_fails(HURT_fopen) ? NULL : __real_fopen(path, mode);
}

FILE *__wrap_fdopen(int fd, const char *mode)
{
    return hurt_fails(HURT_fdopen) ? NULL : __real_fdopen(fd, mode);
}

int __wrap_fflush(FILE *file)
{
    return hurt_fails(HURT_fflush) ? EOF : __real_fflush(file);
}

/* Some file systems only say then that something was not written. */
int __wrap_fclose(FILE *file)
{
    int flags = fcntl(fileno(file), F_GETFL);
    int status = __real_fclose(file);

    if ((flags & O_ACCMODE) == O_RDONLY) /* nothing can be lost */
        return status;
    return hurt_fails(HURT_fclose) ? EOF : status;
}

/*
 * Who closes a descriptor that it does not have closes, most likely, number 0.
 * With $HURT_NO_STDIN that one was closed from the beginning.
 */
__attribute__((destructor)) static void look_at_standard_descriptors(void)
{
    int first = getenv("HURT_NO_STDIN") != NULL ? STDOUT_FILENO : STDIN_FILENO;

    for (int fd = first; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0)
            continue;
        fprintf(stderr, "hurt: descriptor %d was closed\n", fd);
        _exit(99);
    }
}
