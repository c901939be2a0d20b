#include <string.h>

#include "colour.h"
#include "fail.h"
#include "memory.h"
#include "readers.h"
#include "spng.h"

/* Text, profile and the like: enough for honest files, too little for a deflate bomb in a zTXt chunk. */
#define LARGEST_CHUNK (4u << 20)
#define CHUNK_CACHE (8u << 20)

_Noreturn static void refuse(int error) {
  if (mem_was_refused() || error == SPNG_EMEM) mem_fail();
  switch (error) {
    case SPNG_IO_EOF:
    case SPNG_EOF:
    case SPNG_EIDAT_TOO_SHORT:
      fail(FAIL_CORRUPT, WHY_TRUNCATED);
    case SPNG_ECHUNK_CRC:
      fail(FAIL_CORRUPT, WHY_CHECKSUM);
    case SPNG_EIDAT_STREAM:
    case SPNG_EFILTER:
    case SPNG_EZLIB:
      fail(FAIL_CORRUPT, WHY_DATA);
    default:
      fail(FAIL_CORRUPT, WHY_HEADER);
  }
}

static void check(int error) {
  if (error) refuse(error);
}

static bool has_alpha(spng_ctx *png, const struct spng_ihdr *header) {
  struct spng_trns transparency;
  return header->color_type & 4 || spng_get_trns(png, &transparency) == 0;
}

static void keep_profile(struct render *render, spng_ctx *png) {
  struct spng_iccp profile;
  if (spng_get_iccp(png, &profile) == 0) icc_keep(&render->icc, profile.profile, profile.profile_len);
}

static void push_row(struct render *render, uint8_t *row) {
  if (render->premultiply) premultiply(row, render->stored_width);
  render_row(render, 0, row);
}

static void push_progressive(struct render *render, spng_ctx *png) {
  size_t bytes = (size_t)render->stored_width * 4;
  uint8_t *row = mem_get(bytes + ROW_SLACK);
  check(spng_decode_image(png, NULL, 0, SPNG_FMT_RGBA8, SPNG_DECODE_TRNS | SPNG_DECODE_PROGRESSIVE));
  for (int y = 0; y < render->stored_height; y++) {
    int error = spng_decode_row(png, row, bytes);
    if (error && !(error == SPNG_EOI && y == render->stored_height - 1)) refuse(error);
    push_row(render, row);
  }
  mem_free(row);
}

/* Adam7 delivers the last row's pixels in its last pass, so the whole frame must be held. */
static void push_interlaced(struct render *render, spng_ctx *png) {
  size_t bytes;
  check(spng_decoded_image_size(png, SPNG_FMT_RGBA8, &bytes));
  uint8_t *frame = mem_get(bytes + ROW_SLACK);
  check(spng_decode_image(png, frame, bytes, SPNG_FMT_RGBA8, SPNG_DECODE_TRNS));
  size_t stride = (size_t)render->stored_width * 4;
  uint8_t *row = mem_get(stride + ROW_SLACK);
  for (int y = 0; y < render->stored_height; y++) {
    memcpy(row, frame + stride * (size_t)y, stride);
    push_row(render, row);
  }
  mem_free(row);
  mem_free(frame);
}

void png_read(struct render *render, const uint8_t *data, size_t length) {
  spng_ctx *png = spng_ctx_new(0);
  if (!png) mem_fail();
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  /* A fuzzer does not guess checksums, and would never get past them. */
  check(spng_set_crc_action(png, SPNG_CRC_USE, SPNG_CRC_USE));
#else
  check(spng_set_crc_action(png, SPNG_CRC_ERROR, SPNG_CRC_DISCARD));
#endif
  check(spng_set_chunk_limits(png, LARGEST_CHUNK, CHUNK_CACHE));
  check(spng_set_png_buffer(png, data, length));
  struct spng_ihdr header;
  check(spng_get_ihdr(png, &header));
  if (header.width > INT32_MAX / 8 || header.height > INT32_MAX / 8) fail(FAIL_OVER_BUDGET, WHY_TOO_LARGE);
  render_size(render, (int)header.width, (int)header.height);

  struct source source = rgba_source(render, has_alpha(png, &header));
  keep_profile(render, png);
  render_begin(render, &source);
  if (header.interlace_method) push_interlaced(render, png);
  else push_progressive(render, png);
  /* Critical chunks after the pixels must be sound too, IEND included. */
  check(spng_decode_chunks(png));
  spng_ctx_free(png);
  render_end(render);
}
