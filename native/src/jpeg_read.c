#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "jpeg_library.h"
#include "memory.h"
#include "readers.h"
#include "writers.h"

/* A scan can be a few bytes and still cost a pass over every block: the "10,000 scans" attack. */
#define MOST_SCANS 100
/* Below this residual shrink a chroma plane already at half size would be used almost sample for sample, aliases of
 * its scaled DCT included: then chroma is decoded at double size and filtered. Full chroma shows more, so asks more. */
#define MARGIN_HALVED_CHROMA 1.2
#define MARGIN_FULL_CHROMA 2.0

struct jpeg_reader {
  struct jpeg_decompress_struct cinfo;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  struct jpeg_source_mgr source;
};

static void on_progress(j_common_ptr cinfo) {
  if (((j_decompress_ptr)cinfo)->input_scan_number > MOST_SCANS) fail(FAIL_CORRUPT, WHY_TOO_MANY_SCANS);
}

static void on_source(j_decompress_ptr cinfo) { (void)cinfo; }

/* All bytes are in memory, so asking for more means that the file ends too early. */
static boolean on_empty(j_decompress_ptr cinfo) {
  (void)cinfo;
  fail(FAIL_CORRUPT, WHY_TRUNCATED);
}

static void on_skip(j_decompress_ptr cinfo, long count) {
  if (count <= 0) return;
  if ((size_t)count > cinfo->src->bytes_in_buffer) fail(FAIL_CORRUPT, WHY_TRUNCATED);
  cinfo->src->next_input_byte += count;
  cinfo->src->bytes_in_buffer -= (size_t)count;
}

static void open_bytes(struct jpeg_reader *reader, const uint8_t *data, size_t length) {
  reader->source = (struct jpeg_source_mgr){
      .next_input_byte = data,
      .bytes_in_buffer = length,
      .init_source = on_source,
      .fill_input_buffer = on_empty,
      .skip_input_data = on_skip,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = on_source,
  };
  reader->cinfo.src = &reader->source;
}

static enum model model_of(const struct jpeg_decompress_struct *cinfo) {
  switch (cinfo->jpeg_color_space) {
    case JCS_GRAYSCALE:
      return MODEL_GRAY;
    case JCS_YCbCr:
      return MODEL_YCC;
    case JCS_RGB:
      return MODEL_RGB;
    case JCS_CMYK:
      return MODEL_CMYK;
    case JCS_YCCK:
      return MODEL_YCCK;
    default:
      fail(FAIL_UNSUPPORTED, WHY_COLOUR_MODEL);
  }
}

/*
 * The largest scaled DCT that leaves Lanczos3 enough to do: its own low-pass is a crude one, and between 4 and 5 times
 * shrunk, for instance, a quarter-size decode costs 0.5 dB against a half-size one. sharp draws the same lines.
 */
static unsigned denominator_for(double shrink) { return shrink >= 9 ? 8 : shrink >= 5 ? 4 : shrink >= 3 ? 2 : 1; }

static void choose_scale(struct jpeg_reader *reader, const struct render *render) {
  struct jpeg_decompress_struct *cinfo = &reader->cinfo;
  const struct geometry *g = &render->geometry;
  double across = (double)g->width / g->out_width, down = (double)g->height / g->out_height;
  double shrink = across < down ? across : down;
  unsigned denominator = denominator_for(shrink);
  bool halved = writes_ycc(render->job, MODEL_YCC) && halves_chroma(render->job);
  cinfo->scale_num = 1;
  cinfo->scale_denom = denominator;
  cinfo->dct_method = JDCT_ISLOW;
  cinfo->raw_data_out = TRUE;
  cinfo->out_color_space = cinfo->jpeg_color_space;
  /* In raw mode our patch of jdmaster.c gives this flag the meaning "larger DCT for subsampled components". */
  cinfo->do_fancy_upsampling =
      denominator > 1 && shrink / denominator < (halved ? MARGIN_HALVED_CHROMA : MARGIN_FULL_CHROMA);
}

