#ifndef LEEWAY_INFLATE_H
#define LEEWAY_INFLATE_H

#include <stddef.h>
#include <stdint.h>

/// Decompresses the members of a gzip file, one after the other, in pieces.
typedef struct leeway_inflater leeway_inflater;

/// What a step came to.
typedef enum leeway_inflate_result {
  /// More input or more room is needed.
  LEEWAY_INFLATE_MORE = 0,
  /// A member ended; what follows, if anything, is another member or padding.
  LEEWAY_INFLATE_MEMBER_END = 1,
  /// The input is damaged or no gzip.
  LEEWAY_INFLATE_DAMAGED = 2,
} leeway_inflate_result;

/// A new inflater at the start of a member; NULL when memory is short.
leeway_inflater *leeway_inflater_create(void);

/// Begins the next member.
void leeway_inflater_reset(leeway_inflater *inflater);

/// Decompresses as much as input and room allow; `consumed` and `produced` say how much that was.
leeway_inflate_result leeway_inflater_step(
    leeway_inflater *inflater, const void *input, size_t input_length, void *output, size_t output_length,
    size_t *consumed, size_t *produced);

/// Frees an inflater; NULL is allowed.
void leeway_inflater_free(leeway_inflater *inflater);

#endif
