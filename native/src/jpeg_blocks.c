/* The coefficient controller of progressive JPEGs, in place of upstream's jdcoefct.c. */
#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeg_progressive.h"

#include <string.h>

struct progressive {
  struct jpeg_d_coef_controller controller;
  struct jpeg_entropy_decoder entropy;
  struct scan *scan;
  struct blocks blocks[MOST_COMPONENTS];
};

static struct progressive *of(j_decompress_ptr cinfo) { return (struct progressive *)cinfo->coef; }

/* Coefficients along one dimension the inverse DCTs of jpeg_idct.c look at, as bits. */
static unsigned used_by(int scaled_size) {
  return scaled_size == 1 ? 0x01 : scaled_size == 2 ? 0xab : scaled_size == 4 ? 0xef : 0xff;
}

static void choose_kept(struct blocks *blocks, int scaled_size) {
  const unsigned used = used_by(scaled_size);
  blocks->kept = 1;
  blocks->wanted = 0;
  for (int k = 1; k < DCTSIZE2; k++) {
    int row = jpeg_natural_order[k] / DCTSIZE, column = jpeg_natural_order[k] % DCTSIZE;
    if (!(used >> row & used >> column & 1)) continue;
    blocks->wanted |= 1ull << k;
    blocks->slot[k] = (uint8_t)blocks->kept++;
  }
}

static void *get_zeroed(j_decompress_ptr cinfo, size_t size) {
  return memset(cinfo->mem->alloc_large((j_common_ptr)cinfo, JPOOL_IMAGE, size), 0, size);
}

static int rounded_up(JDIMENSION size, int unit) { return ((int)size + unit - 1) / unit * unit; }

static void make_blocks(j_decompress_ptr cinfo, struct blocks *blocks, const jpeg_component_info *component) {
  choose_kept(blocks, component->DCT_scaled_size);
  blocks->across = rounded_up(component->width_in_blocks, component->h_samp_factor);
  size_t count = (size_t)blocks->across * rounded_up(component->height_in_blocks, component->v_samp_factor);
  blocks->nonzero = get_zeroed(cinfo, count * sizeof *blocks->nonzero);
  blocks->values = get_zeroed(cinfo, count * blocks->kept * sizeof *blocks->values);
}

static void start_scan(j_decompress_ptr cinfo) { scan_start(cinfo, of(cinfo)->scan); }

static void start_input(j_decompress_ptr cinfo) { cinfo->input_iMCU_row = 0; }

static void start_output(j_decompress_ptr cinfo) { cinfo->output_iMCU_row = 0; }

/* Rows of MCUs in the current one of the image: only a scan of a single component has more than one. */
static int rows_now(j_decompress_ptr cinfo) {
  const jpeg_component_info *component = cinfo->cur_comp_info[0];
  if (cinfo->comps_in_scan > 1) return 1;
  return cinfo->input_iMCU_row + 1 < cinfo->total_iMCU_rows ? component->v_samp_factor : component->last_row_height;
}

static int consume_row(j_decompress_ptr cinfo) {
  struct progressive *progressive = of(cinfo);
  struct scan_rows rows;
  for (int i = 0; i < cinfo->comps_in_scan; i++) {
    const jpeg_component_info *component = cinfo->cur_comp_info[i];
    rows.blocks[i] = &progressive->blocks[component->component_index];
    rows.row[i] = (int)cinfo->input_iMCU_row * component->v_samp_factor;
  }
  for (int left = rows_now(cinfo); left > 0; left--, rows.row[0]++) scan_read(cinfo, progressive->scan, &rows);
  if (++cinfo->input_iMCU_row < cinfo->total_iMCU_rows) return JPEG_ROW_COMPLETED;
  cinfo->inputctl->finish_input_pass(cinfo);
  return JPEG_SCAN_COMPLETED;
}

/* What an inverse DCT reads; `place` has room for it where it is not stored as such. */
static JCOEFPTR expand(const struct blocks *blocks, size_t block, JBLOCK place) {
  int16_t *values = blocks->values + block * blocks->kept;
  if (blocks->kept == 1) return values;
  memset(place, 0, sizeof(JBLOCK));
  place[0] = values[0];
  for (uint64_t each = blocks->nonzero[block] & blocks->wanted; each; each &= each - 1) {
    int k = __builtin_ctzll(each);
    place[jpeg_natural_order[k]] = values[blocks->slot[k]];
  }
  return place;
}

/* All input has been read by jpeg_start_decompress(), as it does of files with several scans. */
static int produce_row(j_decompress_ptr cinfo, JSAMPIMAGE output) {
  _Alignas(16) JBLOCK place;
  for (int c = 0; c < cinfo->num_components; c++) {
    jpeg_component_info *component = &cinfo->comp_info[c];
    const struct blocks *blocks = &of(cinfo)->blocks[c];
    inverse_DCT_method_ptr inverse = cinfo->idct->inverse_DCT[c];
    JSAMPARRAY out = output[c];
    JDIMENSION row = cinfo->output_iMCU_row * component->v_samp_factor, end = row + component->v_samp_factor;
    for (; row < end && row < component->height_in_blocks; row++, out += component->DCT_scaled_size) {
      size_t block = (size_t)row * blocks->across;
      for (JDIMENSION x = 0; x < component->width_in_blocks; x++, block++)
        inverse(cinfo, component, expand(blocks, block, place), out, x * component->DCT_scaled_size);
    }
  }
  return ++cinfo->output_iMCU_row < cinfo->total_iMCU_rows ? JPEG_ROW_COMPLETED : JPEG_SCAN_COMPLETED;
}

/* Takes the place of jdphuff.c; our patch of jdmaster.c leaves the coefficient controller to it. */
GLOBAL(void) jinit_phuff_decoder(j_decompress_ptr cinfo) {
  struct progressive *progressive = cinfo->mem->alloc_small((j_common_ptr)cinfo, JPOOL_IMAGE, sizeof *progressive);
  *progressive = (struct progressive){
      .controller.start_input_pass = start_input,
      .controller.consume_data = consume_row,
      .controller.start_output_pass = start_output,
      .controller.decompress_data = produce_row,
      .entropy.start_pass = start_scan,
      .scan = scan_create(cinfo),
  };
  cinfo->coef = &progressive->controller;
  cinfo->entropy = &progressive->entropy;
  for (int c = 0; c < cinfo->num_components; c++) make_blocks(cinfo, &progressive->blocks[c], &cinfo->comp_info[c]);
}
