/*
 * Inverse DCTs of 8×8, 4×4 and 2×2 for SIMD128, bit-exact with upstream's jidctint.c and jidctred.c (the tests of
 * test/imaging/native compare against another decoder). Constants are cosines in 13 bits; where a sum of two products
 * shares an operand, the factors are already added up (4433 + 6270 and the like), because one dot product takes both.
 */
#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeglib.h"
#include "jsimd.h"
#include "jdct.h"
#include "jsimddct.h"

#include <stdbool.h>

#include "jpeg_dct.h"

#define ADD wasm_i32x4_add
#define SUB wasm_i32x4_sub

struct halves {
  v128_t low[8], high[8];
};

/* One dimension for four columns: rows 0..7 as pairs (2,6), (0,4), (7,1), (5,3), (z3,z4). */
INLINE_ALWAYS void butterfly(v128_t p26, v128_t p04, v128_t p71, v128_t p53, v128_t z34, const int shift,
                             v128_t out[8]) {
  const v128_t rounding = wasm_i32x4_splat(1 << (shift - 1));
  v128_t t2 = DOT(p26, 4433, 4433 - 15137), t3 = DOT(p26, 4433 + 6270, 4433);
  v128_t t0 = ADD(DOT(p04, 8192, 8192), rounding), t1 = ADD(DOT(p04, 8192, -8192), rounding);
  v128_t even0 = ADD(t0, t3), even3 = SUB(t0, t3), even1 = ADD(t1, t2), even2 = SUB(t1, t2);
  v128_t z3 = DOT(z34, 9633 - 16069, 9633), z4 = DOT(z34, 9633, 9633 - 3196);
  v128_t odd3 = ADD(DOT(p71, 2446 - 7373, -7373), z3), odd0 = ADD(DOT(p71, -7373, 12299 - 7373), z4);
  v128_t odd2 = ADD(DOT(p53, 16819 - 20995, -20995), z4), odd1 = ADD(DOT(p53, -20995, 25172 - 20995), z3);
  out[0] = wasm_i32x4_shr(ADD(even0, odd0), shift), out[7] = wasm_i32x4_shr(SUB(even0, odd0), shift);
  out[1] = wasm_i32x4_shr(ADD(even1, odd1), shift), out[6] = wasm_i32x4_shr(SUB(even1, odd1), shift);
  out[2] = wasm_i32x4_shr(ADD(even2, odd2), shift), out[5] = wasm_i32x4_shr(SUB(even2, odd2), shift);
  out[3] = wasm_i32x4_shr(ADD(even3, odd3), shift), out[4] = wasm_i32x4_shr(SUB(even3, odd3), shift);
}

INLINE_ALWAYS void pass_8(v128_t v[8], const int shift) {
  v128_t z3 = wasm_i16x8_add(v[7], v[3]), z4 = wasm_i16x8_add(v[5], v[1]);
  struct halves h;
  butterfly(low_pairs(v[2], v[6]), low_pairs(v[0], v[4]), low_pairs(v[7], v[1]), low_pairs(v[5], v[3]),
            low_pairs(z3, z4), shift, h.low);
  butterfly(high_pairs(v[2], v[6]), high_pairs(v[0], v[4]), high_pairs(v[7], v[1]), high_pairs(v[5], v[3]),
            high_pairs(z3, z4), shift, h.high);
  for (int i = 0; i < 8; i++) v[i] = wasm_i16x8_narrow_i32x4(h.low[i], h.high[i]);
}

INLINE_ALWAYS v128_t coefficients(JCOEFPTR block, const short *quantisers, int row) {
  return wasm_i16x8_mul(wasm_v128_load(block + 8 * row), wasm_v128_load(quantisers + 8 * row));
}

INLINE_ALWAYS v128_t any_of(v128_t a, v128_t b, v128_t c, v128_t d) {
  return wasm_v128_or(wasm_v128_or(a, b), wasm_v128_or(c, d));
}

INLINE_ALWAYS bool dc_only(JCOEFPTR block) {
  const v128_t dc = wasm_i16x8_const(-1, 0, 0, 0, 0, 0, 0, 0);
  return !wasm_v128_any_true(wasm_v128_andnot(wasm_v128_load(block), dc));
}

/* The sample every pixel of a block without AC coefficients has, in all lanes. */
INLINE_ALWAYS v128_t flat_samples(JCOEFPTR block, const short *quantisers) {
  int dc = (short)(block[0] * quantisers[0] * 4);
  v128_t value = wasm_i16x8_splat((short)(((dc + 16) >> 5) + 128));
  return wasm_u8x16_narrow_i16x8(value, value);
}

