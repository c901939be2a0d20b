#include <string.h>

#include "colour.h"
#include "fail.h"
#include "memory.h"
#include "palette.h"
#include "spng.h"
#include "writers.h"

/* Of zlib. Filtered photos gain 5 % from 3 to 6 and cost twice as much; graphics are small and repay the search. */
#define LEVEL_COLOUR 3
#define LEVEL_GRAPHICS 6

struct png_writer {
  struct writer writer;
  struct render *render;
  spng_ctx *png;
  uint8_t *scratch; /* one RGBA row */
  uint8_t *packed;  /* one row as the file wants it */
  struct palette palette;
  int colour_type;
  int next_row;
};

static void check(int error) {
  if (!error) return;
  if (mem_was_refused() || error == SPNG_EMEM) mem_fail();
  fail(FAIL_INTERNAL, WHY_ENCODER);
}

static int on_bytes(spng_ctx *png, void *user, void *bytes, size_t count) {
  (void)png;
  output_append(user, bytes, count);
  return 0;
}

static const uint8_t *pixels(struct png_writer *w, int y) {
  return rgba_row(&w->render->picture, y, w->scratch);
}

struct traits {
  bool gray, opaque, few_colours;
};

static int rows_done(const struct picture *picture) {
  int done = picture->plane[0].done;
  for (int p = 1; p < picture->planes; p++)
    if (picture->plane[p].done < done) done = picture->plane[p].done;
  return done;
}

/* Looks at every pixel for the smallest form that still says the same; while rows still come, at the model only. */
static struct traits survey(struct png_writer *w) {
  const struct picture *picture = &w->render->picture;
  if (rows_done(picture) < picture->height)
    return (struct traits){picture->model == MODEL_GRAY, !picture->alpha, false};
  struct traits traits = {true, true, true};
  for (int y = 0; y < picture->height; y++) {
    const uint8_t *row = pixels(w, y);
    for (int x = 0; x < picture->width; x++) {
      const uint8_t *pixel = row + 4 * x;
      traits.gray &= pixel[0] == pixel[1] && pixel[1] == pixel[2];
      traits.opaque &= pixel[3] == 255;
    }
    if (traits.few_colours) traits.few_colours = palette_count(&w->palette, row, picture->width);
  }
  return traits;
}

/* Up to here an index takes at most half the bits of a gray value. */
#define FEW_GRAYS 16

static int choose_type(const struct traits *traits, int colours, bool profile_is_colour, bool profile_is_gray) {
  bool gray = traits->gray && !profile_is_colour;
  bool index_is_smaller = !gray || !traits->opaque || colours <= FEW_GRAYS;
  if (traits->few_colours && !profile_is_gray && index_is_smaller) return SPNG_COLOR_TYPE_INDEXED;
  if (gray) return traits->opaque ? SPNG_COLOR_TYPE_GRAYSCALE : SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
  return traits->opaque ? SPNG_COLOR_TYPE_TRUECOLOR : SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
}

static void set_profile(struct png_writer *w) {
  struct icc *icc = &w->render->icc;
  bool gray = w->colour_type == SPNG_COLOR_TYPE_GRAYSCALE || w->colour_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
  if (!icc->length || icc_is_gray(icc) != gray) return;
  struct spng_iccp profile = {.profile_name = "ICC profile", .profile_len = icc->length, .profile = (char *)icc->data};
  check(spng_set_iccp(w->png, &profile));
}

static void set_palette(struct png_writer *w) {
  struct spng_plte colours = {.n_entries = (uint32_t)w->palette.count};
  struct spng_trns alphas = {.n_type3_entries = (uint32_t)w->palette.transparent};
  for (int i = 0; i < w->palette.count; i++) {
    const uint8_t *colour = w->palette.colour[i];
    colours.entries[i] = (struct spng_plte_entry){colour[0], colour[1], colour[2], 0};
    alphas.type3_alpha[i] = colour[3];
  }
  check(spng_set_plte(w->png, &colours));
  if (alphas.n_type3_entries) check(spng_set_trns(w->png, &alphas));
}

