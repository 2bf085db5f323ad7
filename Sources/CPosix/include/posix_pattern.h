#ifndef LEEWAY_POSIX_PATTERN_H
#define LEEWAY_POSIX_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/// A compiled POSIX extended regular expression.
typedef struct leeway_pattern leeway_pattern;

/// Compiles an extended regular expression that reports no positions. It is read as UTF-8 whatever the process's
/// locale is, so that every command gives the same matches. NULL on failure; `error` then holds one line of text.
leeway_pattern *leeway_pattern_compile(const char *text, char *error, size_t error_size);

/// Whether the pattern occurs anywhere in `length` bytes, which may hold any bytes. Safe from several threads.
bool leeway_pattern_matches(const leeway_pattern *pattern, const void *bytes, size_t length);

/// Frees a pattern; NULL is allowed.
void leeway_pattern_free(leeway_pattern *pattern);

#endif
