#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "leeway_ncurses.h"
#include "leeway_signals.h"
#include "leeway_terminfo.h"

// ncurses writes to `ncurses_output`, a duplicate of the terminal's descriptor. Around an update a memory file takes
// that descriptor's place, because ncurses flushes at every jump of the cursor: tens of writes a frame.
static SCREEN *screen;
static FILE *stream;
static int terminal_input = -1;
static int terminal_output = -1;
static int ncurses_output = -1;
static int blocking_output = -1;
static int memory_file = -1;
static bool direct;
static struct termios saved_settings;
static struct termios own_settings;
static char *modes_on;
static char *modes_off;
static char *frame;
static size_t frame_capacity;

bool leeway_use_locale(bool force_utf8) {
  setlocale(LC_CTYPE, "");
  bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  if (!utf8 && force_utf8) utf8 = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
  return utf8;
}

// Opens the terminal a second time, so that its non-blocking mode is not shared with other programs. Where that is
// not possible, as in some containers, the descriptor itself is used and a stalled line can block.
static int own_output(int output) {
  char name[128];
  if (ttyname_r(output, name, sizeof name) == 0) {
    int again = open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (again >= 0) return again;
  }
  return fcntl(output, F_DUPFD_CLOEXEC, 3);
}

// Writes everything; 0, -1 when the terminal is gone, -2 when it took nothing for a second.
static int write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(terminal_output, bytes, count);
    if (written > 0) {
      bytes += written;
      count -= (size_t)written;
    } else if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      struct pollfd entry = {.fd = terminal_output, .events = POLLOUT};
      int ready = poll(&entry, 1, 1000);
      if (ready == 0) return -2;
      if (ready > 0 && (entry.revents & (POLLERR | POLLHUP | POLLNVAL))) return -1;
    } else if (written < 0 && errno == EINTR) {
      continue;
    } else {
      return -1;
    }
  }
  return 0;
}

static bool reserve_frame(size_t size) {
  if (size <= frame_capacity) return true;
  char *larger = realloc(frame, size);
  if (!larger) return false;
  frame = larger;
  frame_capacity = size;
  return true;
}

// Lets ncurses write to the memory file.
static bool begin_capture(void) {
  if (memory_file < 0 || ftruncate(memory_file, 0) != 0 || lseek(memory_file, 0, SEEK_SET) != 0) return false;
  return dup3(memory_file, ncurses_output, O_CLOEXEC) >= 0;
}

// Lets ncurses write to the terminal again and writes what it wrote meanwhile: the bytes written, 0 for none, or the
// failures of write_all.
static long end_capture(const char *prefix, const char *suffix) {
  off_t end = lseek(memory_file, 0, SEEK_END);
  dup3(blocking_output, ncurses_output, O_CLOEXEC);
  if (end <= 0) return 0;
  size_t before = strlen(prefix), after = strlen(suffix), inner = (size_t)end;
  if (!reserve_frame(before + inner + after)) return -1;
  memcpy(frame, prefix, before);
  if (pread(memory_file, frame + before, inner, 0) != (ssize_t)inner) return -1;
  memcpy(frame + before + inner, suffix, after);
  int failure = write_all(frame, before + inner + after);
  return failure ? failure : (long)(before + inner + after);
}

static void write_text(const char *text) {
  if (text) write_all(text, strlen(text));
}

static void apply_settings(const struct termios *settings) {
  while (tcsetattr(terminal_input, TCSANOW, settings) != 0 && errno == EINTR) {
  }
}

static void release(void) {
  free(modes_on);
  free(modes_off);
  free(frame);
  modes_on = modes_off = frame = NULL;
  frame_capacity = 0;
  if (stream) fclose(stream);
  if (memory_file >= 0) close(memory_file);
  if (terminal_output >= 0) close(terminal_output);
  if (blocking_output >= 0) close(blocking_output);
  stream = NULL;
  memory_file = terminal_output = ncurses_output = blocking_output = -1;
}

int leeway_open(const char *type, int input, int output, const char *mode_on, const char *mode_off,
                const char *restore) {
  if (screen) return LEEWAY_OPEN_ALREADY;
  // newterm ends the process on some failures; asking first keeps the error ours.
  int unusable = leeway_check_type(type, output);
  if (unusable) return unusable;

  terminal_input = input;
  if (tcgetattr(input, &saved_settings) != 0) return LEEWAY_OPEN_SETTINGS;
  terminal_output = own_output(output);
  ncurses_output = fcntl(output, F_DUPFD_CLOEXEC, 3);
  blocking_output = fcntl(output, F_DUPFD_CLOEXEC, 3);
  modes_on = strdup(mode_on);
  modes_off = strdup(mode_off);
  if (terminal_output < 0 || ncurses_output < 0 || blocking_output < 0 || !modes_on || !modes_off) {
    if (ncurses_output >= 0) close(ncurses_output);
    release();
    return LEEWAY_OPEN_RESOURCES;
  }
  stream = fdopen(ncurses_output, "w");
  if (!stream) {
    close(ncurses_output);
    release();
    return LEEWAY_OPEN_RESOURCES;
  }
  memory_file = memfd_create("leeway-frame", MFD_CLOEXEC);
  if (leeway_signals_install(terminal_output, &saved_settings, restore) != 0) {
    release();
    return LEEWAY_OPEN_RESOURCES;
  }
  screen = newterm(type, stream, stdin);
  if (!screen) {
    leeway_signals_remove();
    apply_settings(&saved_settings);
    release();
    return LEEWAY_OPEN_UNKNOWN_TYPE;
  }
  cbreak();
  noecho();
  nonl();
  // Control-S, -Q, -V and -O are keys of ours; control-C and -Z stay with the terminal, as signals.
  if (tcgetattr(input, &own_settings) == 0) {
    own_settings.c_iflag &= ~(tcflag_t)(IXON | IXOFF | ICRNL | INLCR | IGNCR);
    own_settings.c_lflag &= ~(tcflag_t)(IEXTEN | ECHO | ICANON);
    own_settings.c_cc[VMIN] = 1;
    own_settings.c_cc[VTIME] = 0;
    own_settings.c_cc[VQUIT] = _POSIX_VDISABLE;
    apply_settings(&own_settings);
    def_prog_mode();
  }
  if (has_colors()) {
    start_color();
    if (use_default_colors() != OK) assume_default_colors(COLOR_WHITE, COLOR_BLACK);
  }
  scrollok(stdscr, FALSE);
  idlok(stdscr, FALSE);
  write_text(modes_on);
  direct = false;
  return 0;
}

