/*
 * command_line.h - the command line as text, to be said in what it made.
 */
#ifndef COMMON_COMMAND_LINE_H
#define COMMON_COMMAND_LINE_H

/*
 * The command line as it could be typed again, quotes where a shell needs
 * them. The caller frees it. NULL with errno ENOMEM.
 */
char *command_line_text(int argc, char *const argv[]);

#endif
