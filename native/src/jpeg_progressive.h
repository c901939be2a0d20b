/*
 * Progressive JPEG with Huffman codes: scans are collected in blocks that hold no more than the output's scale will
 * use. Upstream keeps 64 coefficients of 16 bits for each; at 1/8 scale one of them is looked at, at 1/4 25.
 */
#ifndef JPEG_PROGRESSIVE_H
#define JPEG_PROGRESSIVE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "jpeglib.h"

#define MOST_COMPONENTS 4

/* One component's blocks, row by row, with those that fill up the last MCU of a row and column. */
struct blocks {
  int across;
  /* Per block, a bit for every AC coefficient that is not zero, in zigzag order: what later scans' codes depend on. */
  uint64_t *nonzero;
  /* Per block, the `kept` coefficients the inverse DCT looks at, DC first. */
  int16_t *values;
  int kept;
  /* The AC coefficients kept, as bits in zigzag order, and where. */
  uint64_t wanted;
  uint8_t slot[DCTSIZE2];
};

/* A row of blocks, or of MCUs where components are interleaved, from `row` on in each component. */
struct scan_rows {
  struct blocks *blocks[MOST_COMPONENTS];
  int row[MOST_COMPONENTS];
};

struct scan;

struct scan *scan_create(j_decompress_ptr cinfo);
void scan_start(j_decompress_ptr cinfo, struct scan *scan);
void scan_read(j_decompress_ptr cinfo, struct scan *scan, const struct scan_rows *rows);

#endif
