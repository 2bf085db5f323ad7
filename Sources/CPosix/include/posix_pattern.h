#ifndef LEEWAY_POSIX_PATTERN_H
#define LEEWAY_POSIX_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A compiled POSIX extended regular expression.
typedef struct leeway_pattern leeway_pattern;

/// Compiles an extended regular expression that reports no positions. It is read as UTF-8 whatever the process's
/// locale is, so that every command gives the same matches. NULL on failure; `error` then holds one line of text.
leeway_pattern *leeway_pattern_compile(const char *text, char *error, size_t error_size);

/// The most groups that a pattern reports, the whole match among them.
#define LEEWAY_PATTERN_GROUPS 65

/// Compiles an extended regular expression that reports its groups; see leeway_pattern_compile.
leeway_pattern *leeway_pattern_compile_groups(const char *text, char *error, size_t error_size);

/// Whether the pattern occurs in the bytes; the start and the end of the match and of each group are put into `ranges`,
/// which holds two numbers for each of `count` groups, -1 for a group that took no part.
bool leeway_pattern_groups(const leeway_pattern *pattern, const void *bytes, size_t length, int32_t *ranges,
                           size_t count);

/// Whether the pattern occurs anywhere in `length` bytes, which may hold any bytes. Safe from several threads.
bool leeway_pattern_matches(const leeway_pattern *pattern, const void *bytes, size_t length);

/// Frees a pattern; NULL is allowed.
void leeway_pattern_free(leeway_pattern *pattern);

#endif
