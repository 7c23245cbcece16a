/*
 * Fetches one page with a socket that does not block, and prints the status
 * line of the answer: PROGRAM http://127.0.0.1:PORT/PATH.
 */
/* your turn: where nobody listens it never ends, and a core is busy with it */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static void send_request(int fd, const char *path)
{
    char request[512];
    size_t sent = 0;
    size_t size = (size_t)snprintf(request, sizeof request,
                                   "GET %s HTTP/1.1\r\nHost: localhost\r\n"
                                   "Connection: close\r\n\r\n",
                                   path);

    while (sent < size) {
        ssize_t n = send(fd, request + sent, size - sent, MSG_NOSIGNAL);
        if (n >= 0) /* otherwise: not yet, so ask again */
            sent += (size_t)n;
    }
}

/* Keeps the beginning of the answer, and reads the rest, too. */
static void receive_answer(int fd, char *answer, size_t size)
{
    char chunk[4096];
    size_t kept = 0;
    ssize_t n;

    while ((n = recv(fd, chunk, sizeof chunk, 0)) != 0) {
        if (n < 0) /* not yet, so ask again */
            continue;
        for (ssize_t i = 0; i < n && kept < size - 1; i++)
            answer[kept++] = chunk[i];
    }
    answer[kept] = '\0';
}

int main(int argc, char **argv)
{
    struct sockaddr_in in = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    char path[256], answer[256];

    if (argc != 2 ||
        sscanf(argv[1], "http://127.0.0.1:%hu%255s", &in.sin_port, path) != 2)
        return 2;
    in.sin_port = htons(in.sin_port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(fd, (struct sockaddr *)&in, sizeof in);
    send_request(fd, path);
    receive_answer(fd, answer, sizeof answer);
    printf("%.*s\n", (int)strcspn(answer, "\r\n"), answer);
}
