#include <string.h>

#include "colour.h"
#include "jpeg_library.h"
#include "memory.h"
#include "writers.h"

/* Huffman tables fitted to the image save about 5 %, and keep all its coefficients in memory (3 bytes per pixel). */
#define MOST_PIXELS_OPTIMISED (4 << 20)
#define BAND (2 * DCTSIZE)

struct jpeg_writer {
  struct writer writer;
  struct render *render;
  struct jpeg_compress_struct cinfo;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  bool direct; /* the picture's planes go out as they are */
  uint8_t *scratch;         /* one RGBA row, for models that are not RGBA */
  uint8_t *converted[3];    /* one band of planes, when not direct */
  size_t converted_stride;
  JSAMPROW rows[3][BAND];
};

#define ROOM 16384

static void on_destination(j_compress_ptr cinfo) {
  struct output *output = cinfo->client_data;
  cinfo->dest->next_output_byte = output_reserve(output, ROOM);
  cinfo->dest->free_in_buffer = output->room - output->length;
}

static boolean on_full(j_compress_ptr cinfo) {
  struct output *output = cinfo->client_data;
  output->length = output->room; /* libjpeg calls this when all of it is used, whatever free_in_buffer says */
  on_destination(cinfo);
  return TRUE;
}

static void on_end(j_compress_ptr cinfo) {
  struct output *output = cinfo->client_data;
  output->length = output->room - cinfo->dest->free_in_buffer;
}

static int components_of(const struct render *render) {
  /* A gray image under an RGB profile must stay RGB, or the profile would no longer apply. */
  bool colour_profile = render->icc.length && !icc_is_gray(&render->icc);
  return render->picture.model == MODEL_GRAY && !colour_profile ? 1 : 3;
}

static void start(struct jpeg_writer *w) {
  struct render *render = w->render;
  const struct picture *picture = &render->picture;
  const struct job *job = render->job;
  j_compress_ptr cinfo = &w->cinfo;
  jpeg_errors((j_common_ptr)cinfo, &w->errors);
  jpeg_create_compress(cinfo);
  w->destination.init_destination = on_destination;
  w->destination.empty_output_buffer = on_full;
  w->destination.term_destination = on_end;
  cinfo->dest = &w->destination;
  cinfo->client_data = &render->output;
  cinfo->image_width = (JDIMENSION)picture->width;
  cinfo->image_height = (JDIMENSION)picture->height;
  cinfo->input_components = components_of(render);
  cinfo->in_color_space = cinfo->input_components == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
  jpeg_set_defaults(cinfo);
  jpeg_set_quality(cinfo, job->quality, TRUE);
  if (cinfo->input_components == 3 && job->flags & FLAG_FULL_CHROMA)
    cinfo->comp_info[0].h_samp_factor = cinfo->comp_info[0].v_samp_factor = 1;
  cinfo->optimize_coding = (int64_t)picture->width * picture->height <= MOST_PIXELS_OPTIMISED;
  if (job->flags & FLAG_PROGRESSIVE) jpeg_simple_progression(cinfo);
  cinfo->raw_data_in = TRUE;
  jpeg_start_compress(cinfo, TRUE);
  bool profile_fits = icc_is_gray(&render->icc) == (cinfo->input_components == 1);
  if (render->icc.length && profile_fits) jpeg_write_icc_profile(cinfo, render->icc.data, (unsigned)render->icc.length);
}

/* Blocks are whole: what they show beyond the edge repeats it, which costs the fewest bits. */
static void replicate_edge(uint8_t *row, int width, size_t stride) {
  memset(row + width, row[width - 1], stride - (size_t)width);
}

static int clamped(int y, int height) { return y < height ? y : height - 1; }

static void point_at_planes(struct jpeg_writer *w, int top) {
  struct picture *picture = &w->render->picture;
  for (int c = 0; c < w->cinfo.num_components; c++) {
    int lines = w->cinfo.comp_info[c].v_samp_factor * DCTSIZE;
    int first = top * w->cinfo.comp_info[c].v_samp_factor / w->cinfo.max_v_samp_factor;
    for (int y = 0; y < lines; y++) {
      struct rows *plane = &picture->plane[c];
      uint8_t *row = row_of(plane, clamped(first + y, plane->height));
      replicate_edge(row, plane->width, plane->stride);
      w->rows[c][y] = row;
    }
  }
}

