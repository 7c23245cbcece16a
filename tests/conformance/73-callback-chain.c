/*
 * 73-callback-chain - three dependent steps written with callbacks and as a
 * coroutine.
 */
#include "stages/06-futures/task.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- the loop: what is ready to be called, in order ---- */

struct handle {
    void (*callback)(void *data);
    void *data;
};

enum { MOST_READY = 8 };

struct loop {
    struct handle ready[MOST_READY]; /* a ring */
    size_t first;
    size_t count;
};

static void loop_call_soon(struct loop *loop, void callback(void *), void *data)
{
    loop->ready[(loop->first + loop->count++) % MOST_READY] =
        (struct handle){callback, data};
}

static void loop_run(struct loop *loop)
{
    while (loop->count > 0) {
        struct handle handle = loop->ready[loop->first];
        loop->first = (loop->first + 1) % MOST_READY;
        loop->count--;
        handle.callback(handle.data);
    }
}

/* ---- one question, answered later ---- */

/* A question on its way; the answer stays in it. */
struct question {
    const char *text;
    bool fail;
    void (*on_value)(void *data, char *value);
    void (*on_error)(void *data, const struct error *error);
    void *data;
    char value[16];
    char message[32];
    struct error error;
};

static void answer(void *data)
{
    struct question *question = data;

    if (question->fail) {
        snprintf(question->message, sizeof question->message, "no %s",
                 question->text);
        question->error = (struct error){.message = question->message};
        question->on_error(question->data, &question->error);
        return;
    }
    for (size_t i = 0; question->text[i] != '\0'; i++)
        question->value[i] = (char)toupper((unsigned char)question->text[i]);
    question->on_value(question->data, question->value);
}

static void ask(struct loop *loop, struct question *question)
{
    printf("ask %s\n", question->text);
    loop_call_soon(loop, answer, question);
}

/* ---- with callbacks: each step must be told all that the last one knew ----
 */

struct chain {
    struct loop *loop;
    const char *fail_at;
    char result[64];
    struct question name, street, town;
};

static void chain_ask(struct chain *chain, struct question *question,
                      const char *text, void on_value(void *, char *));

static void failed(void *data, const struct error *error)
{
    struct chain *chain = data;

    snprintf(chain->result, sizeof chain->result, "failed: %s", error->message);
}

static void got_town(void *data, char *town)
{
    struct chain *chain = data;

    snprintf(chain->result, sizeof chain->result, "%s %s %s", chain->name.value,
             chain->street.value, town);
}

/* docs: 05-twin-chain */
static void got_street(void *data, char *street)
{
    struct chain *chain = data;

    (void)street; /* it is looked for where it was put */
    chain_ask(chain, &chain->town, "town", got_town);
}

static void got_name(void *data, char *name)
{
    struct chain *chain = data;

    (void)name;
    chain_ask(chain, &chain->street, "street", got_street);
}
/* docs: end */

static void chain_ask(struct chain *chain, struct question *question,
                      const char *text, void on_value(void *, char *))
{
    *question = (struct question){.text = text,
                                  .fail = strcmp(text, chain->fail_at) == 0,
                                  .on_value = on_value,
                                  .on_error = failed,
                                  .data = chain};
    ask(chain->loop, question);
}

static void with_callbacks(struct loop *loop, const char *fail_at)
{
    struct chain chain = {.loop = loop, .fail_at = fail_at};

    chain_ask(&chain, &chain.name, "name", got_name);
    loop_run(loop);
    printf("callbacks: %s\n", chain.result);
}

/* ---- as a coroutine ---- */

/*
 *     async def with_await(loop, fail_at):
 *         def answer(question):
 *             box = loop.create_future()
 *             ask(loop, question, fail_at == question,
 *                 box.set_result, box.set_exception)
 *             return box
 *         try:
 *             return " ".join([await answer(q)
 *                              for q in ("name", "street", "town")])
 *         except ValueError as err:
 *             return f"failed: {err}"
 */
struct with_await {
    struct coroutine co;
    struct loop *loop;
    const char *fail_at;
    int step;
    struct question question;
    struct future box;
    char result[64];
};

static void set_result(void *box, char *value)
{
    future_set_result(box, value);
}

static void set_error(void *box, const struct error *error)
{
    future_set_error(box, error);
}

static void begin_answer(struct with_await *self, const char *text)
{
    self->box = future_new();
    self->question = (struct question){.text = text,
                                       .fail = strcmp(text, self->fail_at) == 0,
                                       .on_value = set_result,
                                       .on_error = set_error,
                                       .data = &self->box};
    ask(self->loop, &self->question);
}

static void join_word(struct with_await *self, const char *word)
{
    size_t length = strlen(self->result);

    snprintf(self->result + length, sizeof self->result - length, "%s%s",
             length > 0 ? " " : "", word);
}

static struct future *with_await(struct coroutine *co)
{
    static const char *const questions[] = {"name", "street", "town"};
    struct with_await *self = (struct with_await *)co;

    CO_BEGIN(self);
    for (self->step = 0; self->step < 3; self->step++) {
        begin_answer(self, questions[self->step]);
        CO_TRY_AWAIT(self, self->box);
        if (self->box.co.error != NULL) {
            snprintf(self->result, sizeof self->result, "failed: %s",
                     self->box.co.error->message);
            CO_RETURN(self);
        }
        join_word(self, self->box.result);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static void as_coroutine(struct loop *loop, const char *fail_at)
{
    struct with_await frame = {
        .co = CO_INIT(with_await), .loop = loop, .fail_at = fail_at};
    struct task task = task_new(&frame.co);

    task_start(&task);
    loop_run(loop);
    printf("coroutine: %s\n", frame.result);
}

int main(void)
{
    static const char *const fail_at[] = {"", "street"};
    struct loop loop = {0};

    for (int i = 0; i < 2; i++) {
        with_callbacks(&loop, fail_at[i]);
        as_coroutine(&loop, fail_at[i]);
    }
}
