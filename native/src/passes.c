#include "passes.h"

#include <wasm_simd128.h>

static inline v128_t pair_of(const int16_t *weights) {
  int32_t both;
  __builtin_memcpy(&both, weights, sizeof both);
  return wasm_i32x4_splat(both);
}

/* Adds two rows' worth of taps for 16 samples: bytes are interleaved so that one dot product serves both rows. */
static inline void add_two_rows(v128_t sums[4], const uint8_t *upper, const uint8_t *lower, v128_t weights) {
  v128_t p = wasm_v128_load(upper), q = wasm_v128_load(lower);
  v128_t low = wasm_i8x16_shuffle(p, q, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  v128_t high = wasm_i8x16_shuffle(p, q, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  sums[0] = wasm_i32x4_add(sums[0], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(low), weights));
  sums[1] = wasm_i32x4_add(sums[1], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(low), weights));
  sums[2] = wasm_i32x4_add(sums[2], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(high), weights));
  sums[3] = wasm_i32x4_add(sums[3], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(high), weights));
}

static inline v128_t by_pairs(v128_t two_pixels) {
  return wasm_i16x8_shuffle(two_pixels, two_pixels, 0, 4, 1, 5, 2, 6, 3, 7);
}

void pass_vertical(const uint8_t **taps, const int16_t *weights, int count, size_t bytes, int pairs, int16_t *line) {
  /* The weight beyond an odd count is the filter's zero padding; any readable row will do. */
  if (count & 1) taps[count] = taps[count - 1];
  const v128_t rounding = wasm_i32x4_const_splat(1 << (VERTICAL_SHIFT - 1));
  for (size_t x = 0; x < bytes; x += 16) {
    v128_t sums[4] = {rounding, rounding, rounding, rounding};
    for (int i = 0; i < count; i += 2) add_two_rows(sums, taps[i] + x, taps[i + 1] + x, pair_of(weights + i));
    for (int i = 0; i < 4; i++) sums[i] = wasm_i32x4_shr(sums[i], VERTICAL_SHIFT);
    v128_t first = wasm_i16x8_narrow_i32x4(sums[0], sums[1]), second = wasm_i16x8_narrow_i32x4(sums[2], sums[3]);
    wasm_v128_store(line + x, pairs ? by_pairs(first) : first);
    wasm_v128_store(line + x + 8, pairs ? by_pairs(second) : second);
  }
}

/* The four lanes of each of four vectors, added up: one vector of four totals. */
static inline v128_t totals(v128_t a, v128_t b, v128_t c, v128_t d) {
  v128_t ab = wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), wasm_i32x4_shuffle(a, b, 2, 6, 3, 7));
  v128_t cd = wasm_i32x4_add(wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), wasm_i32x4_shuffle(c, d, 2, 6, 3, 7));
  return wasm_i32x4_add(wasm_i64x2_shuffle(ab, cd, 0, 2), wasm_i64x2_shuffle(ab, cd, 1, 3));
}

static inline v128_t product(const int16_t *samples, const int16_t *weights) {
  return wasm_i32x4_dot_i16x8(wasm_v128_load(samples), wasm_v128_load(weights));
}

/*
 * Four samples at once, in as many steps as the longest of their kernels needs: the others' weights end in zeroes. One
 * loop for all four is a quarter of the code, which a first rendition runs and leaves sooner.
 */
static inline v128_t sums_1(const struct filter *filter, const int16_t *line, int x) {
  const int32_t *start = filter->start + x, *count = filter->count + x;
  const size_t stride = (size_t)filter->stride;
  const int16_t *weights = filter->weights + (size_t)x * stride;
  int longest = 0;
  for (int i = 0; i < 4; i++) longest = count[i] > longest ? count[i] : longest;
  const int16_t *of_a = line + start[0], *of_b = line + start[1], *of_c = line + start[2], *of_d = line + start[3];
  v128_t a = product(of_a, weights), b = product(of_b, weights + stride);
  v128_t c = product(of_c, weights + 2 * stride), d = product(of_d, weights + 3 * stride);
  for (int i = 8; i < longest; i += 8) {
    a = wasm_i32x4_add(a, product(of_a + i, weights + i));
    b = wasm_i32x4_add(b, product(of_b + i, weights + stride + i));
    c = wasm_i32x4_add(c, product(of_c + i, weights + 2 * stride + i));
    d = wasm_i32x4_add(d, product(of_d + i, weights + 3 * stride + i));
  }
  return totals(a, b, c, d);
}

static inline int32_t sum_1_scalar(const struct filter *filter, const int16_t *line, int x) {
  const int16_t *samples = line + filter->start[x], *weights = filter->weights + (size_t)x * (size_t)filter->stride;
  int32_t sum = 0;
  for (int i = 0; i < filter->count[x]; i++) sum += samples[i] * weights[i];
  return sum;
}

static inline uint8_t to_byte(int32_t value) { return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value; }

void pass_horizontal_1(const struct filter *filter, const int16_t *line, int32_t bias, uint8_t *row) {
  const v128_t rounding = wasm_i32x4_splat(bias);
  int x = 0;
  for (; x + 4 <= filter->out; x += 4) {
    v128_t sums = wasm_i32x4_shr(wasm_i32x4_add(sums_1(filter, line, x), rounding), HORIZONTAL_SHIFT);
    v128_t words = wasm_i16x8_narrow_i32x4(sums, sums);
    wasm_v128_store32_lane(row + x, wasm_u8x16_narrow_i16x8(words, words), 0);
  }
  for (; x < filter->out; x++) row[x] = to_byte((sum_1_scalar(filter, line, x) + bias) >> HORIZONTAL_SHIFT);
}

/*
 * Where the kernel overshoots opacity, the colours have overshot with it: scaled back together they keep their shade,
 * clipped one by one they would leave a bright rim.
 */
static inline v128_t within_opacity(v128_t sum) {
  const int32_t opaque = 255 << HORIZONTAL_SHIFT, alpha = wasm_i32x4_extract_lane(sum, 3);
  if (alpha <= opaque + (1 << HORIZONTAL_SHIFT)) return sum;
  v128_t part = wasm_f32x4_splat((float)opaque / (float)alpha);
  return wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sum), part));
}

void pass_horizontal_4(const struct filter *filter, const int16_t *line, int32_t bias, uint8_t *row) {
  const v128_t rounding = wasm_i32x4_splat(bias);
  for (int x = 0; x < filter->out; x++) {
    const int16_t *samples = line + (size_t)filter->start[x] * 4;
    const int16_t *weights = filter->weights + (size_t)x * (size_t)filter->stride;
    v128_t sum = rounding;
    for (int i = 0; i < filter->count[x]; i += 2)
      sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(wasm_v128_load(samples + i * 4), pair_of(weights + i)));
    sum = within_opacity(sum);
    v128_t words = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(sum, HORIZONTAL_SHIFT), rounding);
    wasm_v128_store32_lane(row + (size_t)x * 4, wasm_u8x16_narrow_i16x8(words, words), 0);
  }
}
