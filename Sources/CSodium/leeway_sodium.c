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

int leeway_ed25519_keys(uint8_t *public_key, uint8_t *secret_key, const uint8_t *seed) {
  return crypto_sign_seed_keypair(public_key, secret_key, seed);
}

int leeway_ed25519_sign(uint8_t *signature, const uint8_t *data, size_t count, const uint8_t *secret_key) {
  return crypto_sign_detached(signature, NULL, data, count, secret_key);
}

int leeway_ed25519_verify(const uint8_t *signature, const uint8_t *data, size_t count, const uint8_t *public_key) {
  return crypto_sign_verify_detached(signature, data, count, public_key);
}

void leeway_random_bytes(uint8_t *out, size_t count) { randombytes_buf(out, count); }
