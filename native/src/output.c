#include "output.h"

#include <string.h>

#include "fail.h"
#include "memory.h"

#define SMALLEST 16384

uint8_t *output_reserve(struct output *output, size_t more) {
  if (more > output->room - output->length) {
    size_t wanted;
    if (__builtin_add_overflow(output->length, more, &wanted)) mem_fail();
    size_t room = output->room + output->room / 2;
    if (room < wanted) room = wanted;
    if (room < SMALLEST) room = SMALLEST;
    uint8_t *grown = mem_realloc(output->data, room);
    if (!grown) mem_fail();
    output->data = grown;
    output->room = room;
  }
  return output->data + output->length;
}

void output_append(struct output *output, const void *bytes, size_t count) {
  memcpy(output_reserve(output, count), bytes, count);
  output->length += count;
}