GLOBAL(void)
jsimd_idct_islow(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block, JSAMPARRAY out,
                 JDIMENSION column) {
  (void)cinfo;
  const short *quantisers = component->dct_table;
  v128_t v[8];
  for (int i = 1; i < 8; i++) v[i] = wasm_v128_load(block + 8 * i);
  v128_t below = wasm_v128_or(any_of(v[1], v[2], v[3], v[4]), wasm_v128_or(wasm_v128_or(v[5], v[6]), v[7]));
  if (!wasm_v128_any_true(below)) {
    if (dc_only(block)) {
      v128_t samples = flat_samples(block, quantisers);
      for (int i = 0; i < 8; i++) wasm_v128_store64_lane(out[i] + column, samples, 0);
      return;
    }
    /* Columns of a DC each: the first pass only scales, and its transpose is a broadcast per row. */
    v128_t row = wasm_i16x8_shl(coefficients(block, quantisers, 0), 2);
    v[0] = wasm_i16x8_splat(wasm_i16x8_extract_lane(row, 0)), v[1] = wasm_i16x8_splat(wasm_i16x8_extract_lane(row, 1));
    v[2] = wasm_i16x8_splat(wasm_i16x8_extract_lane(row, 2)), v[3] = wasm_i16x8_splat(wasm_i16x8_extract_lane(row, 3));
    v[4] = wasm_i16x8_splat(wasm_i16x8_extract_lane(row, 4)), v[5] = wasm_i16x8_splat(wasm_i16x8_extract_lane(row, 5));
    v[6] = wasm_i16x8_splat(wasm_i16x8_extract_lane(row, 6)), v[7] = wasm_i16x8_splat(wasm_i16x8_extract_lane(row, 7));
  } else {
    for (int i = 0; i < 8; i++) v[i] = coefficients(block, quantisers, i);
    pass_8(v, 11);
    transpose_8x8(v);
  }
  pass_8(v, 18);
  transpose_8x8(v);
  const v128_t centre = wasm_i16x8_const_splat(128);
  for (int i = 0; i < 8; i += 2) {
    v128_t rows = wasm_u8x16_narrow_i16x8(wasm_i16x8_add_sat(v[i], centre), wasm_i16x8_add_sat(v[i + 1], centre));
    wasm_v128_store64_lane(out[i] + column, rows, 0);
    wasm_v128_store64_lane(out[i + 1] + column, rows, 1);
  }
}

/* One dimension of the 4-point output: even inputs as pairs (2,6) and 0 in 32 bits, odd ones as pairs (7,5), (3,1). */
INLINE_ALWAYS void butterfly_4(v128_t p26, v128_t p0, v128_t p75, v128_t p31, const int shift, v128_t out[4]) {
  v128_t z = ADD(wasm_i32x4_shl(p0, 14), wasm_i32x4_splat(1 << (shift - 1))), e = DOT(p26, 15137, -6270);
  v128_t even0 = ADD(z, e), even1 = SUB(z, e);
  v128_t odd1 = ADD(DOT(p75, -1730, 11893), DOT(p31, -17799, 8697));
  v128_t odd0 = ADD(DOT(p75, -4176, -4926), DOT(p31, 7373, 20995));
  out[0] = wasm_i32x4_shr(ADD(even0, odd0), shift), out[3] = wasm_i32x4_shr(SUB(even0, odd0), shift);
  out[1] = wasm_i32x4_shr(ADD(even1, odd1), shift), out[2] = wasm_i32x4_shr(SUB(even1, odd1), shift);
}

