/*
 * resolve.c - see resolve.h.
 *
 *     async def getaddrinfo(self, host, port, *, flags=0):
 *         return await self.run_in_executor(
 *             None, socket.getaddrinfo, host, port, ...)
 */
#include "resolve.h"

#include "loop_internal.h"
#include "run_in_executor.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const struct error *error_of(int code, int number)
{
    if (code == EAI_SYSTEM)
        return error_from_errno(number);
    if (code == EAI_MEMORY)
        return &error_memory;
    return error_new(&error_os, "%s", gai_strerror(code));
}

/* ---- getaddrinfo ---- */

struct host_question {
    int flags;
    uint16_t port;
    bool has_host;
    char host[NI_MAXHOST];
};

/*
 * Who asked may be cancelled while the thread still looks: the second of the
 * two to have done with the answer frees what is in it.
 */
struct host_answer {
    atomic_bool left; /* by the first */
    int code, error;
    struct addrinfo *list;
};

static void leave(struct host_answer *answer)
{
    if (!atomic_exchange(&answer->left, true) || answer->list == NULL)
        return;
    freeaddrinfo(answer->list);
    answer->list = NULL;
}

static int look_up(const struct host_question *question, int more_flags,
                   struct addrinfo **list)
{
    const struct addrinfo hints = {
        .ai_socktype = SOCK_STREAM, /* each address once: for TCP */
        .ai_flags = question->flags | AI_NUMERICSERV | more_flags};
    char port[8];

    *list = NULL;
    snprintf(port, sizeof port, "%u", question->port);
    int code = getaddrinfo(question->has_host ? question->host : NULL, port,
                           &hints, list);
    if (code != 0)
        *list = NULL; /* POSIX does not say what is there */
    return code;
}

/* In the thread. */
static const struct error *look_up_name(const void *argument, void *result)
{
    struct host_answer *answer = result;

    answer->code = look_up(argument, 0, &answer->list);
    answer->error = errno;
    leave(answer);
    return NULL;
}

/* What no DNS name and no address is as long as is not found. */
static bool ask(const struct loop_getaddrinfo *self,
                struct host_question *question)
{
    *question = (struct host_question){.flags = self->flags,
                                       .port = self->port,
                                       .has_host = self->host != NULL};
    if (self->host == NULL)
        return true;
    if (strlen(self->host) >= sizeof question->host)
        return false;
    strcpy(question->host, self->host);
    return true;
}

/*
 * An address in numbers, or none at all, is there at once; for all else there
 * is a future.
 */
static const struct error *begin(struct loop_getaddrinfo *self)
{
    struct host_question question;

    if (!ask(self, &question))
        return error_of(self->code = EAI_NONAME, 0);
    int code =
        look_up(&question, question.has_host ? AI_NUMERICHOST : 0, &self->list);
    if (code == 0)
        return NULL;
    if (!question.has_host)
        return error_of(self->code = code, errno);
    self->future =
        loop_run_in_executor(self->loop, NULL, look_up_name, &question,
                             sizeof question, sizeof(struct host_answer));
    return self->future != NULL ? NULL : error_last();
}

static const struct error *take_addresses(struct loop_getaddrinfo *self)
{
    struct host_answer *answer = self->future->result;

    self->code = answer->code;
    if (self->code != 0)
        return error_of(self->code, answer->error);
    self->list = answer->list;
    answer->list = NULL;
    return NULL;
}

static void end(struct loop_getaddrinfo *self)
{
    if (self->future == NULL)
        return;
    leave(wrapped_bytes(self->future));
    future_free(self->future);
    self->future = NULL;
}

static struct future *get_addresses(struct coroutine *co)
{
    struct loop_getaddrinfo *self = (struct loop_getaddrinfo *)co;

    CO_BEGIN(self);
    self->co.error = begin(self);
    if (self->future != NULL) {
        CO_AWAIT(self, *self->future);
        self->co.error = take_addresses(self);
    }
    self->result = self->list;
    CO_FINALLY(self);
    end(self);
    CO_END(self);
}

struct loop_getaddrinfo loop_getaddrinfo(struct loop *loop, const char *host,
                                         uint16_t port, int flags)
{
    return (struct loop_getaddrinfo){.co = CO_INIT(get_addresses),
                                     .loop = loop,
                                     .host = host,
                                     .port = port,
                                     .flags = flags};
}

void loop_getaddrinfo_free(struct loop_getaddrinfo *self)
{
    if (self->list != NULL)
        freeaddrinfo(self->list);
    self->list = NULL;
    self->result = NULL;
}

/* ---- getnameinfo ---- */

struct name_question {
    struct sockaddr_storage address;
    socklen_t size;
    int flags;
};

struct name_answer {
    int code, error;
    char host[NI_MAXHOST], service[NI_MAXSERV];
};

/* In the thread. */
static const struct error *look_up_address(const void *argument, void *result)
{
    const struct name_question *question = argument;
    struct name_answer *answer = result;

    answer->code =
        getnameinfo((const struct sockaddr *)&question->address, question->size,
                    answer->host, sizeof answer->host, answer->service,
                    sizeof answer->service, question->flags);
    answer->error = errno;
    return NULL;
}

static struct future *submit_address(struct loop_getnameinfo *self)
{
    const struct name_question question = {self->address, self->size,
                                           self->flags};

    return loop_run_in_executor(self->loop, NULL, look_up_address, &question,
                                sizeof question, sizeof(struct name_answer));
}

/* From the thread's answer to the frame. */
static const struct error *take_answer(struct loop_getnameinfo *self)
{
    const struct name_answer *answer = self->future->result;

    self->code = answer->code;
    if (self->code != 0)
        return error_of(self->code, answer->error);
    memcpy(self->host, answer->host, sizeof self->host);
    memcpy(self->service, answer->service, sizeof self->service);
    self->result = self->host;
    return NULL;
}

static struct future *get_name(struct coroutine *co)
{
    struct loop_getnameinfo *self = (struct loop_getnameinfo *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->future = submit_address(self));
    CO_AWAIT(self, *self->future);
    self->co.error = take_answer(self);
    CO_FINALLY(self);
    future_free(self->future);
    self->future = NULL;
    CO_END(self);
}

struct loop_getnameinfo loop_getnameinfo(struct loop *loop,
                                         const struct sockaddr *address,
                                         socklen_t size, int flags)
{
    struct loop_getnameinfo self = {
        .co = CO_INIT(get_name), .loop = loop, .size = size, .flags = flags};

    memcpy(&self.address, address,
           size < sizeof self.address ? size : sizeof self.address);
    return self;
}
