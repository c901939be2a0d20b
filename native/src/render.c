#include "render.h"

#include <string.h>

#include "colour.h"
#include "fail.h"
#include "memory.h"
#include "writers.h"

/* Whoever admitted this image judged it by its own reading of the header; ours must agree. */
static void check_size(const struct job *job, int width, int height) {
  if (width < 1 || height < 1) fail(FAIL_CORRUPT, WHY_HEADER);
  if (job->stored_width && (width != job->stored_width || height != job->stored_height))
    fail(FAIL_CORRUPT, WHY_HEADER);
  if (job->max_pixels && (int64_t)width * height > job->max_pixels) fail(FAIL_OVER_BUDGET, WHY_PIXELS);
}

void render_size(struct render *render, int stored_width, int stored_height) {
  check_size(render->job, stored_width, stored_height);
  render->stored_width = stored_width;
  render->stored_height = stored_height;
  render->geometry = geometry_of(render->job, stored_width, stored_height);
}

bool halves_chroma(const struct job *job) {
  return job->output == OUTPUT_WEBP || !(job->flags & FLAG_FULL_CHROMA);
}

bool writes_ycc(const struct job *job, enum model model) {
  bool lossy = job->output == OUTPUT_JPEG || (job->output == OUTPUT_WEBP && !(job->flags & FLAG_LOSSLESS));
  return lossy && (model == MODEL_YCC || model == MODEL_YCC_VIDEO || model == MODEL_GRAY);
}

/* From the source's value range to the one the writer wants: WebP is video range, everything else full range. */
static struct range range_of(const struct render *render, const struct source *source, int plane) {
  if (source->inverted) return (struct range){-1, 255};
  bool video_in = source->model == MODEL_YCC_VIDEO;
  bool video_out = writes_ycc(render->job, source->model) && render->job->output == OUTPUT_WEBP;
  if (video_in == video_out || source->model > MODEL_YCC_VIDEO) return (struct range){1, 0};
  double span = plane == 0 ? 219 : 224, black = plane == 0 ? 16 : 128 * (1 - 224.0 / 255);
  if (video_out) return (struct range){span / 255, black};
  return (struct range){255 / span, -black * 255 / span};
}

/* Rows a writer cannot have taken yet when it takes them as they come; all of them when it does not. */
static int rows_held(const struct render *render) {
  (void)render;
  return INT32_MAX;
}

static void plan_plane(struct render *render, const struct source *source, int p, bool halved) {
  const struct geometry *g = &render->geometry;
  struct rows *rows = &render->picture.plane[p];
  int width = halved ? (g->out_width + 1) / 2 : g->out_width, height = halved ? (g->out_height + 1) / 2 : g->out_height;
  double per_x = source->plane[p].per_pixel_x, per_y = source->plane[p].per_pixel_y;
  double out_width = halved ? g->out_width / 2.0 : g->out_width, out_height = halved ? g->out_height / 2.0 : g->out_height;
  struct axis_window x = {g->x * per_x, g->width * per_x, source->plane[p].width, out_width, width, g->mirror_x};
  struct axis_window y = {g->y * per_y, g->height * per_y, source->plane[p].height, out_height, height, g->mirror_y};
  int sample_bytes = bytes_per_sample(source->model);
  rows_allocate(rows, width, height, rows_held(render), sample_bytes);
  resampler_begin(&render->resampler[p], &x, &y, sample_bytes, range_of(render, source, p), rows);
}

static bool keeps_pixels(const struct geometry *g) {
  return g->out_width == g->width && g->out_height == g->height;
}

void render_begin(struct render *render, const struct source *source) {
  const struct job *job = render->job;
  struct picture *picture = &render->picture;
  picture->model = source->model;
  picture->planes = source->planes;
  picture->alpha = source->alpha;
  picture->width = render->geometry.out_width;
  picture->height = render->geometry.out_height;
  picture->chroma_shift = writes_ycc(job, source->model) && source->planes == 3 && halves_chroma(job) ? 1 : 0;
  /* Without resampling nothing mixes, and premultiplying would only round colours away. */
  render->premultiply = source->alpha && !keeps_pixels(&render->geometry);
  for (int p = 0; p < source->planes; p++)
    plan_plane(render, source, p, picture->chroma_shift && (p == 1 || p == 2));
}

void render_row(struct render *render, int plane, const uint8_t *row) {
  struct resampler *resampler = &render->resampler[plane];
  resampler_push(resampler, row);
  if (render->writer) render->writer->advance(render->writer);
}

/* Back to straight alpha, flattened if asked; and settles whether the result has any transparency. */
static void settle_alpha(struct render *render) {
  struct picture *picture = &render->picture;
  const struct job *job = render->job;
  bool flat = job->flags & FLAG_BACKGROUND || job->output == OUTPUT_JPEG;
  int32_t background = job->flags & FLAG_BACKGROUND ? job->background : 0xffffff;
  uint8_t lowest = 255;
  for (int y = 0; y < picture->height; y++) {
    uint8_t *row = row_of(&picture->plane[0], y);
    if (render->premultiply) unpremultiply(row, picture->width);
    if (flat) flatten(row, picture->width, background);
    for (int x = 0; x < picture->width; x++) lowest &= row[4 * x + 3];
  }
  picture->alpha = lowest != 255;
}

void render_end(struct render *render) {
  struct picture *picture = &render->picture;
  for (int p = 0; p < picture->planes; p++) {
    if (picture->plane[p].done != picture->plane[p].height) fail(FAIL_INTERNAL, WHY_JOB);
    resampler_free(&render->resampler[p]);
  }
  if (picture->alpha) settle_alpha(render);
  if (render->geometry.transpose) picture_transpose(picture);
  switch (render->job->output) {
    case OUTPUT_JPEG: {
      struct writer *writer = jpeg_writer(render);
      writer->finish(writer);
      break;
    }
    case OUTPUT_PNG: {
      struct writer *writer = png_writer(render);
      writer->finish(writer);
      break;
    }
    case OUTPUT_WEBP:
      webp_write(render);
      break;
    default:
      rgba_write(render);
  }
}
