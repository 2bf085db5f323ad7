#define _GNU_SOURCE
#include "posix_clock.h"

#include <time.h>

static double seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double leeway_monotonic_seconds(void) { return seconds(CLOCK_MONOTONIC); }

double leeway_processor_seconds(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }
