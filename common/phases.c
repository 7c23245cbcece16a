/*
 * phases.c - see phases.h.
 */
#include "phases.h"

const char *phase_name(enum phase phase)
{
    static const char *const names[PHASES] = {
        [PHASE_BLOCKED] = "blocked", [PHASE_RESOLVE] = "resolve",
        [PHASE_CONNECT] = "connect", [PHASE_SEND] = "send",
        [PHASE_WAIT] = "wait",       [PHASE_READ] = "read",
    };
    return names[phase];
}

void phases_of(const struct page_result *result, struct span spans[PHASES])
{
    int64_t ends[PHASES] = {
        [PHASE_BLOCKED] = result->hop,       [PHASE_RESOLVE] = result->resolved,
        [PHASE_CONNECT] = result->connected, [PHASE_SEND] = result->sent,
        [PHASE_WAIT] = result->first_byte,
    };
    int64_t begin = result->start;
    int last = PHASE_READ;

    while (last > PHASE_BLOCKED && ends[last - 1] == 0)
        last--;
    ends[last] = result->done;
    /*
     * What has no end of its own was skipped, as looking up the name is for a
     * connection used again. An answer that began to arrive while the request
     * was still being sent was not waited for.
     */
    for (int phase = 0; phase < PHASES; phase++) {
        spans[phase] = (struct span){0};
        if (ends[phase] <= begin)
            continue;
        spans[phase] = (struct span){begin, ends[phase]};
        begin = ends[phase];
    }
}
