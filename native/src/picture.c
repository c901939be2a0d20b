#include "picture.h"

#include <string.h>

#include "fail.h"
#include "memory.h"

void rows_allocate(struct rows *rows, int width, int height, int held, int sample_bytes) {
  rows->width = width;
  rows->height = height;
  rows->held = held < height ? held : height;
  rows->done = 0;
  /* Writers read whole 16-sample blocks and replicate the edge in place. */
  rows->stride = ((size_t)width + 15) / 16 * 16 * (size_t)sample_bytes;
  size_t bytes;
  if (__builtin_mul_overflow(rows->stride, (size_t)rows->held, &bytes) || bytes > SIZE_MAX - ROW_SLACK)
    mem_fail();
  rows->data = mem_get(bytes + ROW_SLACK);
}

#define TILE 16

/* In tiles, so that both sides stay in the cache: a column of a large picture touches one cache line per row. */
#define TRANSPOSE(type)                                                                     \
  for (int ty = 0; ty < from->height; ty += TILE)                                           \
    for (int tx = 0; tx < from->width; tx += TILE)                                          \
      for (int y = ty; y < from->height && y < ty + TILE; y++) {                            \
        const type *source = (const type *)(const void *)row_of(from, y);                   \
        for (int x = tx; x < from->width && x < tx + TILE; x++)                             \
          ((type *)(void *)row_of(to, x))[y] = source[x];                                   \
      }

static void transpose_bytes(const struct rows *from, struct rows *to) { TRANSPOSE(uint8_t) }
static void transpose_words(const struct rows *from, struct rows *to) { TRANSPOSE(uint32_t) }

void picture_transpose(struct picture *picture) {
  for (int p = 0; p < picture->planes; p++) {
    struct rows upright, *stored = &picture->plane[p];
    int sample_bytes = bytes_per_sample(picture->model);
    rows_allocate(&upright, stored->height, stored->width, stored->width, sample_bytes);
    if (sample_bytes == 4) transpose_words(stored, &upright);
    else transpose_bytes(stored, &upright);
    upright.done = upright.height;
    mem_free(stored->data);
    *stored = upright;
  }
  int width = picture->width;
  picture->width = picture->height;
  picture->height = width;
}
