/*
 * loop_resolve_test.c - names looked up in the loop's executor, by a resolver
 * that answers what the test wants, and when it wants.
 *
 * Linked with --wrap=getaddrinfo,--wrap=freeaddrinfo.
 */
#include "stages/07-loop/resolve.h"
#include "stages/07-loop/run_in_executor.h"

#include "allocations.h"
#include "gates.h"
#include "loop_by_hand.h"

#include <arpa/inet.h>
#include <netinet/in.h>

/* ---- the system's resolver, as the test wants it ---- */

static atomic_int questions; /* about names; addresses do not count */
static atomic_int lists;     /* of addresses, given out and not freed */

int __real_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list);
int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list);
void __real_freeaddrinfo(struct addrinfo *list);
void __wrap_freeaddrinfo(struct addrinfo *list);

static int answer(const char *host, const char *port,
                  const struct addrinfo *hints, struct addrinfo **list)
{
    questions++;
    if (strcmp(host, "gated") == 0)
        wait_at_gate(NULL, NULL);
    if (strcmp(host, "broken") == 0) {
        errno = EMFILE;
        return EAI_SYSTEM;
    }
    if (strcmp(host, "full") == 0)
        return EAI_MEMORY;
    if (strcmp(host, "unknown") == 0)
        return EAI_NONAME;
    return __real_getaddrinfo("127.0.0.1", port, hints, list);
}

int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list)
{
    bool is_name = host != NULL && !(hints->ai_flags & AI_NUMERICHOST);
    int code = is_name ? answer(host, port, hints, list)
                       : __real_getaddrinfo(host, port, hints, list);

    if (code == 0)
        lists++;
    return code;
}

void __wrap_freeaddrinfo(struct addrinfo *list)
{
    __real_freeaddrinfo(list);
    lists--;
}

/* ---- what every test does ---- */

/*
 *     async def lookup(host):
 *         return await loop.getaddrinfo(host, 80)
 */
struct lookup {
    struct coroutine co;
    void *result;
    struct loop_getaddrinfo addresses;
    int *code;
};

static void look_at(const struct addrinfo *first)
{
    const struct sockaddr_in *address = (struct sockaddr_in *)first->ai_addr;
    char text[INET_ADDRSTRLEN];

    ck_assert_int_eq(first->ai_family, AF_INET);
    ck_assert_int_eq(ntohs(address->sin_port), 80);
    speak((void *)(uintptr_t)inet_ntop(AF_INET, &address->sin_addr, text,
                                       sizeof text));
}

static struct future *lookup(struct coroutine *co)
{
    struct lookup *self = (struct lookup *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->addresses);
    look_at(self->addresses.result);
    CO_FINALLY(self);
    *self->code = self->addresses.code;
    loop_getaddrinfo_free(&self->addresses);
    CO_END(self);
}

static int code; /* of the last lookup */

static struct lookup lookup_new(const char *host)
{
    return (struct lookup){.co = CO_INIT(lookup),
                           .addresses = loop_getaddrinfo(loop, host, 80, 0),
                           .code = &code};
}

static bool look_up(const char *host)
{
    return loop_run_until_complete(loop, COROUTINE(lookup_new(host)), NULL);
}

/* One that waits at the gate by now. */
static struct task *gated_lookup(void)
{
    struct task *task = loop_create_task(loop, COROUTINE(lookup_new("gated")));

    run_passes(1);
    go_through(&began);
    return task;
}

static void shut_down(void)
{
    ck_assert(loop_run_until_complete(
        loop, COROUTINE(loop_shutdown_default_executor(loop)), NULL));
    ck_assert_int_eq(lists, 0);
}

/* ---- names ---- */

START_TEST(an_address_is_there_at_once_without_a_thread)
{
    int before = threads_before();

    ck_assert(look_up("127.0.0.3"));
    ck_said("127.0.0.3");
    ck_assert_int_le(count_threads(), before);
    ck_assert_int_eq(questions, 0);
    ck_assert_int_eq(lists, 0);
}
END_TEST

START_TEST(so_is_that_of_this_machine)
{
    struct loop_getaddrinfo addresses =
        loop_getaddrinfo(loop, NULL, 80, AI_PASSIVE);

    ck_assert_ptr_null(addresses.co.resume(&addresses.co));
    ck_assert_ptr_nonnull(addresses.result);
    loop_getaddrinfo_free(&addresses);
    ck_assert_int_eq(lists, 0);
}
END_TEST

START_TEST(a_name_is_looked_up_by_a_thread)
{
    ck_assert(look_up("some.name"));
    ck_said("127.0.0.1");
    ck_assert_int_eq(questions, 1);
    ck_assert_int_eq(code, 0);
    shut_down();
}
END_TEST

START_TEST(the_loop_goes_on_meanwhile)
{
    struct task *task = gated_lookup();

    run_passes(2);
    ck_assert(!future_done(&task->future));
    sem_post(&gate);
    ck_assert(loop_run_until_complete(loop, &task->co, NULL));
    ck_said("127.0.0.1");
    task_free(task);
    shut_down();
}
END_TEST

START_TEST(one_that_is_not_found_is_an_os_error_with_a_code)
{
    ck_refused(look_up("unknown"), error_os);
    ck_assert_str_eq(error_message(error_last()), gai_strerror(EAI_NONAME));
    ck_assert_int_eq(code, EAI_NONAME);
    shut_down();
}
END_TEST

START_TEST(what_failed_in_the_system_comes_with_its_number)
{
    ck_refused(look_up("broken"), error_os);
    ck_assert_int_eq(error_last()->number, EMFILE);
    ck_assert_int_eq(code, EAI_SYSTEM);
    ck_refused(look_up("full"), error_memory);
    shut_down();
}
END_TEST

