/* What flows between readers, resampler and writers: rows of planes in one of a few colour models. */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum model {
  MODEL_GRAY,      /* 1 plane */
  MODEL_YCC,       /* 3 planes, full range (JPEG) */
  MODEL_YCC_VIDEO, /* 3 planes, 16..235 (WebP) */
  MODEL_RGB,       /* 3 planes */
  MODEL_CMYK,      /* 4 planes, 255 = no ink */
  MODEL_YCCK,      /* 4 planes: CMY as YCC, and K, 255 = no ink */
  MODEL_RGBA,      /* 1 plane of 4 interleaved channels */
};

#define MAX_PLANES 4
/* SIMD loops may read and write this many bytes beyond a row's end. */
#define ROW_SLACK 64

struct rows {
  uint8_t *data;
  size_t stride;
  int width, height; /* in samples; a MODEL_RGBA sample is 4 bytes */
  int held;          /* rows of memory: `height`, or fewer when a writer takes them as they come */
  int done;          /* rows completed so far, in output order */
};

struct picture {
  enum model model;
  int width, height;
  int planes;
  int chroma_shift; /* 1 when planes 1 and 2 are halved on both axes */
  bool alpha;       /* MODEL_RGBA only: the fourth channel is not constantly opaque */
  struct rows plane[MAX_PLANES];
};

static inline uint8_t *row_of(const struct rows *rows, int y) {
  return rows->data + (size_t)(y % rows->held) * rows->stride;
}

static inline int bytes_per_sample(enum model model) { return model == MODEL_RGBA ? 4 : 1; }

void rows_allocate(struct rows *rows, int width, int height, int held, int sample_bytes);

/* picture[y][x] becomes picture[x][y]; needs all rows held. */
void picture_transpose(struct picture *picture);

#endif
