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

/* A JPEG or a lossy WebP takes YCC planes as they are, at half chroma; anything else is written from RGBA rows. */
bool writes_ycc(const struct job *job, enum model model);
bool halves_chroma(const struct job *job);

#endif
