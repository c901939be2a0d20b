#include "palette.h"

#include <string.h>

static uint32_t key_of(const uint8_t *rgba) {
  uint32_t key;
  memcpy(&key, rgba, sizeof key);
  return key;
}

/* The colour's slot, or the free one where it would go. */
static int find(const struct palette *palette, const uint8_t *rgba) {
  uint32_t key = key_of(rgba);
  int slot = (int)(key * 2654435761u >> 22);
  while (palette->slot[slot] && key_of(palette->colour[palette->slot[slot] - 1]) != key) slot = (slot + 1) % SLOTS;
  return slot;
}

bool palette_count(struct palette *palette, const uint8_t *rgba, int width) {
  for (int x = 0; x < width; x++) {
    const uint8_t *pixel = rgba + 4 * x;
    if (x > 0 && key_of(pixel) == key_of(pixel - 4)) continue;
    int slot = find(palette, pixel);
    if (palette->slot[slot]) continue;
    if (palette->count == MOST_COLOURS) return false;
    memcpy(palette->colour[palette->count], pixel, 4);
    palette->slot[slot] = (int16_t)++palette->count;
  }
  return true;
}

void palette_sort(struct palette *palette) {
  struct palette sorted = {.count = 0};
  for (int opaque = 0; opaque < 2; opaque++) {
    for (int i = 0; i < palette->count; i++)
      if ((palette->colour[i][3] == 255) == opaque) palette_count(&sorted, palette->colour[i], 1);
    if (!opaque) sorted.transparent = sorted.count;
  }
  *palette = sorted;
}

size_t palette_pack(const struct palette *palette, const uint8_t *rgba, int width, int depth, uint8_t *out) {
  size_t bytes = ((size_t)width * (size_t)depth + 7) / 8;
  memset(out, 0, bytes);
  for (int x = 0; x < width; x++) {
    int index = palette->slot[find(palette, rgba + 4 * x)] - 1, bit = x * depth;
    out[bit / 8] |= (uint8_t)(index << (8 - depth - bit % 8));
  }
  return bytes;
}
