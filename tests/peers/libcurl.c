/*
 * libcurl.c - the job with libcurl's multi interface, the way its manual
 * recommends for many transfers: curl_multi_socket_action(), told by an epoll
 * of ours which sockets are ready. Connections, HTTP and timeouts are curl's.
 */
#include "peer.h"

#include "common/clock.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS = 512 };

/* One at a time in flight; its easy handle is used again and again. */
struct transfer {
    CURL *easy;
    struct peer_page *page;
};

static struct peer peer;
static CURLM *multi;
static int epoll_fd;
static int64_t due_ns; /* when curl wants to be called; 0: never */

/* ---- what curl asks of us ---- */

/* `known` is what we told curl to keep with the socket: it is registered. */
static int on_socket_wish(CURL *easy, curl_socket_t fd, int what, void *context,
                          void *known)
{
    struct epoll_event event = {.data.fd = fd};

    (void)easy;
    (void)context;
    if (what & CURL_POLL_IN && what != CURL_POLL_REMOVE)
        event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT && what != CURL_POLL_REMOVE)
        event.events |= EPOLLOUT;
    if (what == CURL_POLL_REMOVE)
        epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
    else if (epoll_ctl(epoll_fd, known != NULL ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
                       fd, &event) < 0)
        return -1;
    curl_multi_assign(multi, fd,
                      what == CURL_POLL_REMOVE ? NULL : (void *)&peer);
    return 0;
}

static int on_timer_wish(CURLM *who, long timeout_ms, void *context)
{
    (void)who;
    (void)context;
    due_ns = timeout_ms < 0 ? 0 : clock_now_ns() + timeout_ms * NS_PER_MS;
    return 0;
}

static size_t on_body(char *data, size_t one, size_t size, void *context)
{
    struct peer_page *page = context;

    (void)one; /* always 1 */
    page->digest = digest_add(page->digest, data, size);
    page->bytes += size;
    return size;
}

/* ---- pages ---- */

static void begin_page(struct transfer *self)
{
    struct peer_page *page = peer_take(&peer);

    self->page = page;
    if (page == NULL)
        return;
    page->digest = DIGEST_EMPTY;
    curl_easy_setopt(self->easy, CURLOPT_URL, page->url);
    curl_easy_setopt(self->easy, CURLOPT_WRITEDATA, page);
    CURLMcode added = curl_multi_add_handle(multi, self->easy);
    assert(added == CURLM_OK);
}

static enum peer_outcome outcome_of(CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return PEER_OK;
    case CURLE_COULDNT_CONNECT:
        return PEER_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return PEER_TIMEOUT;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
        return PEER_TRUNCATED;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return PEER_RESET;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return PEER_MALFORMED;
    default:
        return PEER_SYSTEM;
    }
}

/* The transfers that ended in the last call, each followed by the next. */
static void end_pages(void)
{
    struct transfer *self;
    CURLMsg *message;
    int left;
    long status;

    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
        curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
        self->page->status = (int32_t)status;
        curl_multi_remove_handle(multi, self->easy);
        peer_finish(&peer, self->page, outcome_of(code));
        begin_page(self);
    }
}

/* ---- the loop ---- */

static int time_left_ms(void)
{
    if (due_ns == 0)
        return -1;
    int64_t left_ns = due_ns - clock_now_ns();
    return left_ns > 0 ? (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS) : 0;
}

static int what_happened(uint32_t events)
{
    return (events & EPOLLIN ? CURL_CSELECT_IN : 0) |
           (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
           (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
}

static void run(void)
{
    struct epoll_event events[EVENTS];
    int running;

    while (peer.in_flight > 0) {
        int count = epoll_wait(epoll_fd, events, EVENTS, time_left_ms());
        assert(count >= 0 || errno == EINTR);
        peer.waits++;
        for (int i = 0; i < count; i++)
            curl_multi_socket_action(multi, events[i].data.fd,
                                     what_happened(events[i].events), &running);
        if (due_ns != 0 && clock_now_ns() >= due_ns) {
            due_ns = 0;
            curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        end_pages();
    }
}

static CURL *new_easy(struct transfer *self, struct curl_slist *headers)
{
    CURL *easy = curl_easy_init();

    assert(easy != NULL);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, self);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "seven-crawlers/1.0");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     (long)(peer.timeout_ns / NS_PER_MS));
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, peer.keep_alive ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* none, whatever $http_proxy */
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    return easy;
}

/* As lean as a request of the stages. */
static struct curl_slist *new_headers(void)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Accept:");

    if (!peer.keep_alive)
        headers = curl_slist_append(headers, "Connection: close");
    return headers;
}

static void open_multi(size_t count)
{
    curl_global_init(CURL_GLOBAL_NOTHING);
    multi = curl_multi_init();
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    assert(multi != NULL && epoll_fd >= 0);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket_wish);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)count);
}

int main(int argc, char **argv)
{
    int status = peer_open(&peer, "libcurl", argc, argv);

    if (status != PEER_GO_ON)
        return status;
    size_t count =
        peer.concurrency < peer.page_count ? peer.concurrency : peer.page_count;
    struct transfer *transfers = calloc(count, sizeof *transfers);
    struct curl_slist *headers = new_headers();
    assert(transfers != NULL);
    open_multi(count);
    for (size_t i = 0; i < count; i++) {
        transfers[i].easy = new_easy(&transfers[i], headers);
        begin_page(&transfers[i]);
    }
    run();
    for (size_t i = 0; i < count; i++)
        curl_easy_cleanup(transfers[i].easy);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    curl_global_cleanup();
    close(epoll_fd);
    free(transfers);
    return peer_close(&peer);
}
