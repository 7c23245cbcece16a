/*
 * 112-fd-callbacks - stage 07: readers and writers on pipes and sockets.
 */
#include "common/clock.h"
#include "loop_support.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct loop *loop;
    int ours, theirs; /* both ends of a pipe, or of a pair of sockets */
    const char *label;
    bool first, second;
    int calls, full; /* of until_full() */
    size_t written;
    struct naps naps;
};

/* os.read(fd, count).decode() */
static const char *read_text(int fd, size_t count)
{
    static char text[16];

    text[must((int)read(fd, text, count), "read")] = '\0';
    return text;
}

static void open_pipe(struct part *part, int flags)
{
    int fds[2];

    must(pipe2(fds, flags), "pipe");
    part->ours = fds[0];
    part->theirs = fds[1];
}

static void open_sockets(struct part *part)
{
    int fds[2];

    must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), "socketpair");
    part->ours = fds[0];
    part->theirs = fds[1];
}

static void read_one(void *data)
{
    struct part *part = data;

    say("reader %s", read_text(part->ours, 1));
}

static void read_all(void *data)
{
    struct part *part = data;

    say("%s %s", part->label, read_text(part->ours, 9));
}

static void at_end(void *data)
{
    struct part *part = data;
    bool is_end = read_text(part->ours, 9)[0] == '\0';

    say("end of file: %s removed: %s", truth(is_end),
        truth(loop_remove_reader(part->loop, part->ours)));
}

/* say(label, loop.remove_reader(ours), loop.remove_reader(ours)) */
static void remove_reader_twice(const char *label, struct part *part)
{
    part->first = loop_remove_reader(part->loop, part->ours);
    part->second = loop_remove_reader(part->loop, part->ours);
    say("%s %s %s", label, truth(part->first), truth(part->second));
}

static void remove_writer_twice(const char *label, struct part *part)
{
    part->first = loop_remove_writer(part->loop, part->ours);
    part->second = loop_remove_writer(part->loop, part->ours);
    say("%s %s %s", label, truth(part->first), truth(part->second));
}

static void write_text(int fd, const char *text, int length)
{
    must((int)write(fd, text, (size_t)length), "write");
}

static struct future *level(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = self->loop;

    CO_BEGIN(self);
    open_pipe(self, 0);
    CO_CHECK(self, loop_add_reader(loop, self->ours, read_one, self));
    write_text(self->theirs, "abc", 3);
    self->naps = naps(5);
    CO_AWAIT(self, self->naps);
    self->label = "replaced";
    CO_CHECK(self, loop_add_reader(loop, self->ours, read_all, self));
    write_text(self->theirs, "defg", 4);
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    remove_reader_twice("removed:", self);
    write_text(self->theirs, "hi", 2);
    self->naps = naps(3);
    CO_AWAIT(self, self->naps);
    say("nobody was called");
    self->label = "added again";
    CO_CHECK(self, loop_add_reader(loop, self->ours, read_all, self));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    close(self->theirs);
    CO_CHECK(self, loop_add_reader(loop, self->ours, at_end, self));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    close(self->ours);
    CO_END(self);
}

static struct future *both_sides(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = self->loop;

    CO_BEGIN(self);
    open_sockets(self);
    CO_CHECK(self, loop_add_reader(loop, self->ours, read_one, self));
    send_all(self->theirs, "ab");
    CO_CHECK(self, loop_add_writer(loop, self->ours, say_text, "writer one"));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, loop_add_writer(loop, self->ours, say_text, "writer two"));
    self->naps = naps(3);
    CO_AWAIT(self, self->naps);
    remove_writer_twice("remove writer:", self);
    send_all(self->theirs, "c");
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, loop_add_writer(loop, self->ours, say_text, "writer three"));
    remove_reader_twice("remove reader:", self);
    send_all(self->theirs, "d");
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    remove_writer_twice("remove writer:", self);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    close(self->ours);
    close(self->theirs);
    CO_END(self);
}

static void write_chunk(void *data)
{
    static const char chunk[4096];
    struct part *part = data;

    part->written +=
        (size_t)must((int)write(part->theirs, chunk, sizeof chunk), "write");
    part->calls++;
}

static void read_back(struct part *part)
{
    char chunk[4096];

    while (part->written > 0)
        part->written -=
            (size_t)must((int)read(part->ours, chunk, sizeof chunk), "read");
}

static struct future *until_full(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    open_pipe(self, O_NONBLOCK);
    CO_CHECK(self,
             loop_add_writer(self->loop, self->theirs, write_chunk, self));
    self->naps = naps(60);
    CO_AWAIT(self, self->naps);
    self->full = self->calls;
    self->naps = naps(10);
    CO_AWAIT(self, self->naps);
    say("filled up: %s and silent since: %s", truth(self->full > 1),
        truth(self->calls == self->full));
    read_back(self);
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("called again: %s", truth(self->calls > self->full));
    say("remove writer: %s",
        truth(loop_remove_writer(self->loop, self->theirs)));
    CO_FINALLY(self);
    close(self->ours);
    close(self->theirs);
    CO_END(self);
}

static struct future *unknown(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    open_pipe(self, 0);
    self->first = loop_remove_reader(self->loop, self->ours);
    self->second = loop_remove_writer(self->loop, self->theirs);
    say("unknown reader, writer: %s %s", truth(self->first),
        truth(self->second));
    CO_FINALLY(self);
    close(self->ours);
    close(self->theirs);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct naps naps;
    struct part part;
};

static struct future *program(struct coroutine *co)
{
    static coroutine_resume *const parts[] = {level, both_sides, until_full,
                                              unknown};
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    count_passes(loop);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 4; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = (struct part){.co = CO_INIT(parts[self->i]), .loop = loop};
        CO_AWAIT(self, self->part);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

/* A loop that has nothing but a reader. */
struct idle {
    struct coroutine co;
    void *result;
    int fds[2];
    struct future *box;
    struct thread helper;
};

static void readable(void *data)
{
    struct idle *idle = data;

    loop_remove_reader(idle->box->loop, idle->fds[0]);
    must_do(future_set_result(idle->box,
                              (void *)(uintptr_t)read_text(idle->fds[0], 9)));
}

static void write_later(void *data)
{
    struct idle *idle = data;

    sleep_ns(50 * NS_PER_MS);
    write_text(idle->fds[1], "wake up", 7);
}

static struct future *idle(struct coroutine *co)
{
    struct idle *self = (struct idle *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    must(pipe2(self->fds, 0), "pipe");
    CO_CHECK(self, self->box = loop_create_future(loop));
    CO_CHECK(self, loop_add_reader(loop, self->fds[0], readable, self));
    self->helper = (struct thread){.body = write_later, .argument = self};
    thread_start(&self->helper);
    CO_AWAIT(self, *self->box);
    printf("idle loop read: %s\n", (char *)self->box->result);
    CO_FINALLY(self);
    thread_join(&self->helper);
    future_free(self->box);
    close(self->fds[0]);
    close(self->fds[1]);
    CO_END(self);
}

static struct idle idle_new(void)
{
    return (struct idle){.co = CO_INIT(idle)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
    printf("--\n");
    run_to_end(COROUTINE(idle_new()));
}
