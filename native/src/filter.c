#include "filter.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "memory.h"

#define LOBES 3.0

#define PI 3.14159265358979323846

struct turn {
  double sine, cosine;
};

/*
 * Sine and cosine of `x` half turns, to 13 decimals: Taylor series of the rest to the nearest whole. The library's
 * handle any angle, and a first rendition would have to compile all that.
 */
static __attribute__((noinline)) struct turn turn_of(double x) {
  static const double PART[] = {/* 1 / (k * (k + 1)) */
                                1,         1 / 2.,    1 / 6.,    1 / 12.,   1 / 20.,   1 / 30.,   1 / 42.,
                                1 / 56.,   1 / 72.,   1 / 90.,   1 / 110.,  1 / 132.,  1 / 156.,  1 / 182.,
                                1 / 210.,  1 / 240.,  1 / 272.,  1 / 306.,  1 / 342.};
  double whole = __builtin_rint(x), angle = PI * (x - whole), square = angle * angle, sine = 0, cosine = 0;
  for (int k = 18; k > 0; k -= 2) {
    cosine = (1 - cosine) * square * PART[k - 1];
    sine = (1 - sine) * square * PART[k];
  }
  double sign = (int)whole & 1 ? -1 : 1;
  return (struct turn){sign * angle * (1 - sine), sign * (1 - cosine)};
}

static struct turn turned(struct turn a, struct turn by) {
  return (struct turn){a.sine * by.cosine + a.cosine * by.sine, a.cosine * by.cosine - a.sine * by.sine};
}

/* Angles are added up, not computed anew: 5 % of a small rendition were sines. */
struct steps {
  double length;
  struct turn inner, outer;
};

/* Lanczos of `x`, `x + step` and so on. */
static double sample(double x, const struct steps *step, int count, double *values) {
  struct turn inner = turn_of(x), outer = turn_of(x / LOBES);
  double sum = 0;
  for (int i = 0; i < count; i++, x += step->length) {
    double value = fabs(x) < 1e-8 ? 1 : fabs(x) < LOBES ? inner.sine * outer.sine * LOBES / (PI * PI * x * x) : 0;
    sum += values[i] = value;
    inner = turned(inner, step->inner);
    outer = turned(outer, step->outer);
  }
  return sum;
}

static int nearest(double value) { return (int)__builtin_rint(value); }

static int clamp(int value, int low, int high) { return value < low ? low : value > high ? high : value; }

/* Rounds to fixed point so that the weights sum to exactly `total`: flat areas keep their exact value. */
static void quantise(const double *exact, double sum, int count, int total, int16_t *weights) {
  int given = 0, largest = 0;
  for (int i = 0; i < count; i++) {
    weights[i] = (int16_t)nearest(exact[i] / sum * total);
    given += weights[i];
    if (weights[i] > weights[largest]) largest = i;
  }
  weights[largest] = (int16_t)(weights[largest] + total - given);
}

void filter_build(struct filter *filter, const struct filter_axis *axis, int align_start, int align_stride) {
  double scale = fabs(axis->step), stretch = scale < 1 ? 1 : scale, support = LOBES * stretch;
  int widest = (int)ceil(support) * 2 + 1;
  int total = nearest((1 << FILTER_BITS) * axis->gain);
  filter->out = axis->out;
  filter->stride = (widest + align_start - 1 + align_stride - 1) / align_stride * align_stride;
  filter->start = mem_get_array((size_t)axis->out, sizeof(int32_t));
  filter->count = mem_get_array((size_t)axis->out, sizeof(int32_t));
  size_t weights = (size_t)axis->out * (size_t)filter->stride;
  filter->weights = mem_get_array(weights + 8, sizeof(int16_t));
  memset(filter->weights, 0, (weights + 8) * sizeof(int16_t));
  double *exact = mem_get_array((size_t)widest + 2, sizeof(double));
  int16_t *rounded = mem_get_array((size_t)widest + 2, sizeof(int16_t));

  const struct steps step = {1 / stretch, turn_of(1 / stretch), turn_of(1 / stretch / LOBES)};
  for (int x = 0; x < axis->out; x++) {
    double centre = axis->centre + x * axis->step;
    int first = clamp((int)floor(centre - support + 0.5), axis->low, axis->high - 1);
    int end = clamp((int)floor(centre + support + 0.5), first + 1, axis->high);
    int count = end - first;
    double sum = sample((first + 0.5 - centre) / stretch, &step, count, exact);
    if (fabs(sum) < 1e-6) exact[0] = sum = 1; /* window wholly outside the kernel: nearest sample */
    quantise(exact, sum, count, total, rounded);

    int skip = 0;
    while (skip < count - 1 && rounded[skip] == 0) skip++;
    while (count - 1 > skip && rounded[count - 1] == 0) count--;
    int start = first + skip - axis->low, lead = start % align_start;
    filter->start[x] = start - lead;
    filter->count[x] = count - skip + lead;
    memcpy(filter->weights + (size_t)x * (size_t)filter->stride + lead, rounded + skip,
           (size_t)(count - skip) * sizeof(int16_t));
  }
  mem_free(exact);
  mem_free(rounded);
}

void filter_free(struct filter *filter) {
  mem_free(filter->start);
  mem_free(filter->count);
  mem_free(filter->weights);
}
