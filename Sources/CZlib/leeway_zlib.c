#include "leeway_zlib.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct leeway_inflater {
  z_stream stream;
};

leeway_inflater *leeway_inflater_create(int is_gzip) {
  leeway_inflater *inflater = calloc(1, sizeof *inflater);
  if (!inflater) return NULL;
  if (inflateInit2(&inflater->stream, is_gzip ? 15 + 16 : -15) != Z_OK) {
    free(inflater);
    return NULL;
  }
  return inflater;
}

int leeway_inflater_reset(leeway_inflater *inflater) {
  return inflateReset(&inflater->stream) == Z_OK ? 0 : LEEWAY_INFLATE_DATA;
}

int leeway_inflater_step(
    leeway_inflater *inflater, const uint8_t *input, size_t input_count, size_t *consumed, uint8_t *output,
    size_t output_count, size_t *produced) {
  z_stream *stream = &inflater->stream;
  uInt available = input_count > UINT_MAX ? UINT_MAX : (uInt)input_count;
  uInt room = output_count > UINT_MAX ? UINT_MAX : (uInt)output_count;
  stream->next_in = (Bytef *)input;
  stream->avail_in = available;
  stream->next_out = output;
  stream->avail_out = room;
  int status = inflate(stream, Z_NO_FLUSH);
  *consumed = available - stream->avail_in;
  *produced = room - stream->avail_out;
  stream->next_in = NULL;
  stream->next_out = NULL;
  switch (status) {
    case Z_OK:
    case Z_BUF_ERROR:
      return LEEWAY_INFLATE_MORE;
    case Z_STREAM_END:
      return LEEWAY_INFLATE_END;
    case Z_MEM_ERROR:
      return LEEWAY_INFLATE_MEMORY;
    default:
      return LEEWAY_INFLATE_DATA;
  }
}

void leeway_inflater_free(leeway_inflater *inflater) {
  if (!inflater) return;
  inflateEnd(&inflater->stream);
  free(inflater);
}

uint32_t leeway_crc32(uint32_t crc, const uint8_t *data, size_t count) {
  return (uint32_t)crc32_z(crc, data, count);
}
