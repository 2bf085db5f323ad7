#ifndef LEEWAY_SODIUM_H
#define LEEWAY_SODIUM_H

#include <stddef.h>
#include <stdint.h>

/// Prepares libsodium; 0 or 1 when it is ready, -1 when it cannot be used. May be called any number of times.
int leeway_sodium_init(void);

/// Writes SHA-256(prefix || data) to the 32 bytes at `out`. Either part may be empty.
void leeway_sha256(
    uint8_t *out, const uint8_t *prefix, size_t prefix_count, const uint8_t *data, size_t data_count);

#endif
