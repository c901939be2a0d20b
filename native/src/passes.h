/* The two inner loops of the resampler. */
#ifndef PASSES_H
#define PASSES_H

#include <stddef.h>
#include <stdint.h>

#include "filter.h"

/*
 * Weighted sum of `count` rows; 6 fractional bits. `taps` must have room for count + 1 entries. With `pairs` the
 * output is ordered for pass_horizontal_4: r0 r1 g0 g1 b0 b1 a0 a1 of each two pixels. Writes up to 15 values beyond.
 */
void pass_vertical(const uint8_t **taps, const int16_t *weights, int count, size_t bytes, int pairs, int16_t *line);

void pass_horizontal_1(const struct filter *filter, const int16_t *line, int32_t bias, uint8_t *row);
void pass_horizontal_4(const struct filter *filter, const int16_t *line, int32_t bias, uint8_t *row);

/* Alignment each horizontal pass asks of its filter. */
#define ALIGN_START_1 1
#define ALIGN_STRIDE_1 8
#define ALIGN_START_4 2
#define ALIGN_STRIDE_4 2

/* Fractional bits of `line`, and the shift that remains for the horizontal pass. */
#define LINE_BITS 6
#define VERTICAL_SHIFT (FILTER_BITS - LINE_BITS)
#define HORIZONTAL_SHIFT (FILTER_BITS + LINE_BITS)

#endif
