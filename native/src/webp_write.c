#include <string.h>

#include "colour.h"
#include "fail.h"
#include "memory.h"
#include "webp/encode.h"
#include "writers.h"

/* libwebp's own default. 3 is 10 % faster and 3 % larger; 5 and up add a trellis that costs half as much again. */
#define METHOD 4
/* How hard the lossless coder tries. */
#define LOSSLESS_EFFORT 75

#define RIFF_HEADER 12
#define EXTENDED_CHUNK 18
#define CHUNK_HEADER 8
#define FLAG_ICC 0x20
#define FLAG_ALPHA 0x10

static int on_bytes(const uint8_t *bytes, size_t count, const WebPPicture *picture) {
  output_append(picture->custom_ptr, bytes, count);
  return 1;
}

static void check(int done, const WebPPicture *picture) {
  if (done) return;
  bool memory = picture->error_code == VP8_ENC_ERROR_OUT_OF_MEMORY ||
                picture->error_code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY;
  if (memory || mem_was_refused()) mem_fail();
  fail(FAIL_INTERNAL, WHY_ENCODER);
}

/*
 * By libwebp's own conversion, which averages the chroma of four pixels in linear light: 0.1 dB on coloured edges, for
 * which our faster one of ycc.c gives nothing back.
 */
static void import_rgba(WebPPicture *target, const struct picture *picture) {
  const struct rows *plane = &picture->plane[0];
  const uint8_t *frame = plane->data;
  size_t stride = plane->stride;
  uint8_t *converted = NULL;
  if (picture->model != MODEL_RGBA) {
    stride = (size_t)picture->width * 4 + ROW_SLACK;
    frame = converted = mem_get_array((size_t)picture->height, stride);
    for (int y = 0; y < picture->height; y++) rgba_row(picture, y, converted + stride * (size_t)y);
  }
  check(picture->alpha ? WebPPictureImportRGBA(target, frame, (int)stride)
                       : WebPPictureImportRGBX(target, frame, (int)stride),
        target);
  mem_free(converted);
}

/* The encoder works on copies from here on: at 4 bytes per pixel the picture is worth giving back. */
static void release(struct picture *picture) {
  for (int p = 0; p < picture->planes; p++) {
    mem_free(picture->plane[p].data);
    picture->plane[p].data = NULL;
  }
}

static void share_planes(WebPPicture *target, struct picture *picture, uint8_t **gray) {
  struct rows *plane = picture->plane;
  target->y = plane[0].data;
  target->y_stride = (int)plane[0].stride;
  if (picture->planes == 3) {
    target->u = plane[1].data;
    target->v = plane[2].data;
    target->uv_stride = (int)plane[1].stride;
    return;
  }
  /* One row of "no colour" serves all of a gray image. */
  size_t width = ((size_t)picture->width + 1) / 2, height = ((size_t)picture->height + 1) / 2;
  *gray = memset(mem_get(width * height + ROW_SLACK), 128, width * height);
  target->u = target->v = *gray;
  target->uv_stride = (int)width;
}

static void encode(struct render *render, const WebPConfig *config) {
  struct picture *picture = &render->picture;
  WebPPicture target;
  if (!WebPPictureInit(&target)) fail(FAIL_INTERNAL, WHY_ENCODER);
  target.width = picture->width;
  target.height = picture->height;
  target.writer = on_bytes;
  target.custom_ptr = &render->output;
  target.use_argb = config->lossless;
  uint8_t *gray = NULL;
  if (writes_ycc(render->job, picture->model)) {
    share_planes(&target, picture, &gray);
  } else {
    import_rgba(&target, picture);
    release(picture);
  }
  check(WebPEncode(config, &target), &target);
  WebPPictureFree(&target);
  mem_free(gray);
}

static void put_le(uint8_t *place, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; i++) place[i] = (uint8_t)(value >> (8 * i));
}

/* Puts VP8X and ICCP before the image data of the file that begins at `start` (RFC 9649, 2.7). */
static void insert_profile(struct render *render) {
  struct output *output = &render->output;
  const struct icc *icc = &render->icc;
  bool extended = memcmp(output->data + RIFF_HEADER, "VP8X", 4) == 0;
  size_t image = RIFF_HEADER + (extended ? EXTENDED_CHUNK : 0), padded = icc->length + (icc->length & 1);
  size_t front = RIFF_HEADER + EXTENDED_CHUNK + CHUNK_HEADER + padded;
  output_reserve(output, front - image);
  uint8_t *file = output->data;
  memmove(file + front, file + image, output->length - image);
  output->length += front - image;

  uint8_t *chunk = file + RIFF_HEADER;
  memcpy(chunk, "VP8X", 4);
  put_le(chunk + 4, 10, 4);
  put_le(chunk + 8, FLAG_ICC | (render->picture.alpha ? FLAG_ALPHA : 0), 4);
  put_le(chunk + 12, (uint32_t)render->picture.width - 1, 3);
  put_le(chunk + 15, (uint32_t)render->picture.height - 1, 3);
  chunk += EXTENDED_CHUNK;
  memcpy(chunk, "ICCP", 4);
  put_le(chunk + 4, (uint32_t)icc->length, 4);
  memcpy(chunk + CHUNK_HEADER, icc->data, icc->length);
  if (icc->length & 1) chunk[CHUNK_HEADER + icc->length] = 0;
  put_le(file + 4, (uint32_t)output->length - 8, 4);
}

void webp_write(struct render *render) {
  const struct job *job = render->job;
  if (render->picture.width > WEBP_MAX_DIMENSION || render->picture.height > WEBP_MAX_DIMENSION)
    fail(FAIL_UNSUPPORTED, WHY_TOO_LARGE);
  WebPConfig config;
  if (!WebPConfigInit(&config)) fail(FAIL_INTERNAL, WHY_ENCODER);
  config.method = METHOD;
  config.lossless = (job->flags & FLAG_LOSSLESS) != 0;
  config.exact = config.lossless;
  config.quality = config.lossless ? LOSSLESS_EFFORT : (float)job->quality;
  encode(render, &config);
  /* WebP pixels are always RGB or its YCC, so a gray profile does not apply. */
  if (render->icc.length && !icc_is_gray(&render->icc)) insert_profile(render);
}