static int palette_depth(int colours) { return colours <= 2 ? 1 : colours <= 4 ? 2 : colours <= 16 ? 4 : 8; }

static size_t pack(struct png_writer *w, const uint8_t *row) {
  int width = w->render->picture.width;
  uint8_t *out = w->packed;
  switch (w->colour_type) {
    case SPNG_COLOR_TYPE_INDEXED:
      return palette_pack(&w->palette, row, width, palette_depth(w->palette.count), out);
    case SPNG_COLOR_TYPE_GRAYSCALE:
      for (int x = 0; x < width; x++) out[x] = row[4 * x];
      return (size_t)width;
    case SPNG_COLOR_TYPE_GRAYSCALE_ALPHA:
      for (int x = 0; x < width; x++) memcpy(out + 2 * x, (uint8_t[]){row[4 * x], row[4 * x + 3]}, 2);
      return (size_t)width * 2;
    case SPNG_COLOR_TYPE_TRUECOLOR:
      for (int x = 0; x < width; x++) memcpy(out + 3 * x, row + 4 * x, 3);
      return (size_t)width * 3;
    default:
      memcpy(out, row, (size_t)width * 4);
      return (size_t)width * 4;
  }
}

static void start(struct png_writer *w) {
  const struct render *render = w->render;
  struct traits traits = survey(w);
  bool colour_profile = render->icc.length && !icc_is_gray(&render->icc);
  w->colour_type = choose_type(&traits, w->palette.count, colour_profile, icc_is_gray(&render->icc));
  bool indexed = w->colour_type == SPNG_COLOR_TYPE_INDEXED;
  if (indexed) palette_sort(&w->palette);
  w->png = spng_ctx_new(SPNG_CTX_ENCODER);
  if (!w->png) mem_fail();
  struct spng_ihdr header = {
      .width = (uint32_t)render->picture.width,
      .height = (uint32_t)render->picture.height,
      .bit_depth = indexed ? (uint8_t)palette_depth(w->palette.count) : 8,
      .color_type = (uint8_t)w->colour_type,
  };
  check(spng_set_png_stream(w->png, on_bytes, &w->render->output));
  check(spng_set_ihdr(w->png, &header));
  check(spng_set_option(w->png, SPNG_IMG_COMPRESSION_LEVEL, indexed ? LEVEL_GRAPHICS : LEVEL_COLOUR));
  check(spng_set_option(w->png, SPNG_FILTER_CHOICE, indexed ? SPNG_DISABLE_FILTERING : SPNG_FILTER_CHOICE_ALL));
  set_profile(w);
  if (indexed) set_palette(w);
  check(spng_encode_image(w->png, NULL, 0, SPNG_FMT_PNG, SPNG_ENCODE_PROGRESSIVE | SPNG_ENCODE_FINALIZE));
}

static void advance(struct writer *writer) {
  struct png_writer *w = (struct png_writer *)writer;
  for (int done = rows_done(&w->render->picture); w->next_row < done; w->next_row++) {
    int error = spng_encode_row(w->png, w->packed, pack(w, pixels(w, w->next_row)));
    if (error != SPNG_EOI) check(error);
  }
}

static void finish(struct writer *writer) {
  struct png_writer *w = (struct png_writer *)writer;
  advance(writer);
  spng_ctx_free(w->png);
  mem_free(w->scratch);
  mem_free(w->packed);
  mem_free(w);
}

struct writer *png_writer(struct render *render) {
  struct png_writer *w = mem_get_zeroed(sizeof *w);
  w->writer = (struct writer){advance, finish};
  w->render = render;
  size_t row = (size_t)render->picture.width * 4 + ROW_SLACK;
  w->scratch = mem_get(row);
  w->packed = mem_get(row);
  start(w);
  return &w->writer;
}