void leeway_close(void) {
  if (!screen) return;
  write_text(modes_off);
  // What endwin writes takes the memory file's way too, so that a stalled line cannot hold the process.
  bool held = begin_capture();
  curs_set(1);
  endwin();
  if (held) end_capture("", "");
  apply_settings(&saved_settings);
  leeway_signals_remove();
  delscreen(screen);
  screen = NULL;
  release();
}

void leeway_suspend(void) {
  if (!screen) return;
  write_text(modes_off);
  curs_set(1);
  endwin();
  apply_settings(&saved_settings);
  leeway_signals_stop();
  leeway_reclaim();
}

void leeway_reclaim(void) {
  if (!screen) return;
  // After endwin the first update takes the alternate screen again and sets the terminal's modes, for which ncurses
  // needs the terminal itself. Twice in a row it would move the shell's cursor.
  if (!isendwin()) endwin();
  apply_settings(&own_settings);
  direct = true;
  write_text(modes_on);
  clearok(curscr, TRUE);
}

int leeway_color_count(void) { return has_colors() ? COLORS : 0; }

bool leeway_set_pair(int pair, int foreground, int background) {
  return init_extended_pair(pair, foreground, background) == OK;
}

void leeway_put(int row, int column, const uint32_t *scalars, int count, int width, unsigned attributes, int pair) {
  if (!screen || row < 0 || column < 0 || row >= LINES || column + width > COLS) return;
  wchar_t text[CCHARW_MAX + 1];
  int length = count < CCHARW_MAX ? count : CCHARW_MAX;
  for (int i = 0; i < length; i++) text[i] = (wchar_t)scalars[i];
  text[length] = 0;
  bool agreed = length > 0 && wcwidth(text[0]) == width;
  for (int i = 1; i < length && agreed; i++) {
    if (wcwidth(text[i]) != 0) text[length = i] = 0;
  }
  attr_t bits = A_NORMAL;
  if (attributes & LEEWAY_BOLD) bits |= A_BOLD;
  if (attributes & LEEWAY_REVERSE) bits |= A_REVERSE;
  if (attributes & LEEWAY_UNDERLINE) bits |= A_UNDERLINE;
  cchar_t cell;
  if (agreed && setcchar(&cell, text, bits, 0, &pair) == OK) {
    mvwadd_wch(stdscr, row, column, &cell);
    return;
  }
  wchar_t question[2] = {L'?', 0};
  for (int i = 0; i < width; i++) {
    if (setcchar(&cell, question, bits, 0, &pair) == OK) mvwadd_wch(stdscr, row, column + i, &cell);
  }
}

void leeway_repaint(void) {
  if (screen) clearok(curscr, TRUE);
}

void leeway_resize(int columns, int rows) {
  if (!screen || columns < 1 || rows < 1) return;
  resizeterm(rows, columns);
  werase(stdscr);
  clearok(curscr, TRUE);
}

void leeway_cursor(int row, int column) {
  if (!screen) return;
  if (row < 0) {
    curs_set(0);
    leaveok(stdscr, TRUE);
  } else {
    leaveok(stdscr, FALSE);
    wmove(stdscr, row, column);
    curs_set(1);
  }
}

long leeway_flush(const char *prefix, const char *suffix) {
  if (!screen) return 0;
  wnoutrefresh(stdscr);
  if (direct || !begin_capture()) {
    direct = false;
    doupdate();
    return 1;
  }
  doupdate();
  return end_capture(prefix, suffix);
}

bool leeway_is_writable(void) {
  struct pollfd entry = {.fd = terminal_output, .events = POLLOUT};
  return poll(&entry, 1, 0) > 0;
}

bool leeway_size(int *columns, int *rows) {
  struct winsize size;
  if (ioctl(terminal_input, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return true;
}

int leeway_wait(int wake, int timeout_ms, bool watch_terminal) {
  struct pollfd entries[3] = {
      {.fd = leeway_signals_descriptor(), .events = POLLIN},
      {.fd = wake, .events = POLLIN},
      {.fd = watch_terminal ? terminal_input : -1, .events = POLLIN},
  };
  int count = poll(entries, 3, timeout_ms);
  if (count < 0 && errno == EINTR) count = poll(entries, 3, 0);
  if (count <= 0) return 0;
  int result = 0;
  if (entries[0].revents & POLLIN) result |= LEEWAY_READY_SIGNAL;
  if (entries[1].revents) result |= LEEWAY_READY_WAKE;
  if (entries[2].revents & POLLIN) result |= LEEWAY_READY_INPUT;
  if (entries[2].revents & (POLLHUP | POLLERR | POLLNVAL)) result |= LEEWAY_READY_HANGUP;
  return result;
}

ssize_t leeway_read(uint8_t *buffer, size_t capacity) {
  // Only after poll said that there is something: the descriptor may be blocking.
  ssize_t count = read(terminal_input, buffer, capacity);
  if (count > 0) return count;
  if (count < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
  return -1;
}
