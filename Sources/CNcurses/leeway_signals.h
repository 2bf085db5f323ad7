#ifndef LEEWAY_SIGNALS_H
#define LEEWAY_SIGNALS_H

#include <termios.h>

// Installs the handlers; `settings` and `restore` are what a crash handler puts back on `output`.
int leeway_signals_install(int output, const struct termios *settings, const char *restore);

// Puts the previous handlers back; a crash no longer touches the terminal.
void leeway_signals_remove(void);

// Stops the process as an unhandled SIGTSTP does, and returns when it is continued.
void leeway_signals_stop(void);

// The end of the signal pipe that is polled.
int leeway_signals_descriptor(void);

#endif
