#include "leeway_sodium.h"

#include <sodium.h>

int leeway_sodium_init(void) { return sodium_init(); }

void leeway_sha256(
    uint8_t *out, const uint8_t *prefix, size_t prefix_count, const uint8_t *data, size_t data_count) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  if (prefix_count > 0) crypto_hash_sha256_update(&state, prefix, prefix_count);
  if (data_count > 0) crypto_hash_sha256_update(&state, data, data_count);
  crypto_hash_sha256_final(&state, out);
}
