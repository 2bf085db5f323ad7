#include "leeway_inflate.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct leeway_inflater {
  z_stream stream;
};

static uInt bounded(size_t length) { return length > UINT_MAX ? UINT_MAX : (uInt)length; }

leeway_inflater *leeway_inflater_create(void) {
  leeway_inflater *inflater = calloc(1, sizeof *inflater);
  if (inflater == NULL) return NULL;
  /* 16 asks for the gzip wrapper. */
  if (inflateInit2(&inflater->stream, 16 + MAX_WBITS) != Z_OK) {
    free(inflater);
    return NULL;
  }
  return inflater;
}

void leeway_inflater_reset(leeway_inflater *inflater) { inflateReset(&inflater->stream); }

leeway_inflate_result leeway_inflater_step(
    leeway_inflater *inflater, const void *input, size_t input_length, void *output, size_t output_length,
    size_t *consumed, size_t *produced) {
  z_stream *stream = &inflater->stream;
  stream->next_in = (Bytef *)input;
  stream->avail_in = bounded(input_length);
  stream->next_out = output;
  stream->avail_out = bounded(output_length);
  int result = inflate(stream, Z_NO_FLUSH);
  *consumed = (size_t)(stream->next_in - (const Bytef *)input);
  *produced = (size_t)(stream->next_out - (Bytef *)output);
  switch (result) {
  case Z_OK:
  case Z_BUF_ERROR:
    return LEEWAY_INFLATE_MORE;
  case Z_STREAM_END:
    return LEEWAY_INFLATE_MEMBER_END;
  default:
    return LEEWAY_INFLATE_DAMAGED;
  }
}

void leeway_inflater_free(leeway_inflater *inflater) {
  if (inflater == NULL) return;
  inflateEnd(&inflater->stream);
  free(inflater);
}
