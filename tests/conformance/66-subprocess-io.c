/*
 * 66-subprocess-io - stage 07: other programs, their exit codes, input and
 * output. What waits for one program in the Python waits for a loop here.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/subprocess.h"

#include <stdio.h>
#include <string.h>

/* What a program left behind. */
struct ended {
    int code;
    char out[64];
};

/*
 *     async def run(text, *command):
 *         child = await asyncio.create_subprocess_exec(
 *             *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
 *         out, _ = await child.communicate(text.encode())
 *         return child.returncode, out.decode().split()
 */
struct run {
    struct coroutine co;
    void *result;
    const char *text;
    const char *const *command;
    struct ended *ended;
    struct process *child;
    struct process_communicate talk;
};

static const struct process_pipes PIPES = {.in = PROCESS_PIPE,
                                           .out = PROCESS_PIPE};

static struct future *run(struct coroutine *co)
{
    struct run *self = (struct run *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             self->child = async_create_subprocess_exec(self->command, &PIPES));
    self->talk =
        process_communicate(self->child, self->text, strlen(self->text));
    CO_AWAIT(self, self->talk);
    process_returncode(self->child, &self->ended->code);
    snprintf(self->ended->out, sizeof self->ended->out, "%s", self->talk.out);
    CO_FINALLY(self);
    process_free(self->child);
    CO_END(self);
}

static struct run run_new(const char *text, const char *const *command,
                          struct ended *ended)
{
    return (struct run){
        .co = CO_INIT(run), .text = text, .command = command, .ended = ended};
}

#define COMMAND(...) ((const char *const[]){__VA_ARGS__, NULL})

/* subprocess.run(command, input=text) */
static struct ended run_one(const char *text, const char *const *command)
{
    struct ended ended;

    run_to_end(COROUTINE(run_new(text, command, &ended)));
    return ended;
}

/* print(*text.split()) */
static void print_words(const char *text)
{
    for (;;) {
        text += strspn(text, " \n");
        size_t size = strcspn(text, " \n");
        if (size == 0)
            return;
        printf(" %.*s", (int)size, text);
        text += size;
    }
}

struct side_by_side {
    struct coroutine co;
    void *result;
    double zero;
    struct ended ended[2];
    struct future *both;
};

static struct future *run_both(struct ended ended[])
{
    static const char *const slow[] = {"sh", "-c", "sleep 0.4; echo slow",
                                       NULL};
    static const char *const quick[] = {"sh", "-c",
                                        "sleep 0.4; tr a-z A-Z; exit 5", NULL};

    return async_gather(
        (struct coroutine *[]){COROUTINE(run_new("", slow, &ended[0])),
                               COROUTINE(run_new("quick", quick, &ended[1]))},
        2);
}

static struct future *side_by_side(struct coroutine *co)
{
    struct side_by_side *self = (struct side_by_side *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    self->zero = loop_time(loop);
    CO_CHECK(self, self->both = run_both(self->ended));
    CO_AWAIT(self, *self->both);
    for (int i = 0; i < 2; i++) {
        printf("async child: %d", self->ended[i].code);
        print_words(self->ended[i].out);
        printf("\n");
    }
    printf("side by side: %s\n", truth(loop_time(loop) - self->zero < 0.75));
    CO_FINALLY(self);
    future_free(self->both);
    CO_END(self);
}

static struct side_by_side side_by_side_new(void)
{
    return (struct side_by_side){.co = CO_INIT(side_by_side)};
}

int main(void)
{
    struct ended ended = run_one("", COMMAND("sh", "-c", "exit 3"));
    printf("exit code: %d\n", ended.code);

    ended = run_one("pear\napple\nfig\n", COMMAND("sort"));
    printf("sorted:");
    print_words(ended.out);
    printf(" - code %d\n", ended.code);

    ended = run_one("hello", COMMAND("tr", "a-z", "A-Z"));
    printf("capitals: %s\n", ended.out);
    run_to_end(COROUTINE(side_by_side_new()));
}
