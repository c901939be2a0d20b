/* zlib's checksum of decompressed data in SIMD128, in place of upstream's adler32.c: 5 % of a screenshot's rendition. */
#include <stddef.h>
#include <wasm_simd128.h>

#define BASE 65521u
/* Bytes after which the second sum might pass 2^32, rounded down to whole vectors (zlib's NMAX is 5552). */
#define MOST_BYTES 5536

static inline unsigned long total(v128_t words) {
  return (unsigned)wasm_i32x4_extract_lane(words, 0) + (unsigned)wasm_i32x4_extract_lane(words, 1) +
         (unsigned)wasm_i32x4_extract_lane(words, 2) + (unsigned)wasm_i32x4_extract_lane(words, 3);
}

/* Adds `count` bytes, a multiple of 16 and at most MOST_BYTES, to the sums. */
static void add_vectors(const unsigned char *data, size_t count, unsigned *first, unsigned *second) {
  const v128_t falling_low = wasm_i16x8_const(16, 15, 14, 13, 12, 11, 10, 9);
  const v128_t falling_high = wasm_i16x8_const(8, 7, 6, 5, 4, 3, 2, 1);
  v128_t sum = wasm_i32x4_const_splat(0), before = sum, weighted = sum;
  for (size_t i = 0; i < count; i += 16) {
    v128_t bytes = wasm_v128_load(data + i);
    before = wasm_i32x4_add(before, sum);
    sum = wasm_i32x4_add(sum, wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(bytes)));
    v128_t low = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(bytes), falling_low);
    v128_t high = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(bytes), falling_high);
    weighted = wasm_i32x4_add(weighted, wasm_i32x4_add(low, high));
  }
  *second += *first * (unsigned)count + (unsigned)total(before) * 16 + (unsigned)total(weighted);
  *first += (unsigned)total(sum);
}

unsigned long adler32_z(unsigned long adler, const unsigned char *data, size_t length) {
  unsigned first = adler & 0xffff, second = adler >> 16 & 0xffff;
  if (!data) return 1;
  while (length > 0) {
    size_t block = length < MOST_BYTES ? length : MOST_BYTES, vectors = block & ~(size_t)15;
    add_vectors(data, vectors, &first, &second);
    for (size_t i = vectors; i < block; i++) second += first += data[i];
    first %= BASE;
    second %= BASE;
    data += block;
    length -= block;
  }
  return (unsigned long)second << 16 | first;
}

unsigned long adler32(unsigned long adler, const unsigned char *data, unsigned length) {
  return adler32_z(adler, data, length);
}
