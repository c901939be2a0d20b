/* Lanczos3 weights for one axis, in 14-bit fixed point. */
#ifndef FILTER_H
#define FILTER_H

#include <stdint.h>

#define FILTER_BITS 14

struct filter_axis {
  double centre; /* source position of output sample 0's centre; source sample j covers [j, j+1) */
  double step;   /* source samples per output sample; negative mirrors the axis */
  int low, high; /* only source samples in [low, high) contribute: a crop never bleeds in its surroundings */
  int out;       /* output samples */
  double gain;   /* sum of the weights; folds a change of value range into the resampling */
};

struct filter {
  int out;
  int stride;       /* weights stored per output sample, zero-padded */
  int32_t *start;   /* first source sample, relative to axis.low */
  int32_t *count;   /* weights that matter */
  int16_t *weights; /* out rows of stride */
};

/* `align` rounds `start` down to its multiple and `stride` up to it, so that SIMD loops need no head or tail. */
void filter_build(struct filter *filter, const struct filter_axis *axis, int align_start, int align_stride);
void filter_free(struct filter *filter);

#endif
