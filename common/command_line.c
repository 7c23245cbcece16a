/*
 * command_line.c - see command_line.h.
 */
#include "command_line.h"

#include "buffer.h"

#include <stdbool.h>
#include <string.h>

static int add_word(struct buffer *line, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-=+,./:@%";
    bool quotes = word[0] == '\0' || word[strspn(word, plain)] != '\0';

    if (quotes && buffer_append(line, "'", 1) < 0)
        return -1;
    for (; *word != '\0'; word++) {
        /* A quote ends the quotes, stands escaped, and opens them again. A
           line end would end the comment that this is written into. */
        const char *quoted = *word == '\'' ? "'\\''" : "?";
        bool odd = *word == '\'' || (unsigned char)*word < ' ';
        if (odd ? buffer_append_string(line, quoted) < 0
                : buffer_append(line, word, 1) < 0)
            return -1;
    }
    return quotes ? buffer_append(line, "'", 1) : 0;
}

char *command_line_text(int argc, char *const argv[])
{
    struct buffer line = {0};

    for (int i = 0; i < argc; i++) {
        if ((i > 0 && buffer_append(&line, " ", 1) < 0) ||
            add_word(&line, argv[i]) < 0) {
            buffer_free(&line);
            return NULL;
        }
    }
    if (buffer_append(&line, "", 1) < 0) { /* its NUL */
        buffer_free(&line);
        return NULL;
    }
    return line.data;
}
