/* A growing byte buffer for encoded files. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stddef.h>
#include <stdint.h>

struct output {
  uint8_t *data;
  size_t length, room;
};

/* Makes sure that `more` bytes fit after `length`, and returns the place. */
uint8_t *output_reserve(struct output *output, size_t more);
void output_append(struct output *output, const void *bytes, size_t count);

#endif
