/*
 * 89-timer-order - stage 07: timers: their order, cancelling, when(), and
 * deadlines that share a pass.
 */
#include "common/clock.h"
#include "loop_support.h"

#include <stdio.h>
#include <stdlib.h>

static const double UNIT = 0.02;
static const int64_t UNIT_NS = 20 * NS_PER_MS;

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    double now;
    struct timer first, second;
    struct naps naps;
    struct async_sleep sleep;
};

/* loop.call_at(when, say, text) */
static bool say_at(double when, const char *text)
{
    return loop_call_at(async_get_running_loop(), NULL, when, say_text,
                        (void *)(uintptr_t)text);
}

static struct future *overdue_together(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, say_at(self->now + 3 * UNIT, "third"));
    CO_CHECK(self, say_at(self->now + 1 * UNIT, "first"));
    CO_CHECK(self, say_at(self->now + 2 * UNIT, "second"));
    sleep_ns(4 * UNIT_NS);
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    CO_END(self);
}

/* Those that ran, in this order: their numbers, and by how much overdue. */
struct overdue {
    int n, past;
};
static const struct overdue overdue[] = {{1, 5}, {2, 2}, {3, 2}, {4, 9},
                                         {5, 2}, {6, 5}, {7, 2}};
static const struct overdue *ran[7];
static int ran_count;

static void append(void *timer)
{
    ran[ran_count++] = timer;
}

static int compare_numbers(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* say("overdue by", past, "ran:", *sorted(...)) */
static void say_group(int past)
{
    int group[7], size = 0;
    char text[64] = "";

    for (int i = 0; i < ran_count; i++)
        if (ran[i]->past == past)
            group[size++] = ran[i]->n;
    qsort(group, (size_t)size, sizeof group[0], compare_numbers);
    for (int i = 0, length = 0; i < size; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, " %d",
                           group[i]);
    say("overdue by %d ran:%s", past, text);
}

static bool groups_in_order(void)
{
    for (int i = 1; i < ran_count; i++)
        if (ran[i - 1]->past < ran[i]->past)
            return false;
    return true;
}

static struct future *equal_deadlines(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    for (int i = 0; i < 7; i++)
        CO_CHECK(self, loop_call_at(loop, NULL, self->now - overdue[i].past,
                                    append, (void *)(uintptr_t)&overdue[i]));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say_group(9);
    say_group(5);
    say_group(2);
    say("groups in order: %s", truth(groups_in_order()));
    CO_FINALLY(self);
    CO_END(self);
}

static void say_first(void *data)
{
    struct part *part = data;

    say("first");
    timer_cancel(async_get_running_loop(), &part->second);
}

static void say_third(void *data)
{
    struct part *part = data;

    say("third");
    timer_cancel(async_get_running_loop(), &part->first);
}

static struct future *cancelled_in_its_pass(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self, loop_call_at(loop, &self->first, self->now + 1 * UNIT,
                                say_first, self));
    CO_CHECK(self, loop_call_at(loop, &self->second, self->now + 2 * UNIT,
                                say_text, "must not appear"));
    CO_CHECK(self,
             loop_call_at(loop, NULL, self->now + 3 * UNIT, say_third, self));
    sleep_ns(4 * UNIT_NS);
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("cancelled flags: %s %s", truth(timer_cancelled(&self->first)),
        truth(timer_cancelled(&self->second)));
    CO_FINALLY(self);
    CO_END(self);
}

static void again(void *times)
{
    struct loop *loop = async_get_running_loop();
    intptr_t left = value_number(times);

    say("again %d", (int)left);
    if (left == 0)
        return;
    must_do(loop_call_later(loop, NULL, -1, again, number_value(left - 1)));
    must_do(say_at(loop_time(loop) - 9, "further in the past"));
}

static struct future *set_by_a_timer(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, loop_call_later(async_get_running_loop(), NULL, 0, again,
                                   number_value(2)));
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *asked_for(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = async_get_running_loop();
    struct timer *handle = &self->first, *later = &self->second;

    CO_BEGIN(self);
    CO_CHECK(self, loop_call_at(loop, handle, self->now + 100, say_text,
                                "must not appear"));
    say("when is what was asked: %s",
        truth(timer_when(handle) == self->now + 100));
    CO_CHECK(self,
             loop_call_later(loop, later, 100, say_text, "must not appear"));
    say("call_later is behind it: %s",
        truth(timer_when(later) >= timer_when(handle)));
    timer_cancel(loop, handle);
    timer_cancel(loop, later);
    say("cancelled: %s when stays: %s", truth(timer_cancelled(handle)),
        truth(timer_when(handle) == self->now + 100));
    printf("sleep of a unit lasts a unit: ");
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    printf("%s\n", truth(loop_time(loop) - self->now >= UNIT));
    CO_FINALLY(self);
    CO_END(self);
}

static int many_ran[150], many_count;

static void append_many(void *n)
{
    many_ran[many_count++] = (int)value_number(n);
}

static bool is_sorted(void)
{
    for (int i = 1; i < many_count; i++)
        if (many_ran[i - 1] > many_ran[i])
            return false;
    return true;
}

static struct timer timers[150];

static struct future *many(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    for (int n = 0; n < 150; n++) {
        int place = n * 7 % 150;
        CO_CHECK(self, loop_call_at(loop, &timers[n],
                                    self->now + place / 150.0 * UNIT,
                                    append_many, number_value(place)));
    }
    for (int n = 0; n < 150; n++)
        if (n % 10 != 0)
            timer_cancel(loop, &timers[n]);
    self->sleep = async_sleep(2 * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("those left ran: %d in order: %s\n", many_count, truth(is_sorted()));
    printf("first five: %d %d %d %d %d\n", many_ran[0], many_ran[1],
           many_ran[2], many_ran[3], many_ran[4]);
    CO_FINALLY(self);
    CO_END(self);
}

static bool is_monotone(const struct loop *loop)
{
    double before = loop_time(loop);

    for (int i = 0; i < 1000; i++) {
        double now = loop_time(loop);
        if (now < before)
            return false;
        before = now;
    }
    return true;
}

static struct future *read_clock(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    printf("time monotone: %s\n", truth(is_monotone(async_get_running_loop())));
    CO_FINALLY(self);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct handle handle;
    struct naps naps;
    struct part part;
};

static void nothing(void *data)
{
    (void)data;
}

static struct future *program(struct coroutine *co)
{
    static coroutine_resume *const parts[] = {
        overdue_together, equal_deadlines, cancelled_in_its_pass,
        set_by_a_timer,   asked_for,       many,
        read_clock};
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    count_passes(loop);
    CO_CHECK(self, loop_call_soon(loop, &self->handle, nothing, NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 7; self->i++) {
        if (self->i < 5)
            printf("--\n");
        if (self->i == 4) {
            handle_cancel(loop, &self->handle);
            printf("cancel after the run: None %s\n",
                   truth(handle_cancelled(&self->handle)));
        }
        self->part = (struct part){.co = CO_INIT(parts[self->i]),
                                   .now = loop_time(loop)};
        CO_AWAIT(self, self->part);
    }
    CO_FINALLY(self);
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
