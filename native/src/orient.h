/* EXIF orientation as mirroring of the stored pixels, then transposition; geometry of the job in stored pixels. */
#ifndef ORIENT_H
#define ORIENT_H

#include <stdbool.h>

#include "job.h"

struct geometry {
  bool mirror_x, mirror_y; /* of the stored axes, done by the resampler for free */
  bool transpose;          /* done last, on the small result */
  int x, y, width, height; /* what to keep of the stored pixels */
  int out_width, out_height; /* its size before transposition */
};

/* Fails with FAIL_INTERNAL when the job does not fit the image: the caller validates requests, not we. */
struct geometry geometry_of(const struct job *job, int stored_width, int stored_height);

#endif
