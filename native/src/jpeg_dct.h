/* Shared by the forward and inverse DCTs: eight rows of eight 16-bit values in eight vectors. */
#ifndef JPEG_DCT_H
#define JPEG_DCT_H

#include <wasm_simd128.h>

#define INLINE_ALWAYS static inline __attribute__((always_inline))

/* Lanes of a and b alternating: the operand order dot products with a pair of factors want. */
INLINE_ALWAYS v128_t low_pairs(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
INLINE_ALWAYS v128_t high_pairs(v128_t a, v128_t b) { return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }
INLINE_ALWAYS v128_t low_words(v128_t a, v128_t b) { return wasm_i32x4_shuffle(a, b, 0, 4, 1, 5); }
INLINE_ALWAYS v128_t high_words(v128_t a, v128_t b) { return wasm_i32x4_shuffle(a, b, 2, 6, 3, 7); }
INLINE_ALWAYS v128_t low_halves(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 0, 2); }
INLINE_ALWAYS v128_t high_halves(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 1, 3); }

/* pairs · (a, b) in 32 bits. */
#define DOT(pairs, a, b) wasm_i32x4_dot_i16x8(pairs, wasm_i16x8_const(a, b, a, b, a, b, a, b))

INLINE_ALWAYS void transpose_8x8(v128_t v[8]) {
  v128_t a0 = low_pairs(v[0], v[1]), a1 = high_pairs(v[0], v[1]), a2 = low_pairs(v[2], v[3]);
  v128_t a3 = high_pairs(v[2], v[3]), a4 = low_pairs(v[4], v[5]), a5 = high_pairs(v[4], v[5]);
  v128_t a6 = low_pairs(v[6], v[7]), a7 = high_pairs(v[6], v[7]);
  v128_t b0 = low_words(a0, a2), b1 = high_words(a0, a2), b2 = low_words(a1, a3), b3 = high_words(a1, a3);
  v128_t b4 = low_words(a4, a6), b5 = high_words(a4, a6), b6 = low_words(a5, a7), b7 = high_words(a5, a7);
  v[0] = low_halves(b0, b4), v[1] = high_halves(b0, b4), v[2] = low_halves(b1, b5), v[3] = high_halves(b1, b5);
  v[4] = low_halves(b2, b6), v[5] = high_halves(b2, b6), v[6] = low_halves(b3, b7), v[7] = high_halves(b3, b7);
}

#endif
