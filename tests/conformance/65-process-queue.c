/*
 * 65-process-queue - a writer process and a reader process joined by a queue.
 */
#include "stages/02-processes/message.h"

#include "support.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A pair of sockets: what is put into the one comes out of the other. */
struct process_queue {
    int out;
    int in;
};

static struct process_queue queue_new(void)
{
    int pair[2];

    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
         "make a pair of sockets");
    return (struct process_queue){.out = pair[0], .in = pair[1]};
}

static void queue_close(struct process_queue *queue)
{
    close(queue->out);
    close(queue->in);
}

/* The stop mark is a message with nothing in it. */
static const char *const STOP = "";

static void put(struct process_queue *queue, const char *text)
{
    struct buffer message = {0};

    must(buffer_append_string(&message, text), "make a message");
    must(message_send(queue->in, &message), "put");
    buffer_free(&message);
}

/* Puts what was got into `text`. Returns false if it is the stop mark. */
static bool get(struct process_queue *queue, char *text, size_t size)
{
    struct buffer message = {0};

    must(message_receive(queue->out, &message) == 1 ? 0 : -1, "get");
    snprintf(text, size, "%.*s", (int)message.length,
             message.data != NULL ? message.data : "");
    buffer_free(&message);
    return text[0] != '\0';
}

static void say(const char *word, const char *value)
{
    printf("%s%s\n", word, value);
    fflush(stdout);
}

static void writer(struct process_queue *values, struct process_queue *answers)
{
    static const char *const all[] = {"A", "B", "C"};
    char answer[8];

    for (int i = 0; i < 3; i++) {
        say("put ", all[i]);
        put(values, all[i]);
        get(answers, answer, sizeof answer);
    }
    put(values, STOP);
}

/* docs: 02-twin-reader */
static void reader(struct process_queue *values, struct process_queue *answers)
{
    char value[8];

    while (get(values, value, sizeof value)) {
        say("  got ", value);
        put(answers, "ok");
    }
    say("  reader saw the stop mark", "");
}

static pid_t start(void body(struct process_queue *, struct process_queue *),
                   struct process_queue *values, struct process_queue *answers)
{
    pid_t pid = must(fork(), "fork");

    if (pid > 0)
        return pid;
    body(values, answers);
    _exit(0);
}

/* Returns the exit code. */
static int join(pid_t pid)
{
    int status;

    must(waitpid(pid, &status, 0), "wait");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int main(void)
{
    struct process_queue values = queue_new(), answers = queue_new();
    pid_t first = start(writer, &values, &answers);
    pid_t second = start(reader, &values, &answers);
    int codes[] = {join(first), join(second)};

    printf("exit codes %d %d\n", codes[0], codes[1]);
    queue_close(&values);
    queue_close(&answers);
}
