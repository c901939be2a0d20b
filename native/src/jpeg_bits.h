/*
 * The bits of a scan, left-justified in 64: the next code is one shift away. Bits beyond `left` are those of the
 * stream or zero, so that they may be OR'ed in once more.
 */
#ifndef JPEG_BITS_H
#define JPEG_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

struct bits {
  uint64_t top;
  int left;
  /* How many of `left` are not the file's: zeroes in front of a marker. Whoever uses one of them was cut off. */
  int borrowed;
  const uint8_t *next, *end;
  /* The marker the bits end at, 0 while none was met. */
  int marker;
};

/* Reads byte by byte around 0xFF and at the end of the file, where bits are missing for good. */
struct bits bits_crawl(struct bits bits);

static inline uint64_t bits_big_endian(const uint8_t *bytes) {
#if defined(__wasm_simd128__)
  v128_t v = wasm_v128_load64_zero(bytes);
  v = wasm_i8x16_shuffle(v, v, 7, 6, 5, 4, 3, 2, 1, 0, 8, 8, 8, 8, 8, 8, 8, 8);
  return (uint64_t)wasm_i64x2_extract_lane(v, 0);
#else
  uint64_t value = 0;
  for (int i = 0; i < 8; i++) value = value << 8 | bytes[i];
  return value;
#endif
}

/* Leaves 32 bits at least: a code of 16 and a value of 15, or 32 correction bits. */
static inline __attribute__((always_inline)) void bits_fill(struct bits *bits) {
  if (bits->left >= 32) return;
  if (!bits->marker && bits->end - bits->next >= 8) {
    uint64_t next = bits_big_endian(bits->next);
    if (((~next - 0x0101010101010101) & next & 0x8080808080808080) == 0) {
      bits->top |= next >> bits->left;
      bits->next += (63 - bits->left) >> 3;
      bits->left |= 56;
      return;
    }
  }
  *bits = bits_crawl(*bits);
}

/* 1 to 32 of them. */
static inline uint32_t bits_peek(const struct bits *bits, int count) { return (uint32_t)(bits->top >> (64 - count)); }

static inline void bits_skip(struct bits *bits, int count) {
  bits->top <<= count;
  bits->left -= count;
}

static inline uint32_t bits_take(struct bits *bits, int count) {
  uint32_t value = bits_peek(bits, count);
  bits_skip(bits, count);
  return value;
}

#endif
