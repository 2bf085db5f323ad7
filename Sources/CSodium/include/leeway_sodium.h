#ifndef LEEWAY_SODIUM_H
#define LEEWAY_SODIUM_H

#include <stddef.h>
#include <stdint.h>

/// Prepares libsodium; 0 or 1 when it is ready, -1 when it cannot be used. May be called any number of times.
int leeway_sodium_init(void);

/// Writes SHA-256(prefix || data) to the 32 bytes at `out`. Either part may be empty.
void leeway_sha256(
    uint8_t *out, const uint8_t *prefix, size_t prefix_count, const uint8_t *data, size_t data_count);

/// Makes an Ed25519 key pair from a 32-byte seed: 32 bytes of public and 64 of secret key. 0 when it could.
int leeway_ed25519_keys(uint8_t *public_key, uint8_t *secret_key, const uint8_t *seed);

/// Signs `count` bytes with a 64-byte secret key; writes 64 bytes. 0 when it could.
int leeway_ed25519_sign(uint8_t *signature, const uint8_t *data, size_t count, const uint8_t *secret_key);

/// 0 when a 64-byte signature of `count` bytes is that of a 32-byte public key.
int leeway_ed25519_verify(const uint8_t *signature, const uint8_t *data, size_t count, const uint8_t *public_key);

/// Fills `count` bytes with randomness of the operating system.
void leeway_random_bytes(uint8_t *out, size_t count);

#endif
