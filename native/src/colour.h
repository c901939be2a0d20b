/* Conversions of rows between colour models. Rows must be readable and writable ROW_SLACK bytes beyond their end. */
#ifndef COLOUR_H
#define COLOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "picture.h"

bool is_opaque(const uint8_t *rgba, int width);
void premultiply(uint8_t *rgba, int width);
void unpremultiply(uint8_t *rgba, int width);

/* Straight alpha over an opaque background 0xRRGGBB. */
void flatten(uint8_t *rgba, int width, int32_t background);

/* Row `y` of a picture with full chroma, as straight RGBA; may return the picture's own row. */
const uint8_t *rgba_row(const struct picture *picture, int y, uint8_t *scratch);

void luma_row(const uint8_t *rgba, int width, uint8_t *luma);
void chroma_row(const uint8_t *rgba, int width, uint8_t *blue, uint8_t *red);
/* Two rows (the same twice at an odd end) to one row of halved chroma; pixel `width` must repeat an odd last one. */
void halved_chroma_row(const uint8_t *upper, const uint8_t *lower, int width, uint8_t *blue, uint8_t *red);

#endif
