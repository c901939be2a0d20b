#include "colour.h"

#include <string.h>
#include <wasm_simd128.h>

static inline uint8_t product(int a, int b) {
  int t = a * b + 128;
  return (uint8_t)((t + (t >> 8)) >> 8);
}

static inline v128_t products(v128_t words) {
  v128_t t = wasm_i16x8_add(words, wasm_i16x8_const_splat(128));
  return wasm_u16x8_shr(wasm_i16x8_add(t, wasm_u16x8_shr(t, 8)), 8);
}

bool is_opaque(const uint8_t *rgba, int width) {
  uint32_t all = 0xffffffff, pixel;
  for (int x = 0; x < width; x++) {
    memcpy(&pixel, rgba + 4 * x, 4);
    all &= pixel;
  }
  return all >> 24 == 255;
}

void premultiply(uint8_t *rgba, int width) {
  const v128_t alpha_byte = wasm_i32x4_const_splat((int32_t)0xff000000);
  for (int x = 0; x < width; x += 4) { /* up to three pixels of slack */
    v128_t pixels = wasm_v128_load(rgba + 4 * x);
    if (wasm_i32x4_all_true(wasm_i32x4_eq(wasm_v128_and(pixels, alpha_byte), alpha_byte))) continue;
    v128_t alpha = wasm_i8x16_shuffle(pixels, pixels, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15);
    v128_t low = products(wasm_u16x8_extmul_low_u8x16(pixels, alpha));
    v128_t high = products(wasm_u16x8_extmul_high_u8x16(pixels, alpha));
    wasm_v128_store(rgba + 4 * x, wasm_v128_bitselect(pixels, wasm_u8x16_narrow_i16x8(low, high), alpha_byte));
  }
}

void unpremultiply(uint8_t *rgba, int width) {
  for (uint8_t *pixel = rgba; pixel < rgba + 4 * width; pixel += 4) {
    int alpha = pixel[3];
    if (alpha == 255) continue;
    for (int c = 0; c < 3; c++) {
      int value = alpha ? (pixel[c] * 255 + alpha / 2) / alpha : 0;
      pixel[c] = value > 255 ? 255 : (uint8_t)value;
    }
  }
}

void flatten(uint8_t *rgba, int width, int32_t background) {
  const int over[3] = {background >> 16 & 255, background >> 8 & 255, background & 255};
  for (uint8_t *pixel = rgba; pixel < rgba + 4 * width; pixel += 4) {
    int alpha = pixel[3];
    if (alpha == 255) continue;
    for (int c = 0; c < 3; c++) pixel[c] = (uint8_t)(product(pixel[c], alpha) + product(over[c], 255 - alpha));
    pixel[3] = 255;
  }
}

static inline v128_t centred(const uint8_t *chroma) {
  return wasm_i16x8_sub(wasm_u16x8_load8x8(chroma), wasm_i16x8_const_splat(128));
}

/* Chroma's share of one colour for 8 pixels; factors in 14 bits for (blue, red) difference pairs. */
static inline v128_t share(v128_t low, v128_t high, v128_t factors) {
  const v128_t half = wasm_i32x4_const_splat(1 << 13);
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_dot_i16x8(low, factors), half), 14),
                                 wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_dot_i16x8(high, factors), half), 14));
}

static inline void store_rgba(uint8_t *rgba, v128_t r, v128_t g, v128_t b) {
  v128_t rg = wasm_u8x16_narrow_i16x8(r, g), ba = wasm_u8x16_narrow_i16x8(b, wasm_i16x8_const_splat(255));
  wasm_v128_store(rgba, wasm_i8x16_shuffle(rg, ba, 0, 8, 16, 24, 1, 9, 17, 25, 2, 10, 18, 26, 3, 11, 19, 27));
  wasm_v128_store(rgba + 16, wasm_i8x16_shuffle(rg, ba, 4, 12, 20, 28, 5, 13, 21, 29, 6, 14, 22, 30, 7, 15, 23, 31));
}

static void rgba_from_ycc(const uint8_t *luma, const uint8_t *blue, const uint8_t *red, int width, uint8_t *rgba) {
  for (int x = 0; x < width; x += 8) {
    v128_t y = wasm_u16x8_load8x8(luma + x), cb = centred(blue + x), cr = centred(red + x);
    v128_t low = wasm_i16x8_shuffle(cb, cr, 0, 8, 1, 9, 2, 10, 3, 11);
    v128_t high = wasm_i16x8_shuffle(cb, cr, 4, 12, 5, 13, 6, 14, 7, 15);
    v128_t r = share(low, high, wasm_i16x8_const(0, 22970, 0, 22970, 0, 22970, 0, 22970));
    v128_t g = share(low, high, wasm_i16x8_const(-5638, -11700, -5638, -11700, -5638, -11700, -5638, -11700));
    v128_t b = share(low, high, wasm_i16x8_const(29032, 0, 29032, 0, 29032, 0, 29032, 0));
    store_rgba(rgba + 4 * x, wasm_i16x8_add(y, r), wasm_i16x8_add(y, g), wasm_i16x8_add(y, b));
  }
}

static void rgba_from_rgb(const uint8_t *red, const uint8_t *green, const uint8_t *blue, int width, uint8_t *rgba) {
  for (int x = 0; x < width; x += 8)
    store_rgba(rgba + 4 * x, wasm_u16x8_load8x8(red + x), wasm_u16x8_load8x8(green + x),
               wasm_u16x8_load8x8(blue + x));
}

/* 255 means no ink, so colour is what all inks let through. */
static void apply_black(uint8_t *rgba, const uint8_t *black, int width, bool inverted) {
  for (int x = 0; x < width; x++)
    for (int c = 0; c < 3; c++) {
      uint8_t *value = rgba + 4 * x + c;
      *value = product(inverted ? 255 - *value : *value, black[x]);
    }
}

const uint8_t *rgba_row(const struct picture *picture, int y, uint8_t *scratch) {
  const struct rows *plane = picture->plane;
  const uint8_t *first = row_of(&plane[0], y);
  int width = picture->width;
  switch (picture->model) {
    case MODEL_RGBA:
      return first;
    case MODEL_GRAY:
      rgba_from_rgb(first, first, first, width, scratch);
      break;
    case MODEL_YCC:
    case MODEL_YCC_VIDEO: /* the resampler has widened its range */
      rgba_from_ycc(first, row_of(&plane[1], y), row_of(&plane[2], y), width, scratch);
      break;
    case MODEL_RGB:
      rgba_from_rgb(first, row_of(&plane[1], y), row_of(&plane[2], y), width, scratch);
      break;
    case MODEL_CMYK:
      rgba_from_rgb(first, row_of(&plane[1], y), row_of(&plane[2], y), width, scratch);
      apply_black(scratch, row_of(&plane[3], y), width, false);
      break;
    case MODEL_YCCK:
      rgba_from_ycc(first, row_of(&plane[1], y), row_of(&plane[2], y), width, scratch);
      apply_black(scratch, row_of(&plane[3], y), width, true);
      break;
  }
  return scratch;
}