static void keep_profile(struct render *render, struct jpeg_reader *reader, enum model model) {
  JOCTET *profile;
  unsigned length;
  /* CMYK values are converted, so their profile no longer describes the pixels. */
  if (model == MODEL_CMYK || model == MODEL_YCCK) return;
  if (!jpeg_read_icc_profile(&reader->cinfo, &profile, &length)) return;
  icc_keep(&render->icc, profile, length);
  mem_free(profile);
}

static struct source source_of(const struct jpeg_decompress_struct *cinfo, enum model model) {
  struct source source = {.model = model, .planes = cinfo->num_components};
  for (int p = 0; p < source.planes; p++) {
    const jpeg_component_info *component = &cinfo->comp_info[p];
    source.plane[p].width = (int)component->downsampled_width;
    source.plane[p].height = (int)component->downsampled_height;
    source.plane[p].burst = component->v_samp_factor * component->DCT_scaled_size;
    source.plane[p].per_pixel_x =
        (double)component->h_samp_factor / cinfo->max_h_samp_factor * component->DCT_scaled_size / DCTSIZE;
    source.plane[p].per_pixel_y =
        (double)component->v_samp_factor / cinfo->max_v_samp_factor * component->DCT_scaled_size / DCTSIZE;
  }
  return source;
}

#define MOST_ROWS (MAX_SAMP_FACTOR * DCTSIZE * 2)

static void push_rows(struct render *render, struct jpeg_decompress_struct *cinfo) {
  JSAMPROW rows[MAX_PLANES][MOST_ROWS];
  JSAMPARRAY planes[MAX_PLANES];
  int burst[MAX_PLANES], left[MAX_PLANES];
  for (int p = 0; p < cinfo->num_components; p++) {
    const jpeg_component_info *component = &cinfo->comp_info[p];
    size_t stride = (size_t)component->width_in_blocks * (size_t)component->DCT_scaled_size + ROW_SLACK;
    burst[p] = component->v_samp_factor * component->DCT_scaled_size;
    left[p] = (int)component->downsampled_height;
    uint8_t *samples = mem_get_zeroed(stride * (size_t)burst[p]);
    for (int y = 0; y < burst[p]; y++) rows[p][y] = samples + stride * (size_t)y;
    planes[p] = rows[p];
  }
  JDIMENSION lines = (JDIMENSION)(cinfo->max_v_samp_factor * cinfo->min_DCT_scaled_size);
  while (cinfo->output_scanline < cinfo->output_height) {
    jpeg_read_raw_data(cinfo, planes, lines);
    for (int p = 0; p < cinfo->num_components; p++)
      for (int y = 0; y < burst[p] && left[p] > 0; y++, left[p]--) render_row(render, p, rows[p][y]);
  }
  for (int p = 0; p < cinfo->num_components; p++) mem_free(rows[p][0]);
}

void jpeg_read(struct render *render, const uint8_t *data, size_t length) {
  struct jpeg_reader *reader = mem_get_zeroed(sizeof *reader);
  struct jpeg_decompress_struct *cinfo = &reader->cinfo;
  jpeg_errors((j_common_ptr)cinfo, &reader->errors);
  jpeg_create_decompress(cinfo);
  reader->progress.progress_monitor = on_progress;
  cinfo->progress = &reader->progress;
  open_bytes(reader, data, length);
  jpeg_save_markers(cinfo, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header(cinfo, TRUE);
  if (cinfo->data_precision != 8) fail(FAIL_UNSUPPORTED, WHY_PRECISION);

  enum model model = model_of(cinfo);
  render_size(render, (int)cinfo->image_width, (int)cinfo->image_height);
  keep_profile(render, reader, model);
  choose_scale(reader, render);
  jpeg_start_decompress(cinfo);
  struct source source = source_of(cinfo, model);
  source.inverted = model == MODEL_CMYK && !cinfo->saw_Adobe_marker;
  render_begin(render, &source);
  push_rows(render, cinfo);
  jpeg_finish_decompress(cinfo);
  jpeg_destroy_decompress(cinfo);
  mem_free(reader);
  render_end(render);
}
