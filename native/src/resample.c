#include "resample.h"

#include <math.h>
#include <string.h>

#include "memory.h"
#include "passes.h"

static int low_of(const struct axis_window *window) {
  int low = (int)floor(window->from + 1e-6);
  if (low >= window->available) low = window->available - 1;
  return low < 0 ? 0 : low;
}

static int high_of(const struct axis_window *window, int low) {
  int high = (int)ceil(window->from + window->length - 1e-6);
  if (high > window->available) high = window->available;
  return high > low ? high : low + 1;
}

/* In units of boxes of `cell` samples counted from `low`. */
static struct filter_axis axis_of(const struct axis_window *window, int low, int high, int cell, double gain) {
  double from = (window->from - low) / cell, length = window->length / cell, step = length / window->out_length;
  int cells = (high - low + cell - 1) / cell;
  return (struct filter_axis){
      .centre = window->mirror ? from + length - step / 2 : from + step / 2,
      .step = window->mirror ? -step : step,
      .low = 0,
      .high = cells,
      .out = window->out,
      .gain = gain,
  };
}

void resampler_begin(struct resampler *r, const struct axis_window *x, const struct axis_window *y, int channels,
                     struct range range, struct rows *target) {
  memset(r, 0, sizeof *r);
  r->x = *x;
  r->y = *y;
  r->channels = channels;
  r->target = target;
  r->low_x = low_of(x);
  r->high_x = high_of(x, r->low_x);
  r->low_y = low_of(y);
  r->high_y = high_of(y, r->low_y);
  box_begin(&r->box, box_factor(x->length / x->out_length), box_factor(y->length / y->out_length),
            r->high_x - r->low_x, channels);

  struct filter_axis across = axis_of(x, r->low_x, r->high_x, r->box.x, range.gain);
  struct filter_axis down = axis_of(y, r->low_y, r->high_y, r->box.y, 1);
  if (channels == 4) filter_build(&r->horizontal, &across, ALIGN_START_4, ALIGN_STRIDE_4);
  else filter_build(&r->horizontal, &across, ALIGN_START_1, ALIGN_STRIDE_1);
  filter_build(&r->vertical, &down, 1, 2);

  size_t bytes = (size_t)r->box.cells * (size_t)channels;
  r->ring_stride = (bytes + 15) / 16 * 16;
  /* Trimmed windows need not end in order; the untrimmed ones do, and they fit in `stride` rows. */
  r->ring_rows = r->vertical.stride;
  r->ring = mem_get(r->ring_stride * (size_t)r->ring_rows + ROW_SLACK);
  r->taps = mem_get_array((size_t)r->ring_rows + 1, sizeof *r->taps);
  /* The horizontal pass reads whole vectors, with zero weights beyond the last sample. */
  r->line = mem_get_zeroed((r->ring_stride + 64) * sizeof(int16_t));
  r->bias = (1 << (HORIZONTAL_SHIFT - 1)) + (int32_t)__builtin_rint(range.offset * (1 << HORIZONTAL_SHIFT));
}

/* Rows finish in source order: mirrored, that is from the bottom of the picture. */
static int entry_of(const struct resampler *r, int row) {
  return r->y.mirror ? r->vertical.out - 1 - row : row;
}

static int last_tap(const struct resampler *r, int row) {
  int entry = entry_of(r, row);
  return r->vertical.start[entry] + r->vertical.count[entry];
}

static void finish_row(struct resampler *r) {
  const struct filter *vertical = &r->vertical;
  int entry = entry_of(r, r->out_row), start = vertical->start[entry], count = vertical->count[entry];
  for (int i = 0; i < count; i++) r->taps[i] = r->ring + (size_t)((start + i) % r->ring_rows) * r->ring_stride;
  pass_vertical(r->taps, vertical->weights + (size_t)entry * (size_t)vertical->stride, count,
                (size_t)r->box.cells * (size_t)r->channels, r->channels == 4, r->line);
  uint8_t *row = row_of(r->target, entry);
  if (r->channels == 4) pass_horizontal_4(&r->horizontal, r->line, r->bias, row);
  else pass_horizontal_1(&r->horizontal, r->line, r->bias, row);
  r->out_row++;
  r->target->done++;
  r->finished(r->context, r->plane, entry);
}

void resampler_push(struct resampler *r, const uint8_t *row) {
  int y = r->source_row++;
  if (y < r->low_y || y >= r->high_y) return;
  const uint8_t *samples = row + (size_t)r->low_x * (size_t)r->channels;
  uint8_t *kept = r->ring + (size_t)(r->ring_row % r->ring_rows) * r->ring_stride;
  if (!r->box.sums) memcpy(kept, samples, (size_t)r->box.cells * (size_t)r->channels);
  else if (box_add(&r->box, samples, y == r->high_y - 1)) box_take(&r->box, kept);
  else return;
  r->ring_row++;
  while (r->out_row < r->vertical.out && last_tap(r, r->out_row) <= r->ring_row) finish_row(r);
}

int resampler_foresee(const struct resampler *r, int pushed, int known) {
  int read = (pushed < r->high_y ? pushed : r->high_y) - r->low_y;
  int in_ring = pushed >= r->high_y ? (read + r->box.y - 1) / r->box.y : read < 0 ? 0 : read / r->box.y;
  while (known < r->vertical.out && last_tap(r, known) <= in_ring) known++;
  return known;
}

void resampler_free(struct resampler *r) {
  box_free(&r->box);
  filter_free(&r->horizontal);
  filter_free(&r->vertical);
  mem_free(r->ring);
  mem_free(r->taps);
  mem_free(r->line);
}
