/*
 * tcp_look.c - see tcp_look.h: asks the kernel (Linux, sock_diag(7)).
 */
#include "tcp_look.h"

#include "common/clock.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ESTABLISHED = 1, SYN_SENT = 2, CLOSE_WAIT = 8 }; /* the kernel's */

static const int64_t PATIENCE_NS = 60 * NS_PER_S;

struct question {
    struct nlmsghdr header;
    struct inet_diag_req_v2 about;
};

static struct question question_new(int family, uint16_t flags)
{
    struct question question = {
        .header = {.nlmsg_len = sizeof question,
                   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST | flags},
        .about = {.sdiag_family = (uint8_t)family,
                  .sdiag_protocol = IPPROTO_TCP,
                  .idiag_states = UINT32_MAX}};

    question.about.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    question.about.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return question;
}

/* A socket, as the kernel shows it. */
struct found {
    bool is_open;      /* whoever has it has not closed it */
    uint32_t unread;   /* bytes that have come, and were not received */
    uint64_t received; /* bytes that have come, in all; if asked for */
};

static void find_received(const struct nlmsghdr *answer, struct found *found)
{
    const struct rtattr *part =
        (const void *)((const struct inet_diag_msg *)NLMSG_DATA(answer) + 1);
    unsigned left =
        answer->nlmsg_len - NLMSG_LENGTH(sizeof(struct inet_diag_msg));
    struct tcp_info info = {0};

    for (; RTA_OK(part, left); part = RTA_NEXT(part, left))
        if (part->rta_type == INET_DIAG_INFO)
            memcpy(&info, RTA_DATA(part),
                   RTA_PAYLOAD(part) < sizeof info ? RTA_PAYLOAD(part)
                                                   : sizeof info);
    found->received = info.tcpi_bytes_received;
}

/* Finds the first socket of the answer; false: there is none. */
static bool ask(int netlink, const struct question *question,
                struct found *found)
{
    union {
        struct nlmsghdr header;
        char bytes[8192];
    } answer;

    if (send(netlink, question, sizeof *question, 0) < 0 ||
        recv(netlink, &answer, sizeof answer, 0) < NLMSG_HDRLEN ||
        answer.header.nlmsg_type != SOCK_DIAG_BY_FAMILY)
        return false;
    const struct inet_diag_msg *socket = NLMSG_DATA(&answer.header);
    found->is_open =
        socket->idiag_state == ESTABLISHED || socket->idiag_state == CLOSE_WAIT;
    found->unread = socket->idiag_rqueue;
    find_received(&answer.header, found);
    return true;
}

static int open_netlink(void)
{
    return socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
}

/* The address of one end, as the kernel wants to be asked for it. */
static void set_end(const struct sockaddr_storage *address, __be16 *port,
                    __be32 *words)
{
    const struct sockaddr_in *in = (const void *)address;
    const struct sockaddr_in6 *in6 = (const void *)address;

    *port = in->sin_port; /* at the same place in both */
    if (address->ss_family == AF_INET)
        memcpy(words, &in->sin_addr, sizeof in->sin_addr);
    else
        memcpy(words, &in6->sin6_addr, sizeof in6->sin6_addr);
}

static struct question question_about_peer(int fd)
{
    struct sockaddr_storage here = {0}, there = {0};
    socklen_t here_size = sizeof here, there_size = sizeof there;

    getsockname(fd, (struct sockaddr *)&here, &here_size);
    getpeername(fd, (struct sockaddr *)&there, &there_size);
    struct question question = question_new(here.ss_family, 0);
    struct inet_diag_sockid *id = &question.about.id;
    set_end(&there, &id->idiag_sport, id->idiag_src);
    set_end(&here, &id->idiag_dport, id->idiag_dst);
    return question;
}

static uint64_t bytes_sent(int fd)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;

    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
    return info.tcpi_bytes_sent - info.tcpi_bytes_retrans;
}

bool tcp_await_taken(int fd)
{
    struct question question = question_about_peer(fd);
    int64_t deadline_ns = clock_now_ns() + PATIENCE_NS;
    uint64_t sent = bytes_sent(fd);
    struct found peer;
    int netlink = open_netlink();
    bool taken = false;

    question.about.idiag_ext = 1 << (INET_DIAG_INFO - 1);
    while (!taken && clock_now_ns() < deadline_ns &&
           ask(netlink, &question, &peer) && peer.is_open) {
        taken = peer.unread == 0 && peer.received >= sent;
        if (!taken)
            sched_yield();
    }
    close(netlink);
    return taken;
}

bool tcp_await_connecting(int family, uint16_t port)
{
    struct question question = question_new(family, NLM_F_DUMP);
    int64_t deadline_ns = clock_now_ns() + PATIENCE_NS;
    bool found = false;

    question.about.idiag_states = 1 << SYN_SENT;
    question.about.id.idiag_dport = htons(port);
    while (!found && clock_now_ns() < deadline_ns) {
        struct found peer;
        int netlink = open_netlink(); /* a dump may be left half read */
        found = ask(netlink, &question, &peer);
        close(netlink);
        sched_yield();
    }
    return found;
}