START_TEST(one_that_is_too_long_for_a_name_is_not_asked_for)
{
    char name[NI_MAXHOST + 1];

    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ck_refused(look_up(name), error_os);
    ck_assert_int_eq(code, EAI_NONAME);
    ck_assert_int_eq(questions, 0);
}
END_TEST

START_TEST(after_the_shutdown_none_is_looked_up)
{
    shut_down();
    ck_refused(look_up("some.name"), error_runtime);
    ck_assert_int_eq(code, 0);
    ck_assert(look_up("127.0.0.1"));
}
END_TEST

/* ---- nobody waits any more ---- */

START_TEST(who_is_cancelled_leaves_the_answer_to_the_thread)
{
    struct task *task = gated_lookup();

    task_cancel(task, NULL);
    run_passes(2);
    ck_assert(future_cancelled(&task->future));
    ck_assert_int_eq(code, 0);
    sem_post(&gate);
    task_free(task);
    shut_down();
    run_passes(1);
}
END_TEST

START_TEST(one_whose_turn_had_not_come_is_not_looked_up)
{
    loop_set_default_executor(loop, executor_threads_new(1));
    struct task *first = gated_lookup();
    struct task *second =
        loop_create_task(loop, COROUTINE(lookup_new("gated")));

    run_passes(1);
    task_cancel(second, NULL);
    run_passes(3);
    sem_post(&gate);
    ck_assert(loop_run_until_complete(loop, &first->co, NULL));
    ck_assert_int_eq(questions, 1);
    task_free(first);
    task_free(second);
    shut_down();
}
END_TEST

START_TEST(an_answer_that_comes_with_the_cancelling_is_freed)
{
    struct task *task = gated_lookup();
    struct coroutine *object = COROUTINE(loop_shutdown_default_executor(loop));

    sem_post(&gate);
    task_cancel(task, NULL);
    ck_assert(loop_run_until_complete(loop, object, NULL));
    ck_assert(future_done(&task->future));
    ck_assert_int_eq(lists, 0);
    task_free(task);
}
END_TEST

START_TEST(a_loop_may_be_freed_while_a_name_is_looked_up)
{
    int before = threads_before();

    task_free(gated_lookup());
    loop_end();
    must_have_logged("Task was destroyed but it is pending!");
    sem_post(&gate);
    wait_for_threads(before);
    ck_assert_int_eq(lists, 0);
}
END_TEST

static struct executor *one_thread;

static void keep_it_busy(void)
{
    concurrent_future_free(
        executor_submit(one_thread, wait_at_gate, NULL, 0, 0));
    go_through(&began);
}

/* The thread is at the gate: what is asked in vain is cancelled in time. */
static void ask_and_open_gate(void)
{
    struct task *task =
        loop_create_task(loop, COROUTINE(lookup_new("some.name")));

    loop_stop(loop);
    loop_run_forever(loop);
    allocations_restore();
    sem_post(&gate);
    if (task != NULL && !loop_run_until_complete(loop, &task->co, NULL))
        ck_assert(error_is(error_last(), &error_memory));
    task_free(task);
    keep_it_busy();
}

START_TEST(without_memory_it_fails)
{
    one_thread = executor_threads_new(1);
    loop_set_default_executor(loop, one_thread);
    keep_it_busy();
    ck_assert_int_gt(allocations_try_all(ask_and_open_gate), 5);
    sem_post(&gate);
    shut_down();
}
END_TEST

/* ---- and back ---- */

static const struct sockaddr_in here = {.sin_family = AF_INET,
                                        .sin_addr = {0x0100007f}};

struct name {
    struct coroutine co;
    void *result;
    struct loop_getnameinfo name;
};

static struct future *name(struct coroutine *co)
{
    struct name *self = (struct name *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->name);
    speak(self->name.result);
    speak(words(" "));
    speak(self->name.service);
    CO_FINALLY(self);
    code = self->name.code;
    CO_END(self);
}

static struct name name_new(socklen_t size, int flags)
{
    const struct sockaddr *address = (const struct sockaddr *)&here;

    return (struct name){.co = CO_INIT(name),
                         .name = loop_getnameinfo(loop, address, size, flags)};
}

START_TEST(an_address_has_a_name)
{
    int flags = NI_NUMERICHOST | NI_NUMERICSERV;

    ck_assert(loop_run_until_complete(
        loop, COROUTINE(name_new(sizeof here, flags)), NULL));
    ck_said("127.0.0.1 0");
    shut_down();
}
END_TEST

START_TEST(what_is_no_address_has_none)
{
    ck_refused(loop_run_until_complete(loop, COROUTINE(name_new(1, 0)), NULL),
               error_os);
    ck_assert_int_eq(code, EAI_FAMILY);
    shut_down();
}
END_TEST

int main(void)
{
    const TTest *once[] = {
        an_address_is_there_at_once_without_a_thread,
        so_is_that_of_this_machine,
        a_name_is_looked_up_by_a_thread,
        the_loop_goes_on_meanwhile,
        one_that_is_not_found_is_an_os_error_with_a_code,
        what_failed_in_the_system_comes_with_its_number,
        one_that_is_too_long_for_a_name_is_not_asked_for,
        after_the_shutdown_none_is_looked_up,
        who_is_cancelled_leaves_the_answer_to_the_thread,
        one_whose_turn_had_not_come_is_not_looked_up,
        an_answer_that_comes_with_the_cancelling_is_freed,
        a_loop_may_be_freed_while_a_name_is_looked_up,
        without_memory_it_fails,
        an_address_has_a_name,
        what_is_no_address_has_none,
        NULL,
    };
    const TTest *none[] = {NULL};

    gates_make();
    return run_loop_suite("loop_resolve", once, none);
}
