#include "render.h"

#include <string.h>

#include "colour.h"
#include "fail.h"
#include "memory.h"
#include "overlay.h"
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

/* Output larger than this is not searched for a palette, nor its JPEG for the best Huffman tables: both need it whole. */
#define MOST_PIXELS_HELD (4 << 20)

int streamed_band(const struct render *render, const struct source *source) {
  const struct job *job = render->job;
  int64_t pixels = (int64_t)render->geometry.out_width * render->geometry.out_height;
  if (job->output == OUTPUT_PNG) return pixels > MOST_PIXELS_HELD ? 1 : 0;
  if (job->output != OUTPUT_JPEG) return 0;
  return source->planes > 1 && job->flags & FLAG_FULL_CHROMA ? 8 : 16;
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

/* Back to straight alpha, flattened if asked, while the row is still in the cache. */
static void settle_alpha(struct render *render, uint8_t *row) {
  const struct job *job = render->job;
  int width = render->picture.width;
  if (is_opaque(row, width)) return;
  if (render->premultiply) unpremultiply(row, width);
  if (job->flags & FLAG_BACKGROUND) flatten(row, width, job->background);
  else if (job->output == OUTPUT_JPEG) flatten(row, width, 0xffffff);
  else render->lowest_alpha = 0;
}

static void on_row(void *context, int plane, int y) {
  struct render *render = context;
  if (render->picture.alpha) settle_alpha(render, row_of(&render->picture.plane[plane], y));
  if (!render->geometry.transpose) overlay_row(render, plane, y);
  if (render->writer) render->writer->advance(render->writer);
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
  rows->width = width;
  rows->height = height;
  resampler_begin(&render->resampler[p], &x, &y, sample_bytes, range_of(render, source, p), rows);
  render->resampler[p].finished = on_row;
  render->resampler[p].context = render;
  render->resampler[p].plane = p;
}

/*
 * Planes finish at different times, and a band goes out when all have. Plays the pushes through beforehand and gives
 * each plane the rows it gets ahead, counting what the writer had two bursts before: readers' bursts may straddle ours.
 */
static void hold_rows(struct render *render, const struct source *source, int band) {
  struct picture *picture = &render->picture;
  int finished[MAX_PLANES] = {0}, most[MAX_PLANES] = {0}, bands[2] = {0, 0};
  bool more = true;
  for (int pushed = 1; more; pushed++) {
    int whole = INT32_MAX;
    more = false;
    for (int p = 0; p < picture->planes; p++) {
      int lines = band >> (p > 0 ? picture->chroma_shift : 0);
      finished[p] = resampler_foresee(&render->resampler[p], pushed * source->plane[p].burst, finished[p]);
      int held = finished[p] - bands[0] * lines;
      if (held > most[p]) most[p] = held;
      if (finished[p] / lines < whole) whole = finished[p] / lines;
      more |= finished[p] < picture->plane[p].height;
    }
    bands[0] = bands[1];
    bands[1] = whole;
  }
  for (int p = 0; p < picture->planes; p++) {
    struct rows *rows = &picture->plane[p];
    int least = band >> (p > 0 ? picture->chroma_shift : 0);
    rows_allocate(rows, rows->width, rows->height, most[p] > least ? most[p] : least, bytes_per_sample(picture->model));
  }
}

static void hold_all(struct picture *picture) {
  for (int p = 0; p < picture->planes; p++) {
    struct rows *rows = &picture->plane[p];
    rows_allocate(rows, rows->width, rows->height, rows->height, bytes_per_sample(picture->model));
  }
}

static struct writer *writer_for(struct render *render) {
  return render->job->output == OUTPUT_JPEG ? jpeg_writer(render) : png_writer(render);
}

void render_begin(struct render *render, const struct source *source) {
  const struct job *job = render->job;
  const struct geometry *g = &render->geometry;
  struct picture *picture = &render->picture;
  picture->model = source->model;
  picture->planes = source->planes;
  picture->alpha = source->alpha;
  picture->width = g->out_width;
  picture->height = g->out_height;
  picture->chroma_shift = writes_ycc(job, source->model) && source->planes == 3 && halves_chroma(job) ? 1 : 0;
  render->lowest_alpha = 255;
  /* Without resampling nothing mixes, and premultiplying would only round colours away. */
  render->premultiply = source->alpha && (g->out_width != g->width || g->out_height != g->height);
  for (int p = 0; p < source->planes; p++)
    plan_plane(render, source, p, picture->chroma_shift && (p == 1 || p == 2));
  int band = g->mirror_y || g->transpose ? 0 : streamed_band(render, source);
  if (!band) return hold_all(picture);
  hold_rows(render, source, band);
  render->writer = writer_for(render);
}

void render_row(struct render *render, int plane, const uint8_t *row) {
  resampler_push(&render->resampler[plane], row);
}

void render_end(struct render *render) {
  struct picture *picture = &render->picture;
  for (int p = 0; p < picture->planes; p++) {
    if (picture->plane[p].done != picture->plane[p].height) fail(FAIL_INTERNAL, WHY_JOB);
    resampler_free(&render->resampler[p]);
  }
  picture->alpha = picture->alpha && render->lowest_alpha != 255;
  if (render->geometry.transpose) {
    picture_transpose(picture);
    overlay_picture(render);
  }
  if (render->job->output == OUTPUT_WEBP) return webp_write(render);
  if (render->job->output == OUTPUT_RGBA) return rgba_write(render);
  if (!render->writer) render->writer = writer_for(render);
  render->writer->finish(render->writer);
}

struct source rgba_source(const struct render *render, bool alpha) {
  struct source source = {.model = MODEL_RGBA, .planes = 1, .alpha = alpha};
  source.plane[0].width = render->stored_width;
  source.plane[0].height = render->stored_height;
  source.plane[0].burst = 1;
  source.plane[0].per_pixel_x = source.plane[0].per_pixel_y = 1;
  return source;
}
