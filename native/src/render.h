/* One job from header to output. Readers say what they will push, push every row, and end; the rest follows. */
#ifndef RENDER_H
#define RENDER_H

#include "icc.h"
#include "job.h"
#include "orient.h"
#include "output.h"
#include "picture.h"
#include "resample.h"

/* What a reader pushes: planes whose samples lie `per_pixel_*` to one pixel of the stored image. */
struct source {
  enum model model;
  bool alpha;
  bool inverted; /* MODEL_CMYK with 255 for full ink: what a file without Adobe's marker means */
  int planes;
  struct {
    int width, height;
    int burst; /* rows pushed, at most, before the other planes get theirs */
    double per_pixel_x, per_pixel_y;
  } plane[MAX_PLANES];
};

/* Straight RGBA, without padding between rows. */
struct overlay {
  const uint8_t *rgba; /* NULL: none */
  int x, y, width, height;
};

struct writer;

struct render {
  const struct job *job;
  int stored_width, stored_height;
  struct geometry geometry;
  struct icc icc;
  bool premultiply; /* MODEL_RGBA readers must deliver premultiplied colour */
  struct picture picture;
  struct resampler resampler[MAX_PLANES];
  struct writer *writer; /* takes rows as they come; NULL when it must wait for the whole picture */
  uint8_t lowest_alpha;
  struct overlay overlay;
  struct output output;
};

/* What readers of interleaved pixels push. */
struct source rgba_source(const struct render *render, bool alpha);

/* First, as soon as the header is known: settles the geometry readers choose their scale by. */
void render_size(struct render *render, int stored_width, int stored_height);

void render_begin(struct render *render, const struct source *source);

/* Rows of each plane from top to bottom, readable ROW_SLACK bytes beyond their end; planes in any interleaving. */
void render_row(struct render *render, int plane, const uint8_t *row);

/* After the last row, when the reader has verified the rest of the file. */
void render_end(struct render *render);

#endif