static const uint8_t *pixels(struct jpeg_writer *w, int y, uint8_t *scratch) {
  const struct picture *picture = &w->render->picture;
  const uint8_t *row = rgba_row(picture, clamped(y, picture->height), scratch);
  /* Halving an odd row reads one pixel more: repeat the last. */
  if (picture->width & 1) memcpy((uint8_t *)row + 4 * picture->width, row + 4 * (picture->width - 1), 4);
  return row;
}

static void convert_band(struct jpeg_writer *w, int top) {
  int width = w->render->picture.width, lines = w->cinfo.max_v_samp_factor * DCTSIZE;
  bool halved = w->cinfo.max_v_samp_factor == 2;
  uint8_t *second = w->scratch + (size_t)width * 4 + ROW_SLACK;
  for (int y = 0; y < lines; y += 2) {
    const uint8_t *upper = pixels(w, top + y, w->scratch), *lower = pixels(w, top + y + 1, second);
    luma_row(upper, width, w->rows[0][y]);
    luma_row(lower, width, w->rows[0][y + 1]);
    if (w->cinfo.num_components == 1) continue;
    if (halved) {
      halved_chroma_row(upper, lower, width, w->rows[1][y / 2], w->rows[2][y / 2]);
      continue;
    }
    chroma_row(upper, width, w->rows[1][y], w->rows[2][y]);
    chroma_row(lower, width, w->rows[1][y + 1], w->rows[2][y + 1]);
  }
  for (int c = 0; c < w->cinfo.num_components; c++) {
    bool half = c > 0 && halved;
    for (int y = 0; y < (half ? lines / 2 : lines); y++)
      replicate_edge(w->rows[c][y], half ? (width + 1) / 2 : width, w->converted_stride);
  }
}

static void prepare_conversion(struct jpeg_writer *w) {
  size_t width = (size_t)w->render->picture.width;
  w->scratch = mem_get(2 * (width * 4 + ROW_SLACK));
  w->converted_stride = (width + 31) / 16 * 16;
  for (int c = 0; c < w->cinfo.num_components; c++) {
    w->converted[c] = mem_get(w->converted_stride * BAND + ROW_SLACK);
    for (int y = 0; y < BAND; y++) w->rows[c][y] = w->converted[c] + w->converted_stride * (size_t)y;
  }
}

static void write_band(struct jpeg_writer *w) {
  JSAMPARRAY planes[3] = {w->rows[0], w->rows[1], w->rows[2]};
  int lines = w->cinfo.max_v_samp_factor * DCTSIZE, top = (int)w->cinfo.next_scanline;
  if (w->direct) point_at_planes(w, top);
  else convert_band(w, top);
  jpeg_write_raw_data(&w->cinfo, planes, (JDIMENSION)lines);
}

static bool band_ready(const struct jpeg_writer *w) {
  const struct picture *picture = &w->render->picture;
  int top = (int)w->cinfo.next_scanline, lines = w->cinfo.max_v_samp_factor * DCTSIZE;
  if (top >= picture->height) return false;
  for (int p = 0; p < picture->planes; p++) {
    const struct rows *plane = &picture->plane[p];
    int shift = picture->chroma_shift && p > 0 ? 1 : 0;
    int needed = (top + lines) >> shift;
    if (plane->done < (needed < plane->height ? needed : plane->height)) return false;
  }
  return true;
}

static void advance(struct writer *writer) {
  struct jpeg_writer *w = (struct jpeg_writer *)writer;
  while (band_ready(w)) write_band(w);
}

static void finish(struct writer *writer) {
  struct jpeg_writer *w = (struct jpeg_writer *)writer;
  advance(writer);
  jpeg_finish_compress(&w->cinfo);
  jpeg_destroy_compress(&w->cinfo);
  if (!w->direct) mem_free(w->scratch);
  for (int c = 0; c < 3; c++) mem_free(w->converted[c]);
  mem_free(w);
}

struct writer *jpeg_writer(struct render *render) {
  struct jpeg_writer *w = mem_get_zeroed(sizeof *w);
  w->writer = (struct writer){advance, finish};
  w->render = render;
  start(w);
  w->direct = writes_ycc(render->job, render->picture.model) && w->cinfo.num_components == render->picture.planes;
  if (!w->direct) prepare_conversion(w);
  return &w->writer;
}
