/*
 * race_files_json.c - see race_files_json.h.
 */
#include "race_files_json.h"

#include "common/json_write.h"

#include <inttypes.h>

static void string_member(FILE *file, const char *key, const char *text)
{
    fprintf(file, "\"%s\": ", key);
    json_write_text(file, text);
}

static void number_member(FILE *file, const char *key, double number)
{
    fprintf(file, "\"%s\": ", key);
    json_write_number(file, number);
}

static void write_site(FILE *file, const struct race *race)
{
    const struct race_options *options = &race->options;

    fputs("  \"site\": {", file);
    if (options->url_count == 0)
        fprintf(file, "\"pages\": %zu, \"latency_s\": %.15g", options->pages,
                (double)options->latency_ns / 1e9);
    else
        fputs("\"urls\": [", file);
    for (size_t i = 0; i < options->url_count; i++) {
        fputs(i > 0 ? ", " : "", file);
        json_write_text(file, options->urls[i]);
    }
    fprintf(file, "%s, \"follow\": %s, \"concurrency\": %zu},\n",
            options->url_count > 0 ? "]" : "",
            options->follow ? "true" : "false", options->concurrency);
}

static void write_machine(FILE *file, const struct machine *machine)
{
    const char *const members[][2] = {
        {"machine", machine->cpu},       {"kernel", machine->kernel},
        {"compiler", machine->compiler}, {"flags", machine->flags},
        {"date", machine->date},
    };

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        fputs("  ", file);
        string_member(file, members[i][0], members[i][1]);
        fputs(",\n", file);
    }
}

static void write_manifests(FILE *file, const struct race *race)
{
    fprintf(file, "  \"agree\": %s,\n  \"manifests\": [",
            race->manifests.count == 1 ? "true" : "false");
    for (size_t i = 0; i < race->manifests.count; i++) {
        const struct manifest *manifest = &race->manifests.list[i];
        fprintf(file,
                "%s{\"pages\": %zu, \"digest\": \"%016" PRIx64
                "\", \"runs\": %zu}",
                i > 0 ? ", " : "", manifest->lines, manifest->digest,
                manifest->runs);
    }
    fputs("],\n", file);
}

static void write_run(FILE *file, const struct run *run, size_t number)
{
    fprintf(file, "        {\"run\": %zu, ", number);
    string_member(file, "result", run->state == RUN_GOOD ? "ok" : run->problem);
    for (int f = 0; f < FIGURES; f++) {
        fputs(", ", file);
        number_member(file, figure_name(f), run->figure[f]);
    }
    fputs(", ", file);
    string_member(file, "digest", run->digest);
    fprintf(file, ", \"manifest\": %td}", run->manifest);
}

static void write_medians(FILE *file, const struct race *race,
                          const struct entrant *entrant)
{
    fputs("     \"median\": {", file);
    for (int f = 0; f < FIGURES; f++) {
        fputs(f > 0 ? ", " : "", file);
        number_member(file, figure_name(f),
                      figure_spread(race, entrant, f).median);
    }
    fputs("},\n", file);
}

static void write_entrant(FILE *file, const struct race *race,
                          const struct entrant *entrant)
{
    const char *between = "\n";

    fputs("    {", file);
    string_member(file, "entrant", entrant->label);
    fprintf(file, ", \"concurrency\": %zu, ", entrant->concurrency);
    number_member(file, "times_faster", entrant_times_faster(race, entrant));
    fprintf(file, ", \"python_s\": %s,\n",
            entrant->python != NULL ? entrant->python : "null");
    write_medians(file, race, entrant);
    fputs("     \"runs\": [", file);
    for (size_t run = 0; run < race->options.runs; run++) {
        if (entrant->runs[run].state == RUN_NOT_TRIED)
            continue;
        fputs(between, file);
        write_run(file, &entrant->runs[run], run + 1);
        between = ",\n";
    }
    fputs("]}", file);
}

void race_write_json(FILE *file, const struct race *race,
                     const struct machine *machine, const char *command)
{
    fputs("{\n  ", file);
    string_member(file, "command", command);
    fputs(",\n", file);
    write_site(file, race);
    fprintf(file, "  \"runs\": %zu,\n", race->options.runs);
    write_machine(file, machine);
    write_manifests(file, race);
    fputs("  \"entrants\": [\n", file);
    for (size_t i = 0; i < race->entrant_count; i++) {
        write_entrant(file, race, &race->entrants[i]);
        fputs(i + 1 < race->entrant_count ? ",\n" : "\n", file);
    }
    fputs("  ]\n}\n", file);
}
