#include "jpeg_scan.h"

struct scan *scan_create(j_decompress_ptr cinfo) {
  struct scan *scan = cinfo->mem->alloc_small((j_common_ptr)cinfo, JPOOL_IMAGE, sizeof *scan);
  *scan = (struct scan){0};
  return scan;
}

static void begin_bits(j_decompress_ptr cinfo, struct scan *scan) {
  scan->bits = (struct bits){
      .next = cinfo->src->next_input_byte,
      .end = cinfo->src->next_input_byte + cinfo->src->bytes_in_buffer,
  };
  scan->ended = 0;
  for (int i = 0; i < MOST_COMPONENTS; i++) scan->dc[i] = 0;
  scan->until_restart = cinfo->restart_interval;
}

static void end_bits(j_decompress_ptr cinfo, struct bits *bits) {
  cinfo->src->next_input_byte = bits->next;
  cinfo->src->bytes_in_buffer = (size_t)(bits->end - bits->next);
  cinfo->unread_marker = bits->marker;
}

/* Orders of scans that make no sense as a progression are let through, as upstream does. */
void scan_start(j_decompress_ptr cinfo, struct scan *scan) {
  bool first = cinfo->Ah == 0, dc = cinfo->Ss == 0;
  bool band = dc ? cinfo->Se == 0 : cinfo->Ss <= cinfo->Se && cinfo->Se < DCTSIZE2 && cinfo->comps_in_scan == 1;
  if (!band || (!first && cinfo->Al != cinfo->Ah - 1) || cinfo->Al > 13) fail(FAIL_CORRUPT, WHY_HEADER);
  for (int i = 0; i < cinfo->comps_in_scan; i++) {
    const jpeg_component_info *component = cinfo->cur_comp_info[i];
    int table = dc ? component->dc_tbl_no : component->ac_tbl_no;
    if (dc && !first) continue; /* bits without a code */
    if (table < 0 || table >= NUM_HUFF_TBLS) fail(FAIL_CORRUPT, WHY_HEADER);
    jpeg_make_d_derived_tbl(cinfo, dc, table, &scan->tables[table]);
  }
  begin_bits(cinfo, scan);
}

struct bits scan_heed_restart(j_decompress_ptr cinfo, struct scan *scan, struct bits bits) {
  if (scan->until_restart == 0) {
    end_bits(cinfo, &bits);
    if (!cinfo->marker->read_restart_marker(cinfo)) fail(FAIL_CORRUPT, WHY_DATA);
    begin_bits(cinfo, scan);
    bits = scan->bits;
  }
  scan->until_restart--;
  return bits;
}

static inline void read_dc(j_decompress_ptr cinfo, struct scan *scan, int component, int16_t *value) {
  bits_fill(&scan->bits);
  if (cinfo->Ah) {
    *value = (int16_t)(*value | (int)bits_take(&scan->bits, 1) << cinfo->Al);
    return;
  }
  int size = next_symbol(scan->tables[cinfo->cur_comp_info[component]->dc_tbl_no], &scan->bits);
  int difference = size ? next_value(&scan->bits, size) : 0;
  if (__builtin_add_overflow(scan->dc[component], difference, &scan->dc[component])) fail(FAIL_CORRUPT, WHY_DATA);
  *value = (int16_t)((unsigned)scan->dc[component] << cinfo->Al);
}

static void read_dc_row(j_decompress_ptr cinfo, struct scan *scan, const struct scan_rows *rows) {
  for (int mcu = 0; mcu < (int)cinfo->MCUs_per_row; mcu++) {
    if (cinfo->restart_interval) scan->bits = scan_heed_restart(cinfo, scan, scan->bits);
    for (int i = 0; i < cinfo->comps_in_scan; i++) {
      const jpeg_component_info *component = cinfo->cur_comp_info[i];
      const struct blocks *blocks = rows->blocks[i];
      for (int y = 0; y < component->MCU_height; y++) {
        size_t block = (size_t)(rows->row[i] + y) * blocks->across + (size_t)mcu * component->MCU_width;
        for (int x = 0; x < component->MCU_width; x++, block++)
          read_dc(cinfo, scan, i, blocks->values + block * blocks->kept);
      }
    }
    scan_check(&scan->bits);
  }
}

void scan_read(j_decompress_ptr cinfo, struct scan *scan, const struct scan_rows *rows) {
  if (cinfo->Ss == 0)
    read_dc_row(cinfo, scan, rows);
  else if (cinfo->Ah == 0)
    band_read(cinfo, scan, rows);
  else
    band_refine(cinfo, scan, rows);
  end_bits(cinfo, &scan->bits);
}
