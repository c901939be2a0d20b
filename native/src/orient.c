#include "orient.h"

#include <math.h>

#include "fail.h"

static void swap(int *a, int *b) {
  int kept = *a;
  *a = *b;
  *b = kept;
}

/* Shrinks width × height in to the box, each side at least 1. */
static void fit(int width, int height, int *box_width, int *box_height) {
  double across = (double)*box_width / width, down = (double)*box_height / height;
  double scale = across < down ? across : down;
  if (scale > 1) scale = 1;
  *box_width = (int)fmax(1, lrint(width * scale));
  *box_height = (int)fmax(1, lrint(height * scale));
}

struct geometry geometry_of(const struct job *job, int stored_width, int stored_height) {
  int orientation = job->orientation;
  if (orientation < 1 || orientation > 8 || job->width < 1 || job->height < 1) fail(FAIL_INTERNAL, WHY_JOB);
  struct geometry g = {
      .mirror_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8,
      .mirror_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7,
      .transpose = orientation >= 5,
      .x = job->crop_x, .y = job->crop_y, .width = job->crop_width, .height = job->crop_height,
      .out_width = job->width, .out_height = job->height,
  };
  int upright_width = g.transpose ? stored_height : stored_width;
  int upright_height = g.transpose ? stored_width : stored_height;
  if (g.width == 0) {
    g.x = g.y = 0;
    g.width = upright_width;
    g.height = upright_height;
  }
  if (g.x < 0 || g.y < 0 || g.width < 1 || g.height < 1 || g.width > upright_width - g.x ||
      g.height > upright_height - g.y)
    fail(FAIL_INTERNAL, WHY_JOB);
  if (job->fit) fit(g.width, g.height, &g.out_width, &g.out_height);
  if (g.transpose) {
    swap(&g.x, &g.y);
    swap(&g.width, &g.height);
    swap(&g.out_width, &g.out_height);
  }
  if (g.mirror_x) g.x = stored_width - g.x - g.width;
  if (g.mirror_y) g.y = stored_height - g.y - g.height;
  return g;
}
