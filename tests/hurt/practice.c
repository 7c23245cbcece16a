/*
 * practice.c - see practice.h.
 */
#include "practice.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/seven-crawlers-hurt-XXXXXX";
static char site[64];
static pid_t site_pid;

static _Noreturn void give_up(const char *what)
{
    perror(what);
    exit(2);
}

static void clean_up(void)
{
    char command[sizeof dir + 16];

    if (site_pid > 0) {
        kill(site_pid, SIGKILL);
        waitpid(site_pid, NULL, 0);
    }
    snprintf(command, sizeof command, "rm -rf %s", dir);
    if (system(command) != 0)
        perror(dir);
}

/* Reads "http://127.0.0.1:PORT/" and keeps what is between the slashes. */
static void read_address(int fd)
{
    char line[80] = "";
    size_t size = 0;

    while (size + 1 < sizeof line && read(fd, line + size, 1) == 1 &&
           line[size] != '\n')
        size++;
    if (sscanf(line, "http://%63[^/]/", site) != 1)
        give_up("the site did not start");
}

/* Every page links to every other, so that one of them finds them all. */
static _Noreturn void become_site(const char *build, int out)
{
    char program[512];

    snprintf(program, sizeof program, "%s/site", build);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out, STDOUT_FILENO);
    execl(program, program, "--latency=0", "--pages=4", "--links=20", "-q",
          (char *)NULL);
    _exit(127);
}

static void start_site(const char *build)
{
    int out[2];

    if (pipe2(out, O_CLOEXEC) < 0 || (site_pid = fork()) < 0)
        give_up("the site");
    if (site_pid == 0)
        become_site(build, out[1]);
    close(out[1]);
    read_address(out[0]);
    close(out[0]);
}

static void write_list(void)
{
    char path[sizeof dir + 8];

    snprintf(path, sizeof path, "%s/list", dir);
    FILE *file = fopen(path, "we");
    if (file == NULL || fprintf(file, "\nhttp://%s/2\n", site) < 0 ||
        fclose(file) != 0)
        give_up(path);
}

void practice_open(const char *build)
{
    if (mkdtemp(dir) == NULL)
        give_up(dir);
    atexit(clean_up);
    start_site(build);
    write_list();
}

const char *practice_dir(void)
{
    return dir;
}

const char *practice_site(void)
{
    return site;
}
