/* Forward DCT, level shift and quantisation for SIMD128, bit-exact with upstream's jfdctint.c and jcdctmgr.c. */
#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeglib.h"
#include "jsimd.h"
#include "jdct.h"
#include "jsimddct.h"

#include <stdbool.h>

#include "jpeg_dct.h"

#define ADD wasm_i16x8_add
#define SUB wasm_i16x8_sub

GLOBAL(void) jsimd_convsamp(JSAMPARRAY samples, JDIMENSION column, DCTELEM *workspace) {
  const v128_t centre = wasm_i16x8_const_splat(128);
  for (int y = 0; y < 8; y++)
    wasm_v128_store(workspace + 8 * y, SUB(wasm_u16x8_load8x8(samples[y] + column), centre));
}

/* (a, b) · two factor pairs for all eight columns, rounded and shifted. */
#define SUM_OF(a, b, fa, fb, c, d, fc, fd)                                                                          \
  wasm_i16x8_narrow_i32x4(                                                                                          \
      wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_add(DOT(low_pairs(a, b), fa, fb), DOT(low_pairs(c, d), fc, fd)),     \
                                    rounding),                                                                      \
                     shift),                                                                                        \
      wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_add(DOT(high_pairs(a, b), fa, fb), DOT(high_pairs(c, d), fc, fd)),   \
                                    rounding),                                                                      \
                     shift))

/* The same of one pair. */
#define PRODUCT_OF(a, b, fa, fb)                                                                    \
  wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(DOT(low_pairs(a, b), fa, fb), rounding), shift), \
                          wasm_i32x4_shr(wasm_i32x4_add(DOT(high_pairs(a, b), fa, fb), rounding), shift))

/* The first pass leaves two more fractional bits, the second takes them away again. */
INLINE_ALWAYS void pass(v128_t v[8], const bool first) {
  const int shift = first ? 11 : 15;
  const v128_t rounding = wasm_i32x4_splat(1 << (shift - 1));
  v128_t t0 = ADD(v[0], v[7]), t7 = SUB(v[0], v[7]), t1 = ADD(v[1], v[6]), t6 = SUB(v[1], v[6]);
  v128_t t2 = ADD(v[2], v[5]), t5 = SUB(v[2], v[5]), t3 = ADD(v[3], v[4]), t4 = SUB(v[3], v[4]);
  v128_t even0 = ADD(t0, t3), even3 = SUB(t0, t3), even1 = ADD(t1, t2), even2 = SUB(t1, t2);
  v128_t sum = ADD(even0, even1), difference = SUB(even0, even1);
  const v128_t two = wasm_i16x8_const_splat(2);
  v[0] = first ? wasm_i16x8_shl(sum, 2) : wasm_i16x8_shr(ADD(sum, two), 2);
  v[4] = first ? wasm_i16x8_shl(difference, 2) : wasm_i16x8_shr(ADD(difference, two), 2);
  v[2] = PRODUCT_OF(even3, even2, 4433 + 6270, 4433);
  v[6] = PRODUCT_OF(even3, even2, 4433, 4433 - 15137);
  v128_t z3 = ADD(t4, t6), z4 = ADD(t5, t7);
  v[7] = SUM_OF(t4, t7, 2446 - 7373, -7373, z3, z4, 9633 - 16069, 9633);
  v[5] = SUM_OF(t5, t6, 16819 - 20995, -20995, z3, z4, 9633, 9633 - 3196);
  v[3] = SUM_OF(t6, t5, 25172 - 20995, -20995, z3, z4, 9633 - 16069, 9633);
  v[1] = SUM_OF(t7, t4, 12299 - 7373, -7373, z3, z4, 9633, 9633 - 3196);
}

GLOBAL(void) jsimd_fdct_islow(DCTELEM *data) {
  v128_t v[8];
  for (int i = 0; i < 8; i++) v[i] = wasm_v128_load(data + 8 * i);
  transpose_8x8(v);
  pass(v, true);
  transpose_8x8(v);
  pass(v, false);
  for (int i = 0; i < 8; i++) wasm_v128_store(data + 8 * i, v[i]);
}

INLINE_ALWAYS v128_t high_product(v128_t a, v128_t b) {
  v128_t low = wasm_u32x4_extmul_low_u16x8(a, b), high = wasm_u32x4_extmul_high_u16x8(a, b);
  return wasm_i16x8_shuffle(low, high, 1, 3, 5, 7, 9, 11, 13, 15);
}

/* Division by multiplication, as jcdctmgr.c prepares it: reciprocal, correction and scale, 64 of each. */
GLOBAL(void) jsimd_quantize(JCOEFPTR block, DCTELEM *divisors, DCTELEM *workspace) {
  for (int i = 0; i < 64; i += 8) {
    v128_t value = wasm_v128_load(workspace + i), sign = wasm_i16x8_shr(value, 15);
    v128_t size = ADD(wasm_i16x8_abs(value), wasm_v128_load(divisors + 64 + i));
    size = high_product(high_product(size, wasm_v128_load(divisors + i)), wasm_v128_load(divisors + 128 + i));
    wasm_v128_store(block + i, SUB(wasm_v128_xor(size, sign), sign));
  }
}
