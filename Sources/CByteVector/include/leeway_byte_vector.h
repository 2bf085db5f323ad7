// Sixteen bytes at once: which of them are what a reader of lines looks for, one bit a byte, the first byte lowest.
//
// Everything is passed by value, so that no pointer crosses into C; the loads are Swift's, with their bounds. On other
// processors than x86-64 and arm64 the compiler makes of the loops what it can.
#ifndef LEEWAY_BYTE_VECTOR_H
#define LEEWAY_BYTE_VECTOR_H

#include <stdint.h>

typedef uint8_t leeway_bytes16 __attribute__((ext_vector_type(16)));

#define LEEWAY_INLINE static inline __attribute__((always_inline))

#if defined(__SSE2__)
#include <emmintrin.h>

LEEWAY_INLINE uint32_t leeway_mask16(leeway_bytes16 flags) {
  return (uint32_t)_mm_movemask_epi8((__m128i)flags);
}
#elif defined(__ARM_NEON)
#include <arm_neon.h>

LEEWAY_INLINE uint32_t leeway_mask16(leeway_bytes16 flags) {
  const leeway_bytes16 bits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t chosen = (uint8x16_t)(flags & bits);
  return (uint32_t)vaddv_u8(vget_low_u8(chosen)) | (uint32_t)vaddv_u8(vget_high_u8(chosen)) << 8;
}
#else
LEEWAY_INLINE uint32_t leeway_mask16(leeway_bytes16 flags) {
  uint32_t mask = 0;
  for (int index = 0; index < 16; index++) mask |= (uint32_t)(flags[index] >> 7) << index;
  return mask;
}
#endif

// The bytes that differ.
LEEWAY_INLINE uint32_t leeway_differences16(leeway_bytes16 a, leeway_bytes16 b) {
  return leeway_mask16((leeway_bytes16)(a != b));
}

// The bytes that end a run of plain characters in a JSON string: quotes, backslashes and control characters.
LEEWAY_INLINE uint32_t leeway_string_specials16(leeway_bytes16 bytes) {
  return leeway_mask16(
      (leeway_bytes16)(bytes == (uint8_t)0x22) | (leeway_bytes16)(bytes == (uint8_t)0x5C) |
      (leeway_bytes16)(bytes < (uint8_t)0x20));
}

// The bytes that are no decimal digit.
LEEWAY_INLINE uint32_t leeway_nondigits16(leeway_bytes16 bytes) {
  return leeway_mask16((leeway_bytes16)((bytes - (uint8_t)0x30) > (uint8_t)9));
}

#endif
