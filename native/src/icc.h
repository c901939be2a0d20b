/* The colour profile carried from input to output. */
#ifndef ICC_H
#define ICC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct icc {
  uint8_t *data;
  size_t length;
};

/*
 * Larger profiles are device tables of hundreds of kilobytes that no photo on the web needs; without a cap an iCCP
 * chunk of a few kilobytes could unpack to megabytes that every rendition would then carry.
 */
#define ICC_LARGEST (1 << 20)

/* Keeps a copy if it is a profile for RGB or gray images, drops it silently otherwise. */
void icc_keep(struct icc *icc, const void *data, size_t length);
bool icc_is_gray(const struct icc *icc);
void icc_drop(struct icc *icc);

#endif
