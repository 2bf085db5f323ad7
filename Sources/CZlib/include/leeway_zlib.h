#ifndef LEEWAY_ZLIB_H
#define LEEWAY_ZLIB_H

#include <stddef.h>
#include <stdint.h>

/// A stream that is being inflated.
typedef struct leeway_inflater leeway_inflater;

/// What one step of inflating came to.
enum leeway_inflate_status {
  /// There may be more.
  LEEWAY_INFLATE_MORE = 0,
  /// The stream has ended; for gzip, one member of it.
  LEEWAY_INFLATE_END = 1,
  /// The bytes are no such stream.
  LEEWAY_INFLATE_DATA = -1,
  /// There is no memory.
  LEEWAY_INFLATE_MEMORY = -2,
};

/// A new stream: raw deflate (RFC 1951) where `is_gzip` is 0, else gzip (RFC 1952). NULL when there is no memory.
leeway_inflater *leeway_inflater_create(int is_gzip);

/// Makes the stream new again, for the next gzip member. 0, or a status below 0.
int leeway_inflater_reset(leeway_inflater *inflater);

/// Inflates from `input` into `output` until one of them is used up or the stream ends; sets how many bytes were
/// consumed and produced, and gives a `leeway_inflate_status`.
int leeway_inflater_step(
    leeway_inflater *inflater, const uint8_t *input, size_t input_count, size_t *consumed, uint8_t *output,
    size_t output_count, size_t *produced);

/// Frees the stream.
void leeway_inflater_free(leeway_inflater *inflater);

/// CRC-32 of `data`, going on from `crc`; 0 to begin with.
uint32_t leeway_crc32(uint32_t crc, const uint8_t *data, size_t count);

#endif
