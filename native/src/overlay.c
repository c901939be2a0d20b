#include "overlay.h"

#include "writers.h"

/* BT.601, full range: what a colour is in one plane of a picture. */
static int luma_of(const uint8_t *rgba) {
  return (19595 * rgba[0] + 38470 * rgba[1] + 7471 * rgba[2] + 32768) >> 16;
}

static int chroma_of(const uint8_t *rgba, int plane) {
  int sum = plane == 1 ? -11059 * rgba[0] - 21709 * rgba[1] + 32768 * rgba[2]
                       : 32768 * rgba[0] - 27439 * rgba[1] - 5329 * rgba[2];
  int value = 128 + ((sum + 32768) >> 16);
  return value > 255 ? 255 : value;
}

/* WebP's planes are in video range: luma 16 to 235, chroma 16 to 240. */
static int ycc_of(const uint8_t *rgba, int plane, bool video) {
  if (plane == 0) return video ? 16 + (luma_of(rgba) * 219 + 127) / 255 : luma_of(rgba);
  int chroma = chroma_of(rgba, plane);
  return video ? 128 + ((chroma - 128) * 224) / 255 : chroma;
}

static int sample_of(const struct picture *picture, const uint8_t *rgba, int plane, bool video) {
  switch (picture->model) {
    case MODEL_RGB:
      return rgba[plane];
    case MODEL_CMYK: /* no ink is 255, so that colour is C × K */
      return plane == 3 ? 255 : rgba[plane];
    case MODEL_YCCK:
      return plane == 3 ? 255 : ycc_of(rgba, plane, video);
    default:
      return ycc_of(rgba, plane, video);
  }
}

static int clip(int value, int most) { return value < 0 ? 0 : value > most ? most : value; }

/* Pixel (x, y) of the picture as the overlay has it; NULL where it has none. */
static const uint8_t *overlay_pixel(const struct overlay *overlay, int x, int y) {
  int across = x - overlay->x, down = y - overlay->y;
  if (across < 0 || across >= overlay->width || down < 0 || down >= overlay->height) return NULL;
  return overlay->rgba + ((size_t)down * (size_t)overlay->width + (size_t)across) * 4;
}

static void lay_samples(const struct render *render, int plane, int y, uint8_t *row) {
  const struct overlay *overlay = &render->overlay;
  const struct picture *picture = &render->picture;
  bool video = render->job->output == OUTPUT_WEBP && writes_ycc(render->job, picture->model);
  /* A halved sample is covered by what covers its four pixels, on average. */
  int shift = plane == 1 || plane == 2 ? picture->chroma_shift : 0, side = 1 << shift, parts = side * side * 255;
  int from = clip(overlay->x, picture->width) >> shift;
  int to = (clip(overlay->x + overlay->width, picture->width) + side - 1) >> shift;
  for (int x = from; x < to; x++) {
    int covered = 0, colour = 0;
    for (int part = 0; part < side * side; part++) {
      const uint8_t *over = overlay_pixel(overlay, (x << shift) + (part & (side - 1)), (y << shift) + (part >> shift));
      if (!over || !over[3]) continue;
      covered += over[3];
      colour += over[3] * sample_of(picture, over, plane, video);
    }
    row[x] = (uint8_t)((row[x] * (parts - covered) + colour + parts / 2) / parts);
  }
}

/* Porter and Duff's "over" with straight alpha. */
static void lay_pixels(const struct render *render, int y, uint8_t *row) {
  const struct overlay *overlay = &render->overlay;
  int from = clip(overlay->x, render->picture.width), to = clip(overlay->x + overlay->width, render->picture.width);
  for (int x = from; x < to; x++) {
    const uint8_t *over = overlay_pixel(overlay, x, y);
    if (!over || !over[3]) continue;
    uint8_t *under = row + 4 * x;
    int above = over[3] * 255, below = under[3] * (255 - over[3]), total = above + below;
    for (int c = 0; c < 3; c++) under[c] = (uint8_t)((over[c] * above + under[c] * below + total / 2) / total);
    under[3] = (uint8_t)((total + 127) / 255);
  }
}

void overlay_row(struct render *render, int plane, int y) {
  const struct picture *picture = &render->picture;
  int shift = plane == 1 || plane == 2 ? picture->chroma_shift : 0;
  const struct overlay *overlay = &render->overlay;
  if (!overlay->rgba || ((y + 1) << shift) <= overlay->y || (y << shift) >= overlay->y + overlay->height) return;
  uint8_t *row = row_of(&picture->plane[plane], y);
  if (picture->model == MODEL_RGBA) lay_pixels(render, y, row);
  else lay_samples(render, plane, y, row);
}

void overlay_picture(struct render *render) {
  for (int plane = 0; plane < render->picture.planes; plane++)
    for (int y = 0; y < render->picture.plane[plane].height; y++) overlay_row(render, plane, y);
}
