/* Output formats. Each takes the finished picture, upright; JPEG and PNG can also take rows while they come. */
#ifndef WRITERS_H
#define WRITERS_H

#include "render.h"

struct writer {
  /* Takes whatever whole bands all planes have finished. */
  void (*advance)(struct writer *writer);
  void (*finish)(struct writer *writer);
};

struct writer *jpeg_writer(struct render *render);
struct writer *png_writer(struct render *render);
void webp_write(struct render *render);
void rgba_write(struct render *render);

/* The rows a writer of this job takes at once while they come, or 0 when it must have the whole picture. */
int streamed_band(const struct render *render, const struct source *source);

/* A JPEG or a lossy WebP takes YCC planes as they are, at half chroma; anything else is written from RGBA rows. */
bool writes_ycc(const struct job *job, enum model model);
bool halves_chroma(const struct job *job);

#endif
