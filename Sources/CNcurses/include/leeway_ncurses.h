#ifndef LEEWAY_NCURSES_H
#define LEEWAY_NCURSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// A thin layer over ncursesw, which draws, and over the signals and the terminal's settings, which must be put back
// whatever happens. One terminal a process; everything but the signal handlers runs on the thread that opened it.

// What the signal pipe carries, one byte a signal.
enum {
  LEEWAY_SIGNAL_RESIZE = 'w',
  LEEWAY_SIGNAL_TERMINATE = 't',
  LEEWAY_SIGNAL_HANGUP = 'h',
  LEEWAY_SIGNAL_INTERRUPT = 'i',
  LEEWAY_SIGNAL_SUSPEND = 'z',
  LEEWAY_SIGNAL_CONTINUE = 'c',
};

// Attribute bits of leeway_put.
enum {
  LEEWAY_BOLD = 1,
  LEEWAY_REVERSE = 2,
  LEEWAY_UNDERLINE = 4,
};

// Takes the character encoding from the environment; true when it is UTF-8. With force_utf8 another encoding is
// replaced by C.UTF-8 where the system has it.
bool leeway_use_locale(bool force_utf8);

// Opens the terminal `type` on a descriptor that is a terminal, saves its settings, installs the signal handlers and
// takes over the screen. `mode_on` is written after the take-over, `mode_off` before the screen is given back.
// `restore` is what a crash handler writes. Returns 0, or a negative value:
enum {
  LEEWAY_OPEN_UNKNOWN_TYPE = -1,
  LEEWAY_OPEN_SETTINGS = -2,
  LEEWAY_OPEN_RESOURCES = -3,
  LEEWAY_OPEN_TOO_SIMPLE = -4,
  LEEWAY_OPEN_ALREADY = -5,
};
int leeway_open(const char *type, int input, int output, const char *mode_on, const char *mode_off,
                const char *restore);

// Gives the screen back and restores settings and signal handlers. Safe to call twice.
void leeway_close(void);

// Gives the screen back, stops the process as the terminal's stop key does, and takes the screen again when it is
// continued. The next leeway_flush repaints everything.
void leeway_suspend(void);

// Takes the screen again after another program may have changed its settings; the next leeway_flush repaints.
void leeway_reclaim(void);

// The number of colours that the terminal has, 0 without colours.
int leeway_color_count(void);

// Sets colour pair `pair` (from 1) to the given colours; -1 is the terminal's own. Returns whether that worked.
bool leeway_set_pair(int pair, int foreground, int background);

// Puts one glyph (a spacing scalar and up to four marks, UTF-32) at a cell. When the C library disagrees about its
// width, question marks fill the cells.
void leeway_put(int row, int column, const uint32_t *scalars, int count, int width, unsigned attributes, int pair);

// Forgets everything that is on the screen, so that the next flush repaints it.
void leeway_repaint(void);

// Tells ncurses the terminal's size.
void leeway_resize(int columns, int rows);

// Shows the cursor at a cell, or hides it when row is negative.
void leeway_cursor(int row, int column);

// Writes the difference to what is on the screen with one write, between `prefix` and `suffix`. Returns the bytes
// written; 0 when nothing had changed; -1 when the terminal is gone; -2 when it took nothing for a second.
long leeway_flush(const char *prefix, const char *suffix);

// Whether the terminal takes output at once.
bool leeway_is_writable(void);

// Reads the terminal's size; false when it does not tell.
bool leeway_size(int *columns, int *rows);

// Waits until the terminal, the signal pipe or `wake` (-1 for none) has something, for at most timeout_ms (-1 for
// ever). Without `watch_terminal` only the other two. The bits that are set in the result:
enum {
  LEEWAY_READY_INPUT = 1,
  LEEWAY_READY_SIGNAL = 2,
  LEEWAY_READY_WAKE = 4,
  LEEWAY_READY_HANGUP = 8,
};
int leeway_wait(int wake, int timeout_ms, bool watch_terminal);

// Reads what the terminal has: the count, 0 when there is nothing, -1 when the terminal is gone.
ssize_t leeway_read(uint8_t *buffer, size_t capacity);

// The next signal that arrived, or 0.
int leeway_next_signal(void);

#endif