GLOBAL(void)
jsimd_idct_4x4(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block, JSAMPARRAY out,
               JDIMENSION column) {
  (void)cinfo;
  const short *quantisers = component->dct_table;
  v128_t below = wasm_v128_load(block + 8);
  for (int i = 2; i < 8; i++)
    if (i != 4) below = wasm_v128_or(below, wasm_v128_load(block + 8 * i));
  v128_t rows[4]; /* 4 rows of 8 columns, after the first dimension */
  if (!wasm_v128_any_true(below)) {
    if (dc_only(block)) {
      v128_t samples = flat_samples(block, quantisers);
      for (int i = 0; i < 4; i++) wasm_v128_store32_lane(out[i] + column, samples, 0);
      return;
    }
    rows[0] = rows[1] = rows[2] = rows[3] = wasm_i16x8_shl(coefficients(block, quantisers, 0), 2);
  } else {
    v128_t c[8], low[4], high[4];
    for (int i = 0; i < 8; i++)
      if (i != 4) c[i] = coefficients(block, quantisers, i); /* the 4-point kernel has no use for row 4 */
    butterfly_4(low_pairs(c[2], c[6]), wasm_i32x4_extend_low_i16x8(c[0]), low_pairs(c[7], c[5]), low_pairs(c[3], c[1]),
                12, low);
    butterfly_4(high_pairs(c[2], c[6]), wasm_i32x4_extend_high_i16x8(c[0]), high_pairs(c[7], c[5]),
                high_pairs(c[3], c[1]), 12, high);
    for (int i = 0; i < 4; i++) rows[i] = wasm_i16x8_narrow_i32x4(low[i], high[i]);
  }
  v128_t ab_low = low_pairs(rows[0], rows[1]), ab_high = high_pairs(rows[0], rows[1]);
  v128_t cd_low = low_pairs(rows[2], rows[3]), cd_high = high_pairs(rows[2], rows[3]);
  /* Two columns each, four rows per column. */
  v128_t c01 = low_words(ab_low, cd_low), c23 = high_words(ab_low, cd_low);
  v128_t c45 = low_words(ab_high, cd_high), c67 = high_words(ab_high, cd_high);
  v128_t columns[4];
  butterfly_4(low_pairs(c23, c67), wasm_i32x4_extend_low_i16x8(c01), high_pairs(c67, c45), high_pairs(c23, c01), 19,
              columns);
  const v128_t centre = wasm_i16x8_const_splat(128);
  v128_t left = wasm_i16x8_add_sat(wasm_i16x8_narrow_i32x4(columns[0], columns[1]), centre);
  v128_t right = wasm_i16x8_add_sat(wasm_i16x8_narrow_i32x4(columns[2], columns[3]), centre);
  v128_t samples = wasm_u8x16_narrow_i16x8(left, right);
  samples = wasm_i8x16_shuffle(samples, samples, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  wasm_v128_store32_lane(out[0] + column, samples, 0);
  wasm_v128_store32_lane(out[1] + column, samples, 1);
  wasm_v128_store32_lane(out[2] + column, samples, 2);
  wasm_v128_store32_lane(out[3] + column, samples, 3);
}

GLOBAL(void)
jsimd_idct_2x2(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block, JSAMPARRAY out,
               JDIMENSION column) {
  (void)cinfo;
  const short *quantisers = component->dct_table;
  v128_t c0 = coefficients(block, quantisers, 0), c1 = coefficients(block, quantisers, 1);
  v128_t c3 = coefficients(block, quantisers, 3), c5 = coefficients(block, quantisers, 5);
  v128_t c7 = coefficients(block, quantisers, 7);
  const v128_t rounding = wasm_i32x4_const_splat(1 << 12);
  /* 16384 twice, because 32768 is no 16-bit factor. */
  v128_t z_low = ADD(DOT(low_pairs(c0, c0), 16384, 16384), rounding);
  v128_t z_high = ADD(DOT(high_pairs(c0, c0), 16384, 16384), rounding);
  v128_t t_low = ADD(DOT(low_pairs(c7, c5), -5906, 6967), DOT(low_pairs(c3, c1), -10426, 29692));
  v128_t t_high = ADD(DOT(high_pairs(c7, c5), -5906, 6967), DOT(high_pairs(c3, c1), -10426, 29692));
  v128_t upper = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(ADD(z_low, t_low), 13), wasm_i32x4_shr(ADD(z_high, t_high), 13));
  v128_t lower = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(SUB(z_low, t_low), 13), wasm_i32x4_shr(SUB(z_high, t_high), 13));
  const v128_t odd = wasm_i16x8_const(0, 29692, 0, -10426, 0, 6967, 0, -5906);
  v128_t of_upper = wasm_i32x4_dot_i16x8(upper, odd), of_lower = wasm_i32x4_dot_i16x8(lower, odd);
  v128_t sums = ADD(low_halves(of_upper, of_lower), high_halves(of_upper, of_lower));
  v128_t t = ADD(wasm_i32x4_shuffle(sums, sums, 0, 2, 0, 2), wasm_i32x4_shuffle(sums, sums, 1, 3, 1, 3));
  v128_t z = wasm_i32x4_shl(wasm_i32x4_extend_low_i16x8(low_pairs(upper, lower)), 15);
  z = ADD(z, wasm_i32x4_const_splat(1 << 19));
  v128_t left = wasm_i32x4_shr(ADD(z, t), 20), right = wasm_i32x4_shr(SUB(z, t), 20);
  v128_t words = wasm_i32x4_shuffle(left, right, 0, 4, 1, 5);
  words = wasm_i16x8_add_sat(wasm_i16x8_narrow_i32x4(words, words), wasm_i16x8_const_splat(128));
  v128_t samples = wasm_u8x16_narrow_i16x8(words, words);
  wasm_v128_store16_lane(out[0] + column, samples, 0);
  wasm_v128_store16_lane(out[1] + column, samples, 1);
}

/* jddctmgr.c takes this one from the C side; the mean of the block is its DC. */
GLOBAL(void)
jpeg_idct_1x1(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block, JSAMPARRAY out,
              JDIMENSION column) {
  (void)cinfo;
  int value = ((block[0] * ((const short *)component->dct_table)[0] + 4) >> 3) + 128;
  out[0][column] = (JSAMPLE)(value < 0 ? 0 : value > 255 ? 255 : value);
}
