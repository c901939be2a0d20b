/* A scan of a progressive JPEG while it is read; jpeg_scan.c reads DC coefficients, jpeg_band.c all others. */
#ifndef JPEG_SCAN_H
#define JPEG_SCAN_H

#include "jpeg_codes.h"
#include "jpeg_progressive.h"

struct scan {
  struct bits bits;
  d_derived_tbl *tables[NUM_HUFF_TBLS];
  /* Blocks still to come whose band is zero, but for corrections. */
  unsigned ended;
  int dc[MOST_COMPONENTS];
  unsigned until_restart;
};

/* Ahead of every MCU where there are restart intervals; the bits go on behind the marker. */
struct bits scan_heed_restart(j_decompress_ptr cinfo, struct scan *scan, struct bits bits);

/* Behind every MCU: whether it was in the file. */
static inline void scan_check(const struct bits *bits) {
  if (bits->borrowed > bits->left) fail(FAIL_CORRUPT, WHY_TRUNCATED);
}

/* A row of blocks: the first bits of a band's coefficients, or one more bit of them. */
void band_read(j_decompress_ptr cinfo, struct scan *scan, const struct scan_rows *rows);
void band_refine(j_decompress_ptr cinfo, struct scan *scan, const struct scan_rows *rows);

#endif
