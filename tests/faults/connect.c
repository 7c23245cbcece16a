/*
 * connect.c - see makers.h: addresses where nobody is, names that nobody
 * knows, and connections that begin in a way that is seldom seen.
 */
#include "makers.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/run.h"

static const char whole[] = "<p>whole</p>\n";

/* ---- addresses ---- */

static const char *host_of(int family)
{
    return family == AF_INET ? "127.0.0.1" : "[::1]";
}

static int label_of(int family)
{
    return family == AF_INET ? '4' : '6';
}

static int other_family(int family)
{
    return family == AF_INET ? AF_INET6 : AF_INET;
}

static socklen_t loopback(int family, struct sockaddr_storage *address)
{
    struct sockaddr_in *in = (struct sockaddr_in *)address;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;

    memset(address, 0, sizeof *address);
    address->ss_family = (sa_family_t)family;
    if (family == AF_INET)
        in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        in6->sin6_addr = in6addr_loopback;
    return family == AF_INET ? sizeof *in : sizeof *in6;
}

/*
 * A port that is taken, and where nobody listens: it refuses. Nobody else is
 * given it, but who insists on it may have it, too.
 */
static int dead_port(struct scene *scene, int family)
{
    struct sockaddr_storage address;
    socklen_t size = loopback(family, &address);
    int fd = scene_keep(scene, socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    int yes = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    ck_assert_int_eq(bind(fd, (void *)&address, size), 0);
    getsockname(fd, (void *)&address, &size);
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

/*
 * A port that answers nothing: as many wait there as may, and what comes then
 * is dropped (Linux).
 */
static int silent_port(struct scene *scene, int family)
{
    struct sockaddr_storage address;
    socklen_t size = loopback(family, &address);
    int port = dead_port(scene, family);
    bool answers = true;

    ((struct sockaddr_in *)&address)->sin_port = htons((uint16_t)port);
    ck_assert_int_eq(listen(scene->kept[scene->kept_count - 1], 0), 0);
    while (answers) {
        int fd = scene_keep(
            scene,
            socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        connect(fd, (void *)&address, size);
        answers = poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 0) > 0;
    }
    return port;
}

/* ---- nobody there ---- */

void refused(struct scene *scene, const struct cell *cell, const void *data)
{
    (void)data;
    scene->said = "Connection refused";
    scene_asks(scene, "connect - - -", "http://%s:%d/", host_of(cell->family),
               dead_port(scene, cell->family));
}

/* To connect to many at once the kernel refuses before anything is sent. */
void unreachable(struct scene *scene, const struct cell *cell, const void *data)
{
    (void)data;
    scene->said = "Network is unreachable";
    scene_asks(scene, "connect - - -", "http://%s:7/",
               cell->family == AF_INET ? "127.255.255.255" : "[ff01::1]");
}

void all_dead(struct scene *scene, const struct cell *cell, const void *data)
{
    int label = label_of(cell->family);

    (void)data;
    scene->said = "Connection refused";
    scene_asks(scene, "connect - - -", "http://%cp%d.%cp%d.%c.list.test:%d/",
               label, dead_port(scene, cell->family), label,
               dead_port(scene, cell->family), label,
               dead_port(scene, cell->family));
}

void never_completes(struct scene *scene, const struct cell *cell,
                     const void *data)
{
    (void)data;
    scene_stalls(scene);
    scene->said = "while connecting";
    scene_asks(scene, "timeout - - -", "http://%s:%d/", host_of(cell->family),
               silent_port(scene, cell->family));
}

void connected_to_itself(struct scene *scene, const struct cell *cell,
                         const void *data)
{
    int port = dead_port(scene, cell->family);

    (void)data;
    scene->said = "Connection refused";
    scene_variable(scene, "ODD_CONNECT=itself:%d", port);
    scene_asks(scene, "connect - - -", "http://%s:%d/", host_of(cell->family),
               port);
}

/* ---- several addresses ---- */

static void asks_list(struct scene *scene, int family, int dead_family,
                      int dead)
{
    scene_asks(
        scene, ok_text(200, whole), "http://%cp%d.%c.list.test:%s/fault/whole",
        label_of(dead_family), dead, label_of(family), site_port(family));
}

void dead_then_alive(struct scene *scene, const struct cell *cell,
                     const void *data)
{
    (void)data;
    asks_list(scene, cell->family, cell->family,
              dead_port(scene, cell->family));
}

void other_family_dead(struct scene *scene, const struct cell *cell,
                       const void *data)
{
    int other = other_family(cell->family);

    (void)data;
    asks_list(scene, cell->family, other, dead_port(scene, other));
}

/* Each address has its share of the time. */
void silent_then_alive(struct scene *scene, const struct cell *cell,
                       const void *data)
{
    (void)data;
    scene->timeout_ms = is_patient() ? 10000 : 1500;
    asks_list(scene, cell->family, cell->family,
              silent_port(scene, cell->family));
}

/* ---- names ---- */

void name_fails(struct scene *scene, const struct cell *cell, const void *data)
{
    scene_asks(scene, "resolve - - -", "http://%s:%s/", (const char *)data,
               site_port(cell->family));
}

void name_never_answered(struct scene *scene, const struct cell *cell,
                         const void *data)
{
    (void)data;
    scene_stalls(scene);
    scene->said = "while the name was looked up";
    if (getenv("LEFTOVERS_THREAD") == NULL) /* its helper is not waited for */
        scene_variable(scene, "LEFTOVERS_THREAD=1");
    scene_asks(scene, "timeout - - -", "http://never.test:%s/",
               site_port(cell->family));
}

/* ---- begun in another way ---- */

void oddly_connected(struct scene *scene, const struct cell *cell,
                     const void *data)
{
    scene_variable(scene, "ODD_CONNECT=%s", (const char *)data);
    scene_asks(scene, ok_text(200, whole), "%s/fault/whole",
               site_base(cell->family));
}

void oddly_refused(struct scene *scene, const struct cell *cell,
                   const void *data)
{
    scene_variable(scene, "ODD_CONNECT=%s", (const char *)data);
    refused(scene, cell, NULL);
}

/* ---- no port, no descriptor ---- */

static void serve_whole(int conn, void *data)
{
    char target[64];

    (void)data;
    while (scripted_serve_healthy(conn) &&
           scripted_read(conn, target, sizeof target) &&
           scripted_say(conn, "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n"
                              "<p>whole</p>\n"))
        continue;
}

/* The one beside it: in flight until the other was told that it must wait. */
static void hold_until_told(int conn, void *data)
{
    struct scene *scene = data;
    struct pollfd either[2] = {{.fd = scene->kept[0], .events = POLLIN},
                               {.fd = conn, .events = POLLRDHUP}};
    char target[64], told;

    if (scripted_read(conn, target, sizeof target) && poll(either, 2, -1) > 0 &&
        either[0].revents != 0 && read(scene->kept[0], &told, 1) == 1)
        scripted_say(conn, "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n"
                           "<p>whole</p>\n");
}

/* What a starved connect writes into; somebody must have it open. */
static void make_fifo(struct scene *scene)
{
    static int number;

    snprintf(scene->unlink, sizeof scene->unlink,
             "/tmp/seven-crawlers-fifo-%d-%d", (int)getpid(), number++);
    ck_assert_int_eq(mkfifo(scene->unlink, 0600), 0);
    scene_keep(scene, open(scene->unlink, O_RDWR | O_CLOEXEC));
    scene_variable(scene, "ODD_TELL=%s", scene->unlink);
}

/* To the exchange it is one whether socket() or connect() says so. */
static void starve(struct scene *scene, int error, const char *line)
{
    struct scripted *server = scene_serve(scene, false, serve_whole, NULL);

    scene_variable(scene, "ODD_CONNECT=starved:%d:%d", scripted_port(server),
                   error);
    scene_asks(scene, line, "%swhole", scripted_url(server));
}

/*
 * The other page is taken first and ends last. Stage 01 has no other page in
 * flight, ever, and so nothing to wait for.
 */
void starved_beside_another(struct scene *scene, const struct cell *cell,
                            const void *data)
{
    if (strcmp(cell->column->program, "01-blocking") == 0) {
        starved_alone(scene, cell, data);
        return;
    }
    make_fifo(scene);
    scene->concurrency = 2;
    scene_asks(scene, ok_text(200, whole), "%s",
               scripted_url(scene_serve(scene, false, hold_until_told, scene)));
    starve(scene, *(const int *)data, ok_text(200, whole));
}

void starved_alone(struct scene *scene, const struct cell *cell,
                   const void *data)
{
    (void)cell;
    make_fifo(scene);
    scene->concurrency = 1;
    scene->said = strerror(*(const int *)data);
    starve(scene, *(const int *)data, "system - - -");
}
