#define _GNU_SOURCE
#include "posix_pattern.h"

#include <locale.h>
#include <pthread.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

struct leeway_pattern {
  regex_t expression;
};

/* Made once and kept: making one reads a dozen files. */
static locale_t pattern_locale;
static pthread_once_t pattern_locale_once = PTHREAD_ONCE_INIT;

static void make_pattern_locale(void) {
  pattern_locale = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
  if (pattern_locale == (locale_t)0) pattern_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static leeway_pattern *compile(const char *text, int flags, char *error, size_t error_size) {
  leeway_pattern *pattern = malloc(sizeof *pattern);
  if (pattern == NULL) {
    snprintf(error, error_size, "out of memory");
    return NULL;
  }
  pthread_once(&pattern_locale_once, make_pattern_locale);
  locale_t fixed = pattern_locale;
  locale_t previous = fixed == (locale_t)0 ? (locale_t)0 : uselocale(fixed);
  int code = regcomp(&pattern->expression, text, flags);
  if (code != 0) regerror(code, &pattern->expression, error, error_size);
  if (fixed != (locale_t)0) uselocale(previous);
  if (code != 0) {
    free(pattern);
    return NULL;
  }
  return pattern;
}

leeway_pattern *leeway_pattern_compile(const char *text, char *error, size_t error_size) {
  return compile(text, REG_EXTENDED | REG_NOSUB, error, error_size);
}

leeway_pattern *leeway_pattern_compile_groups(const char *text, char *error, size_t error_size) {
  return compile(text, REG_EXTENDED, error, error_size);
}

bool leeway_pattern_groups(const leeway_pattern *pattern, const void *bytes, size_t length, int32_t *ranges,
                           size_t count) {
  regmatch_t matches[LEEWAY_PATTERN_GROUPS] = {{.rm_so = 0, .rm_eo = (regoff_t)length}};
  if (count > LEEWAY_PATTERN_GROUPS) count = LEEWAY_PATTERN_GROUPS;
  if (regexec(&pattern->expression, bytes, count, matches, REG_STARTEND) != 0) return false;
  for (size_t index = 0; index < count; index++) {
    ranges[2 * index] = (int32_t)matches[index].rm_so;
    ranges[2 * index + 1] = (int32_t)matches[index].rm_eo;
  }
  return true;
}

bool leeway_pattern_matches(const leeway_pattern *pattern, const void *bytes, size_t length) {
  regmatch_t range = {.rm_so = 0, .rm_eo = (regoff_t)length};
  return regexec(&pattern->expression, bytes, 0, &range, REG_STARTEND) == 0;
}

void leeway_pattern_free(leeway_pattern *pattern) {
  if (pattern == NULL) return;
  regfree(&pattern->expression);
  free(pattern);
}
