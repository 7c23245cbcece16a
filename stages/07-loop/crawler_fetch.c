/*
 * crawler_fetch.c - see crawler_fetch.h.
 *
 *     async def fetch(self, url):
 *         reader, writer = await self.connection_to(url.host)
 *         writer.write(request(url))
 *         while not answer.is_whole():
 *             answer.feed(await reader.read(65536))
 *         writer.close()
 */
#include "crawler_fetch.h"

#include "common/clock.h"

#include <errno.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024 };

/* ---- names ---- */

/* Some are looked up: those who waited for them go on. */
static void on_resolved(void *data)
{
    struct fetcher *fetcher = data;

    resolver_drain(fetcher->resolver);
    for (struct look_up *wait = fetcher->look_ups; wait != NULL;
         wait = wait->next)
        if (lookup_poll(wait->lookup) != LOOKUP_PENDING &&
            !future_done(&wait->future))
            future_set_result(&wait->future, NULL);
}

static void begin_wait(struct look_up *self)
{
    struct fetcher *fetcher = self->fetcher;

    self->future = future_new(fetcher->loop);
    self->next = fetcher->look_ups;
    self->link = &fetcher->look_ups;
    if (self->next != NULL)
        self->next->link = &self->next;
    fetcher->look_ups = self;
}

static void end_wait(struct look_up *self)
{
    if (self->link == NULL)
        return;
    *self->link = self->next;
    if (self->next != NULL)
        self->next->link = self->link;
    self->link = NULL;
}

static struct future *look_up(struct coroutine *co)
{
    struct look_up *self = (struct look_up *)co;
    struct url *url = &self->x->url;

    CO_BEGIN(self);
    self->lookup = resolver_ask(self->fetcher->resolver, url->host, url->port);
    if (self->lookup != NULL && lookup_poll(self->lookup) == LOOKUP_PENDING) {
        begin_wait(self);
        CO_AWAIT(self, self->future);
    }
    exchange_resolved(self->x, self->lookup);
    CO_FINALLY(self);
    end_wait(self);
    CO_END(self);
}

static struct look_up look_up_new(struct fetcher *fetcher, struct exchange *x)
{
    return (struct look_up){.co = CO_INIT(look_up), .fetcher = fetcher, .x = x};
}

bool fetcher_open(struct fetcher *fetcher, struct loop *loop, bool keep_alive)
{
    *fetcher = (struct fetcher){
        .loop = loop, .resolver = resolver_new(), .keep_alive = keep_alive};
    if (fetcher->resolver == NULL || resolver_fd(fetcher->resolver) < 0)
        return error_raise(error_from_errno(errno));
    return loop_add_reader(loop, resolver_fd(fetcher->resolver), on_resolved,
                           fetcher);
}

void fetcher_close(struct fetcher *fetcher)
{
    if (fetcher->loop == NULL)
        return;
    connections_close(&fetcher->connections);
    if (fetcher->resolver != NULL)
        loop_remove_reader(fetcher->loop, resolver_fd(fetcher->resolver));
    resolver_free(fetcher->resolver);
}

/* ---- a connection ---- */

/*
 * One that was kept, if there is one that still stands. Behind a stale one
 * comes a fresh one: a server that hangs up on this page does so on each, and
 * the page would use up all there are, one after another.
 */
static bool reuse(struct fetch *self)
{
    struct connections *kept = &self->fetcher->connections;

    self->writer =
        self->stale ? NULL : connections_take(kept, self->x->url.authority);
    self->stale = false;
    self->reused = self->writer != NULL;
    if (self->reused)
        exchange_reused(self->x);
    return self->reused;
}

/* All the addresses were tried: the exchange hears it of each. */
static void connect_failed(struct fetch *self)
{
    int error = self->connect.co.error->number;

    if (error == EMFILE || error == ENFILE) /* idle ones are in the way */
        connections_close(&self->fetcher->connections);
    while (self->x->state == EXCHANGE_CONNECTING)
        exchange_address_failed(self->x, error != 0 ? error : ENOMEM);
}

static void connected(struct fetch *self)
{
    int fd = self->connect.fd;

    exchange_connected(self->x, -1); /* it is not connected to itself */
    if (self->x->state != EXCHANGE_SENDING) {
        close(fd);
        return;
    }
    self->writer = async_open_socket(self->fetcher->loop, fd);
    if (self->writer == NULL)
        exchange_system_failed(self->x, ENOMEM, "no memory for the stream");
}

/* ---- request and answer ---- */

/* All of it is out, as far as we are concerned: the kernel has it. */
static void note_sent(struct fetch *self)
{
    struct transport *transport = stream_writer_transport(self->writer);
    size_t size;

    if (self->x->state != EXCHANGE_SENDING || transport == NULL ||
        transport_get_write_buffer_size(transport) > 0)
        return;
    exchange_unsent(self->x, &size);
    exchange_sent(self->x, size);
}

/*
 * What the kernel does not take at once the transport sends when it does,
 * while the answer is read already: there may be one before we have finished.
 */
static void send_request(struct fetch *self)
{
    size_t size;
    const char *request = exchange_unsent(self->x, &size);

    stream_writer_write(self->writer, request, size);
    note_sent(self);
}

static bool is_talking(const struct fetch *self)
{
    return self->x->state == EXCHANGE_SENDING ||
           self->x->state == EXCHANGE_READING;
}

/* What has come and was not read: the connection broke before. */
static size_t rest(const struct fetch *self)
{
    const struct stream_reader *reader = stream_writer_reader(self->writer);

    return reader->buffer.length - reader->taken;
}

/* Nothing came, and it was kept: it had been closed before we asked. */
static bool was_stale(const struct fetch *self)
{
    return self->reused && self->x->page->result.first_byte == 0 &&
           (self->read.co.error != NULL ? rest(self) == 0
                                        : self->read.size == 0);
}

/* What came before the connection broke still counts. */
static void receive_rest(struct fetch *self)
{
    const struct stream_reader *reader = stream_writer_reader(self->writer);

    if (rest(self) > 0)
        exchange_received(self->x, reader->buffer.data + reader->taken,
                          rest(self));
    if (is_talking(self))
        exchange_receive_failed(self->x, self->read.co.error->number);
}

static void received(struct fetch *self)
{
    note_sent(self);
    self->stale = was_stale(self);
    if (self->stale)
        exchange_reuse_failed(self->x);
    else if (self->read.co.error != NULL)
        receive_rest(self);
    else
        exchange_received(self->x, self->read.result, self->read.size);
}

/* The hop is over: so is the connection, unless it may be used again. */
static void leave_connection(struct fetch *self)
{
    struct exchange *x = self->x;
    bool whole =
        x->state == EXCHANGE_REDIRECTED ||
        (x->state == EXCHANGE_OVER && x->page->result.outcome == OUTCOME_OK);

    if (self->writer != NULL && whole && x->keep_alive &&
        x->reader.keep_alive && stream_writer_transport(self->writer) != NULL &&
        transport_get_write_buffer_size(
            stream_writer_transport(self->writer)) == 0)
        connections_give(&self->fetcher->connections, x->url.authority,
                         self->writer);
    else
        stream_writer_free(self->writer);
    self->writer = NULL;
}

/* No `except Exception` catches that: CancelledError, or GeneratorExit. */
static bool is_cancelled(const struct coroutine *co)
{
    return co->error != NULL && !error_is(co->error, &error_exception);
}

/* ---- fetch ---- */

static struct future *fetch(struct coroutine *co)
{
    struct fetch *self = (struct fetch *)co;
    struct exchange *x = self->x;

    CO_BEGIN(self);
    while (x->state != EXCHANGE_OVER) {
        if (!reuse(self)) {
            self->look_up = look_up_new(self->fetcher, x);
            CO_AWAIT(self, self->look_up);
        }
        while (x->state == EXCHANGE_CONNECTING) {
            self->connect = loop_connect_any(self->fetcher->loop, x->address);
            CO_TRY_AWAIT(self, self->connect);
            if (is_cancelled(&self->connect.co))
                CO_RAISE(self, self->connect.co.error);
            if (self->connect.co.error != NULL)
                connect_failed(self);
            else
                connected(self);
        }
        if (x->state == EXCHANGE_SENDING)
            send_request(self);
        /* docs: 07-read-answer */
        while (is_talking(self)) {
            self->read = stream_reader_read(stream_writer_reader(self->writer),
                                            READ_SIZE);
            CO_TRY_AWAIT(self, self->read);
            if (is_cancelled(&self->read.co))
                CO_RAISE(self, self->read.co.error);
            received(self);
        }
        leave_connection(self);
        if (x->state == EXCHANGE_REDIRECTED)
            exchange_next_hop(x);
    }
    CO_FINALLY(self);
    stream_writer_free(self->writer);
    CO_END(self);
}

struct fetch fetch_new(struct fetcher *fetcher, struct exchange *x)
{
    x->keep_alive = fetcher->keep_alive;
    return (struct fetch){.co = CO_INIT(fetch), .fetcher = fetcher, .x = x};
}

/* ---- fetch_page ---- */

/* It did not end by itself: says what the page came to. */
static void end_by(struct exchange *x, const struct error *error)
{
    if (error_is(error, &error_timeout))
        exchange_timed_out(x);
    else if (error_is(error, &error_exception))
        exchange_system_failed(x, error->number, error_message(error));
    else if (error_is(error, &error_generator_exit))
        exchange_system_failed(x, 0, "its loop was closed");
    else
        exchange_cancelled(x);
}

/*
 *     async def fetch_page(self, page):
 *         await wait_for(self.fetch(page), timeout)
 */
/* docs: 07-fetch-in-time */
static struct future *fetch_in_time(struct coroutine *co)
{
    struct fetch_page *self = (struct fetch_page *)co;

    CO_BEGIN(self);
    exchange_begin(&self->x, self->page, self->options);
    self->limit = async_wait_for(COROUTINE(fetch_new(self->fetcher, &self->x)),
                                 (double)self->options->timeout_ns / NS_PER_S);
    CO_TRY_AWAIT(self, self->limit);
    if (self->limit.co.error != NULL)
        end_by(&self->x, self->limit.co.error);
    exchange_end(&self->x);
    if (is_cancelled(&self->limit.co))
        CO_RAISE(self, self->limit.co.error);
    CO_FINALLY(self);
    CO_END(self);
}

struct fetch_page fetch_page(struct fetcher *fetcher, struct page *page,
                             const struct options *options)
{
    return (struct fetch_page){.co = CO_INIT(fetch_in_time),
                               .fetcher = fetcher,
                               .page = page,
                               .options = options};
}
