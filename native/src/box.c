#include "box.h"

#include <stddef.h>
#include <string.h>

#include <wasm_simd128.h>

#include "memory.h"

/* Keeps 255 * x * y below 2^32; what is left beyond it the kernel does with more taps. */
#define LARGEST 1024

int box_factor(double shrink) {
  if (shrink < 4) return 1;
  return shrink / 2 > LARGEST ? LARGEST : (int)(shrink / 2);
}

void box_begin(struct box *box, int x, int y, int columns, int channels) {
  *box = (struct box){.x = x, .y = y, .channels = channels, .columns = columns, .cells = (columns + x - 1) / x};
  if (x == 1 && y == 1) return;
  box->sums = mem_get_zeroed((size_t)columns * (size_t)channels * sizeof(uint32_t));
}

static inline void add(uint32_t *sums, v128_t samples) {
  wasm_v128_store(sums, wasm_i32x4_add(wasm_v128_load(sums), samples));
}

bool box_add(struct box *box, const uint8_t *row, bool last) {
  int bytes = box->columns * box->channels, i = 0;
  for (; i + 16 <= bytes; i += 16) {
    v128_t samples = wasm_v128_load(row + i);
    v128_t low = wasm_u16x8_extend_low_u8x16(samples), high = wasm_u16x8_extend_high_u8x16(samples);
    add(box->sums + i, wasm_u32x4_extend_low_u16x8(low));
    add(box->sums + i + 4, wasm_u32x4_extend_high_u16x8(low));
    add(box->sums + i + 8, wasm_u32x4_extend_low_u16x8(high));
    add(box->sums + i + 12, wasm_u32x4_extend_high_u16x8(high));
  }
  for (; i < bytes; i++) box->sums[i] += row[i];
  return ++box->rows == box->y || last;
}

/* Four sums times `part`, rounded. */
static inline void store_means(v128_t sums, v128_t part, uint8_t *out) {
  v128_t mean = wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sums), part), wasm_f32x4_splat(0.5f));
  v128_t words = wasm_i32x4_trunc_sat_f32x4(mean);
  words = wasm_i16x8_narrow_i32x4(words, words);
  wasm_v128_store32_lane(out, wasm_u8x16_narrow_i16x8(words, words), 0);
}

/* Single-channel cells two samples wide, four at a time: the common case of planes shrunk 4 to 6 times. */
static int average_pairs(const uint32_t *sums, int cells, int rows, uint8_t *out) {
  const v128_t part = wasm_f32x4_splat(0.5f / (float)rows);
  int cell = 0;
  for (; cell + 4 <= cells; cell += 4) {
    v128_t a = wasm_v128_load(sums + 2 * cell), b = wasm_v128_load(sums + 2 * cell + 4);
    v128_t pairs = wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
    store_means(pairs, part, out + cell);
  }
  return cell;
}

/* A pixel of four channels is a vector. */
static void average_pixels(const uint32_t *sums, int cells, int columns, int rows, uint8_t *out) {
  const v128_t part = wasm_f32x4_splat(1.0f / (float)(columns * rows));
  for (int cell = 0; cell < cells; cell++) {
    v128_t sum = wasm_i32x4_const_splat(0);
    for (int i = 0; i < columns; i++, sums += 4) sum = wasm_i32x4_add(sum, wasm_v128_load(sums));
    store_means(sum, part, out + 4 * cell);
  }
}

static void average(const uint32_t *sums, int count, int rows, int channels, uint8_t *out) {
  float part = 1.0f / (float)(count * rows);
  for (int c = 0; c < channels; c++) {
    uint32_t sum = 0;
    for (int i = 0; i < count; i++) sum += sums[i * channels + c];
    out[c] = (uint8_t)((float)sum * part + 0.5f);
  }
}

void box_take(struct box *box, uint8_t *averages) {
  int full = box->columns / box->x, step = box->x * box->channels;
  if (box->channels == 4) {
    average_pixels(box->sums, full, box->x, box->rows, averages);
  } else {
    int cell = box->x == 2 ? average_pairs(box->sums, full, box->rows, averages) : 0;
    for (; cell < full; cell++) average(box->sums + (size_t)cell * (size_t)step, box->x, box->rows, 1, averages + cell);
  }
  if (full < box->cells)
    average(box->sums + (size_t)full * (size_t)step, box->columns - full * box->x, box->rows, box->channels,
            averages + full * box->channels);
  memset(box->sums, 0, (size_t)box->columns * (size_t)box->channels * sizeof(uint32_t));
  box->rows = 0;
}

void box_free(struct box *box) { mem_free(box->sums); }
