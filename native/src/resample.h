/*
 * Streaming Lanczos3 of one plane: rows go in from the top, finished rows come out as soon as their last tap has
 * arrived. Per output row the vertical pass runs first, over whole source rows: its inner loop has no horizontal
 * sums, and the horizontal pass is then paid once per output row instead of once per source row (J6: 30 → 12 ms).
 */
#ifndef RESAMPLE_H
#define RESAMPLE_H

#include "box.h"
#include "filter.h"
#include "picture.h"

struct axis_window {
  double from, length; /* what the output covers, in source samples */
  int available;       /* source samples there are */
  double out_length;   /* output samples it becomes: fractional for halved chroma of odd sizes */
  int out;
  bool mirror;
};

struct resampler {
  struct axis_window x, y;
  int channels; /* 1, or 4 interleaved */
  int low_x, high_x, low_y, high_y; /* source samples and rows that are read at all */
  struct box box;
  struct filter horizontal, vertical;
  uint8_t *ring;
  size_t ring_stride;
  int ring_rows;
  int source_row; /* next row of the source to be pushed */
  int ring_row;   /* rows put into the ring so far, after boxing */
  int out_row;    /* rows finished so far, in source order */
  int32_t bias;   /* rounding, and the offset of a changed value range */
  const uint8_t **taps;
  int16_t *line;
  struct rows *target;
  void (*finished)(void *context, int plane, int y);
  void *context;
  int plane;
};

/* value_out = value_in * gain + offset, folded into the weights. */
struct range {
  double gain, offset;
};

void resampler_begin(struct resampler *resampler, const struct axis_window *x, const struct axis_window *y,
                     int channels, struct range range, struct rows *target);

/* `row` must be readable ROW_SLACK bytes beyond its end. Calls `finished` for every row it completes. */
void resampler_push(struct resampler *resampler, const uint8_t *row);

/* Rows that will be finished once the first `pushed` rows of the source are in; `known` of them certainly are. */
int resampler_foresee(const struct resampler *resampler, int pushed, int known);

void resampler_free(struct resampler *resampler);

#endif
