/* Up to 256 exact colours of a picture, for indexed PNG. */
#ifndef PALETTE_H
#define PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOST_COLOURS 256
#define SLOTS 1024

struct palette {
  int count;
  int transparent;                /* after sorting: leading entries that are not opaque */
  uint8_t colour[MOST_COLOURS][4];
  int16_t slot[SLOTS];            /* open-addressed hash of colours: index + 1, 0 when free */
};

/* Adds a row's colours; false as soon as there are more than fit. */
bool palette_count(struct palette *palette, const uint8_t *rgba, int width);

/* Puts the transparent entries first, because tRNS may then stop short. */
void palette_sort(struct palette *palette);

/* Indices at `depth` bits, leftmost in the high bits; returns the bytes written. */
size_t palette_pack(const struct palette *palette, const uint8_t *rgba, int width, int depth, uint8_t *out);

#endif
