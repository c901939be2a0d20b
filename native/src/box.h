/*
 * Averaging of k × k samples ahead of Lanczos3 when an axis shrinks by 4 or more, so that at least a factor of 2 is
 * left for the kernel: taps and ring stay bounded (26 rows), and a large original costs one addition per sample.
 */
#ifndef BOX_H
#define BOX_H

#include <stdbool.h>
#include <stdint.h>

struct box {
  int x, y;     /* samples and rows per cell; both 1: unused */
  int channels;
  int columns;  /* source samples per row */
  int cells;    /* samples per averaged row */
  int rows;     /* rows in the sums so far */
  uint32_t *sums;
};

int box_factor(double shrink);
void box_begin(struct box *box, int x, int y, int columns, int channels);
/* True when the row completes a row of cells, or `last` says that no more rows come. */
bool box_add(struct box *box, const uint8_t *row, bool last);
void box_take(struct box *box, uint8_t *averages);
void box_free(struct box *box);

#endif
