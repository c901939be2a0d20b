/* Frames of other codecs, in and out: straight RGBA, rows without padding. */
#include <string.h>

#include "colour.h"
#include "fail.h"
#include "memory.h"
#include "readers.h"
#include "writers.h"

void rgba_read(struct render *render, const uint8_t *data, size_t length) {
  int width = render->job->stored_width, height = render->job->stored_height;
  if (width < 1 || height < 1 || (uint64_t)width * (uint64_t)height * 4 != length) fail(FAIL_INTERNAL, WHY_JOB);
  render_size(render, width, height);
  uint8_t opaque = 255;
  for (size_t i = 3; i < length; i += 4) opaque &= data[i];
  struct source source = rgba_source(render, opaque != 255);
  render_begin(render, &source);
  size_t stride = (size_t)width * 4;
  uint8_t *row = mem_get(stride + ROW_SLACK);
  for (int y = 0; y < height; y++) {
    memcpy(row, data + stride * (size_t)y, stride);
    if (render->premultiply) premultiply(row, width);
    render_row(render, 0, row);
  }
  mem_free(row);
  render_end(render);
}

void rgba_write(struct render *render) {
  struct picture *picture = &render->picture;
  size_t stride = (size_t)picture->width * 4;
  uint8_t *scratch = mem_get(stride + ROW_SLACK);
  output_reserve(&render->output, stride * (size_t)picture->height);
  for (int y = 0; y < picture->height; y++) output_append(&render->output, rgba_row(picture, y, scratch), stride);
  mem_free(scratch);
}
