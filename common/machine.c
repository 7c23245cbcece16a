/*
 * machine.c - see machine.h.
 */
#include "machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* The Makefile says -DBUILD_CFLAGS='"-O2 -g"'. */
#ifndef BUILD_CFLAGS
#define BUILD_CFLAGS "unknown"
#endif

#ifdef __clang__
#define COMPILER __VERSION__ /* names itself */
#elif defined __GNUC__
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown"
#endif

/* The value in a line like "model name\t: AMD EPYC", or NULL. */
static char *value_of(char *line, const char *key)
{
    char *colon = strchr(line, ':');

    if (colon == NULL || strncmp(line, key, strlen(key)) != 0)
        return NULL;
    line[strcspn(line, "\n")] = '\0';
    colon++;
    return colon + strspn(colon, " \t");
}

/* x86 has its model in /proc/cpuinfo; others have at least `fallback`. */
static void cpu_model(char *model, size_t size, const char *fallback)
{
    char line[512];
    char *found = NULL;
    FILE *file = fopen("/proc/cpuinfo", "re");

    while (file != NULL && found == NULL &&
           fgets(line, sizeof line, file) != NULL)
        found = value_of(line, "model name");
    snprintf(model, size, "%s", found != NULL ? found : fallback);
    if (file != NULL)
        fclose(file);
}

/*
 * What git says of the directory we are in. Changes count if they are in what
 * is built: the plots' data changes with every measurement.
 */
static void find_commit(char *commit, size_t size)
{
    FILE *git = popen("git rev-parse --short=12 HEAD 2>/dev/null && { git diff "
                      "--quiet HEAD -- Makefile common stages || echo changed; "
                      "} 2>/dev/null",
                      "re");
    char hash[44] = "", changed[16] = "";

    if (git != NULL && fgets(hash, sizeof hash, git) != NULL)
        if (fgets(changed, sizeof changed, git) == NULL)
            changed[0] = '\0';
    if (git != NULL)
        pclose(git);
    hash[strcspn(hash, "\n")] = '\0';
    snprintf(commit, size, "%s%s", hash[0] != '\0' ? hash : "unknown",
             changed[0] != '\0' ? " and changes" : "");
}

void machine_describe(struct machine *machine)
{
    struct utsname name = {.sysname = "unknown"};
    time_t now = time(NULL);
    struct tm utc;
    char model[96];
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    uname(&name);
    cpu_model(model, sizeof model, name.machine);
    snprintf(machine->cpu, sizeof machine->cpu, "%s, %ld core%s", model, cores,
             cores == 1 ? "" : "s");
    snprintf(machine->kernel, sizeof machine->kernel, "%.60s %.100s %.60s",
             name.sysname, name.release, name.machine);
    snprintf(machine->compiler, sizeof machine->compiler, "%s", COMPILER);
    snprintf(machine->flags, sizeof machine->flags, "%s", BUILD_CFLAGS);
    gmtime_r(&now, &utc);
    strftime(machine->date, sizeof machine->date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    find_commit(machine->commit, sizeof machine->commit);
}

void machine_write_header(FILE *file, const struct machine *machine)
{
    fprintf(file, "# machine: %s\n# kernel: %s\n", machine->cpu,
            machine->kernel);
    fprintf(file, "# compiler: %s\n# flags: %s\n# date: %s\n",
            machine->compiler, machine->flags, machine->date);
    fprintf(file, "# commit: %s\n", machine->commit);
}
