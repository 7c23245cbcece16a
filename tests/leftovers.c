/*
 * leftovers.c - linked into the stages that the tests run: when the program
 * leaves, it must have as many descriptors as when it began, one thread, and
 * no child. What is left is named on stderr, and the exit status is 99.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int descriptors_at_start;

/* How many threads or descriptors there are, from number `first` on. */
static int count_numbers(const char *path, int first)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    int count = 0;

    if (dir == NULL)
        return -1;
    while ((entry = readdir(dir)) != NULL) {
        int number = entry->d_name[0] == '.' ? -1 : atoi(entry->d_name);
        bool is_ours = first > 0 && number == dirfd(dir);
        count += number >= first && !is_ours;
    }
    closedir(dir);
    return count;
}

/* Not the standard ones: in the place of a closed one there is a stand-in. */
static int count_descriptors(void)
{
    return count_numbers("/proc/self/fd", STDERR_FILENO + 1);
}

__attribute__((constructor)) static void count_at_start(void)
{
    descriptors_at_start = count_descriptors();
}

/*
 * A detached helper that has handed in its answer may take a moment to leave:
 * ask again a few times before calling it left over.
 */
static int threads_left(void)
{
    int threads = 0;

    for (int tries = 0; tries < 1000; tries++) {
        threads = count_numbers("/proc/self/task", 0) - 1; /* and us */
        if (threads == 0)
            break;
        usleep(1000);
    }
    return threads;
}

static void complain(const char *what, int count)
{
    fprintf(stderr, "left over: %d %s\n", count, what);
    fflush(stderr);
    _exit(99);
}

__attribute__((destructor)) static void compare_at_end(void)
{
    int descriptors = count_descriptors() - descriptors_at_start;

    if (descriptors != 0)
        complain("descriptors", descriptors);
    if (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD)
        complain("child processes", 1);
    if (getenv("LEFTOVERS_THREAD") == NULL && threads_left() != 0)
        complain("threads", threads_left());
}
