/* RGBA rows to full-range luma and chroma planes (BT.601), as JPEG has them. */
#include <wasm_simd128.h>

#include "colour.h"

#define WEIGHTS(r, g, b) wasm_i16x8_const(r, g, b, 0, r, g, b, 0)
#define WEIGHT_BITS 15

#define LUMA WEIGHTS(9798, 19235, 3735)
#define BLUE WEIGHTS(-5529, -10855, 16384)
#define RED WEIGHTS(16384, -13720, -2664)

/* Weighted sums of four pixels of four words each, plus `offset`, shifted down. */
static inline v128_t weigh(v128_t first_two, v128_t last_two, v128_t weights, v128_t offset, int shift) {
  v128_t a = wasm_i32x4_dot_i16x8(first_two, weights), b = wasm_i32x4_dot_i16x8(last_two, weights);
  v128_t sums = wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
  return wasm_i32x4_shr(wasm_i32x4_add(sums, offset), shift);
}

static inline v128_t offset_of(int level, int shift) {
  return wasm_i32x4_splat((level << shift) + (1 << (shift - 1)));
}

static inline void store_4(uint8_t *out, v128_t values) {
  v128_t words = wasm_i16x8_narrow_i32x4(values, values);
  wasm_v128_store32_lane(out, wasm_u8x16_narrow_i16x8(words, words), 0);
}

static void weigh_row(const uint8_t *rgba, int width, v128_t weights, int level, uint8_t *out) {
  const v128_t offset = offset_of(level, WEIGHT_BITS);
  for (int x = 0; x < width; x += 4) {
    v128_t pixels = wasm_v128_load(rgba + 4 * x);
    store_4(out + x, weigh(wasm_u16x8_extend_low_u8x16(pixels), wasm_u16x8_extend_high_u8x16(pixels), weights, offset,
                           WEIGHT_BITS));
  }
}

void luma_row(const uint8_t *rgba, int width, uint8_t *luma) {
  weigh_row(rgba, width, LUMA, 0, luma);
}

void chroma_row(const uint8_t *rgba, int width, uint8_t *blue, uint8_t *red) {
  weigh_row(rgba, width, BLUE, 128, blue);
  weigh_row(rgba, width, RED, 128, red);
}

/* Sums of 2 × 2 pixels: two sums from four columns of two rows. */
static inline v128_t squares(const uint8_t *upper, const uint8_t *lower) {
  v128_t p = wasm_v128_load(upper), q = wasm_v128_load(lower);
  v128_t left = wasm_i16x8_add(wasm_u16x8_extend_low_u8x16(p), wasm_u16x8_extend_low_u8x16(q));
  v128_t right = wasm_i16x8_add(wasm_u16x8_extend_high_u8x16(p), wasm_u16x8_extend_high_u8x16(q));
  return wasm_i16x8_add(wasm_i64x2_shuffle(left, right, 0, 2), wasm_i64x2_shuffle(left, right, 1, 3));
}

void halved_chroma_row(const uint8_t *upper, const uint8_t *lower, int width, uint8_t *blue,
                       uint8_t *red) {
  const int shift = WEIGHT_BITS + 2;
  const v128_t offset = offset_of(128, shift), to_blue = BLUE, to_red = RED;
  int halved = (width + 1) / 2;
  for (int x = 0; x < halved; x += 4) {
    v128_t a = squares(upper + 8 * x, lower + 8 * x), b = squares(upper + 8 * x + 16, lower + 8 * x + 16);
    store_4(blue + x, weigh(a, b, to_blue, offset, shift));
    store_4(red + x, weigh(a, b, to_red, offset, shift));
  }
}
