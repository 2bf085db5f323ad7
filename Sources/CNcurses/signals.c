#define _GNU_SOURCE
#include "leeway_signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "leeway_ncurses.h"

static int pipe_ends[2] = {-1, -1};
static atomic_bool armed;
static int crash_output = -1;
static struct termios crash_settings;
static char crash_text[256];
static size_t crash_length;

static const int reported[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGQUIT};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
static struct sigaction old_reported[COUNT(reported)];
static struct sigaction old_fatal[COUNT(fatal)];
static void *alternate_stack;
static stack_t old_stack;

static void restore_terminal(void) {
  if (!atomic_exchange(&armed, false)) return;
  ssize_t ignored = write(crash_output, crash_text, crash_length);
  (void)ignored;
  tcsetattr(crash_output, TCSANOW, &crash_settings);
}

static void report(int number) {
  int saved = errno;
  char byte = 0;
  switch (number) {
    case SIGWINCH: byte = LEEWAY_SIGNAL_RESIZE; break;
    case SIGTERM: byte = LEEWAY_SIGNAL_TERMINATE; break;
    case SIGHUP: byte = LEEWAY_SIGNAL_HANGUP; break;
    case SIGINT: byte = LEEWAY_SIGNAL_INTERRUPT; break;
    case SIGTSTP: byte = LEEWAY_SIGNAL_SUSPEND; break;
    case SIGCONT: byte = LEEWAY_SIGNAL_CONTINUE; break;
  }
  // A full pipe already holds enough to wake the reader.
  ssize_t ignored = write(pipe_ends[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

static void crash(int number) {
  restore_terminal();
  for (size_t i = 0; i < COUNT(fatal); i++) {
    if (fatal[i] == number) sigaction(number, &old_fatal[i], NULL);
  }
  raise(number);
}

static void report_signal(int number, struct sigaction *previous) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = report;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, previous);
}

int leeway_signals_install(int output, const struct termios *settings, const char *restore) {
  static bool registered;
  if (pipe_ends[0] < 0 && pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  crash_output = output;
  crash_settings = *settings;
  crash_length = strnlen(restore, sizeof crash_text);
  memcpy(crash_text, restore, crash_length);
  if (!registered) registered = atexit(restore_terminal) == 0;
  atomic_store(&armed, true);

  // A handler of its own stack also survives a stack overflow, on this thread at least.
  size_t size = 64 * 1024;
  alternate_stack = malloc(size);
  if (alternate_stack) {
    stack_t stack = {.ss_sp = alternate_stack, .ss_size = size};
    if (sigaltstack(&stack, &old_stack) != 0) {
      free(alternate_stack);
      alternate_stack = NULL;
    }
  }
  for (size_t i = 0; i < COUNT(reported); i++) report_signal(reported[i], &old_reported[i]);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = crash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < COUNT(fatal); i++) sigaction(fatal[i], &action, &old_fatal[i]);
  return 0;
}

void leeway_signals_remove(void) {
  for (size_t i = 0; i < COUNT(reported); i++) sigaction(reported[i], &old_reported[i], NULL);
  for (size_t i = 0; i < COUNT(fatal); i++) sigaction(fatal[i], &old_fatal[i], NULL);
  if (alternate_stack) {
    sigaltstack(&old_stack, NULL);
    free(alternate_stack);
    alternate_stack = NULL;
  }
  atomic_store(&armed, false);
}

void leeway_signals_stop(void) {
  struct sigaction stop;
  memset(&stop, 0, sizeof stop);
  stop.sa_handler = SIG_DFL;
  sigemptyset(&stop.sa_mask);
  sigaction(SIGTSTP, &stop, NULL);
  // The shell has the terminal now: a crash meanwhile must not touch it.
  atomic_store(&armed, false);
  raise(SIGTSTP);
  atomic_store(&armed, true);
  report_signal(SIGTSTP, NULL);
}

int leeway_signals_descriptor(void) { return pipe_ends[0]; }

int leeway_next_signal(void) {
  char byte = 0;
  ssize_t count;
  do {
    count = read(pipe_ends[0], &byte, 1);
  } while (count < 0 && errno == EINTR);
  return count == 1 ? byte : 0;
}
