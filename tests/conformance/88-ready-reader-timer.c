/*
 * 88-ready-reader-timer - stage 07: callbacks in line, descriptors that are
 * ready and timers that are due, in one pass.
 */
#include "loop_support.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct loop *loop;
    int ours, theirs; /* a pair of sockets */
    int i;
    bool first, second;
    struct future *box;
    char text[2];
    struct naps naps;
    struct async_sleep sleep;
};

/* ours.recv(1).decode() */
static const char *receive(struct part *part)
{
    must((int)recv(part->ours, part->text, 1, MSG_DONTWAIT), "recv");
    return part->text;
}

/* say(label, loop.remove_reader(ours), loop.remove_reader(ours)) */
static void say_removed_twice(const char *label, struct part *part)
{
    part->first = loop_remove_reader(part->loop, part->ours);
    part->second = loop_remove_reader(part->loop, part->ours);
    say("%s %s %s", label, truth(part->first), truth(part->second));
}

static void readable(void *part)
{
    say("reader %s", receive(part));
    must_do(loop_call_soon(((struct part *)part)->loop, NULL, say_text,
                           "queued by the reader"));
}

static void writable(void *data)
{
    struct part *part = data;

    say("writer");
    loop_remove_writer(part->loop, part->ours);
}

static struct future *order(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = self->loop;

    CO_BEGIN(self);
    CO_CHECK(self, loop_call_later(loop, NULL, 0, say_text, "timer set first"));
    CO_CHECK(self, loop_add_writer(loop, self->ours, writable, self));
    CO_CHECK(self, loop_add_reader(loop, self->ours, readable, self));
    send_all(self->theirs, "ab");
    CO_CHECK(self, loop_call_soon(loop, NULL, say_text, "queued last"));
    say("all set up");
    for (self->i = 0; self->i < 3; self->i++) {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
        say("main");
    }
    say_removed_twice("remove reader:", self);
    say("remove writer: %s", truth(loop_remove_writer(loop, self->ours)));
    CO_FINALLY(self);
    CO_END(self);
}

static void remove_it(void *data)
{
    struct part *part = data;

    say("removed: %s", truth(loop_remove_reader(part->loop, part->ours)));
}

static struct future *removed_just_before(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, loop_add_reader(self->loop, self->ours, say_text,
                                   "must not appear"));
    send_all(self->theirs, "c");
    CO_CHECK(self, loop_call_soon(self->loop, NULL, remove_it, self));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("byte still there: %s", receive(self));
    CO_FINALLY(self);
    CO_END(self);
}

static void new_reader(void *part)
{
    say("the new reader %s", receive(part));
    say_removed_twice("remove inside itself:", part);
}

static void replace_it(void *data)
{
    struct part *part = data;

    must_do(loop_add_reader(part->loop, part->ours, new_reader, part));
}

static struct future *replaced_just_before(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, loop_add_reader(self->loop, self->ours, say_text,
                                   "must not appear"));
    send_all(self->theirs, "de");
    CO_CHECK(self, loop_call_soon(self->loop, NULL, replace_it, self));
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    say("byte left alone: %s", receive(self));
    CO_FINALLY(self);
    CO_END(self);
}

static void remove_writer(void *data)
{
    struct part *part = data;

    say("reader %s", receive(part));
    say("writer removed: %s",
        truth(loop_remove_writer(part->loop, part->ours)));
}

static struct future *writer_removed_by_reader(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             loop_add_reader(self->loop, self->ours, remove_writer, self));
    CO_CHECK(self, loop_add_writer(self->loop, self->ours, say_text,
                                   "must not appear"));
    send_all(self->theirs, "f");
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("reader removed: %s",
        truth(loop_remove_reader(self->loop, self->ours)));
    CO_FINALLY(self);
    CO_END(self);
}

static void set_box(void *data)
{
    struct part *part = data;

    say("reader sets the box, removed: %s",
        truth(loop_remove_reader(part->loop, part->ours)));
    receive(part);
    must_do(future_set_result(part->box, part->text));
}

static void queue_text(void *text)
{
    must_do(loop_call_soon(async_get_running_loop(), NULL, say_text, text));
}

static struct future *set_result_by_reader(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = self->loop;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(loop));
    CO_CHECK(self, loop_add_reader(loop, self->ours, set_box, self));
    CO_CHECK(self, loop_call_soon(loop, NULL, queue_text, "queued meanwhile"));
    CO_CHECK(self,
             loop_call_later(loop, NULL, 0, queue_text, "queued by a timer"));
    send_all(self->theirs, "g");
    CO_AWAIT(self, *self->box);
    say("main woken with %s", (char *)self->box->result);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    future_free(self->box);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    int pair[2];
    struct naps naps;
    struct part part;
};

static struct future *program(struct coroutine *co)
{
    static coroutine_resume *const parts[] = {
        order, removed_just_before, replaced_just_before,
        writer_removed_by_reader, set_result_by_reader};
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, self->pair), "socketpair");
    count_passes(loop);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 5; self->i++) {
        printf("--\n");
        self->part = (struct part){.co = CO_INIT(parts[self->i]),
                                   .loop = loop,
                                   .ours = self->pair[0],
                                   .theirs = self->pair[1]};
        CO_AWAIT(self, self->part);
    }
    CO_FINALLY(self);
    close(self->pair[0]);
    close(self->pair[1]);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
}
