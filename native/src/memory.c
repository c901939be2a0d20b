#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"

/* Placed before every block; its size keeps the block 16-byte aligned on 32-bit and 64-bit targets. */
struct header {
  struct header *next, *previous;
  size_t size;
  size_t unused;
};
_Static_assert(sizeof(struct header) % 16 == 0, "blocks must stay aligned for SIMD");

static struct header jobs_blocks = {&jobs_blocks, &jobs_blocks, 0, 0};
static size_t in_use, peak, limit = SIZE_MAX;
static bool refused, exhausted;

void mem_begin(size_t cap) {
  for (struct header *block = jobs_blocks.next; block != &jobs_blocks;) {
    struct header *next = block->next;
    free(block);
    block = next;
  }
  jobs_blocks.next = jobs_blocks.previous = &jobs_blocks;
  in_use = peak = 0;
  limit = cap;
  refused = exhausted = false;
}

/* The allocator got nothing. Unless this memory is at its own end, it is the isolate that has no more to give. */
static void note_failure(size_t size) {
  refused = true;
#ifdef __wasm__
  const uint64_t most = (uint64_t)MAX_MEMORY, now = (uint64_t)__builtin_wasm_memory_size(0) << 16;
  exhausted = now + size <= most;
#else
  (void)size;
  exhausted = true;
#endif
}

static bool fits(size_t more) {
  if (more <= limit && in_use <= limit - more) return true;
  refused = true;
  return false;
}

static void *adopt(struct header *block, size_t size) {
  if (!block) {
    note_failure(size);
    return NULL;
  }
  block->size = size;
  block->next = jobs_blocks.next;
  block->previous = &jobs_blocks;
  block->next->previous = block->previous->next = block;
  in_use += size;
  if (in_use > peak) peak = in_use;
  return block + 1;
}

static void disown(struct header *block) {
  block->next->previous = block->previous;
  block->previous->next = block->next;
  in_use -= block->size;
}

static bool with_header(size_t size, size_t *total) {
  return !__builtin_add_overflow(size, sizeof(struct header), total) && fits(*total);
}

void *mem_malloc(size_t size) {
  size_t total;
  if (!with_header(size, &total)) return NULL;
  return adopt(malloc(total), total);
}

void *mem_calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
  void *block = mem_malloc(bytes);
  if (block) memset(block, 0, bytes);
  return block;
}

void *mem_realloc(void *old, size_t size) {
  if (!old) return mem_malloc(size);
  struct header *block = (struct header *)old - 1;
  size_t total;
  /* Counted as if both copies existed, because while the bytes move they do. */
  if (!with_header(size, &total)) return NULL;
  size_t before = block->size;
  disown(block);
  struct header *moved = realloc(block, total);
  if (!moved) {
    adopt(block, before);
    note_failure(total);
    return NULL;
  }
  return adopt(moved, total);
}

void mem_free(void *old) {
  if (!old) return;
  struct header *block = (struct header *)old - 1;
  disown(block);
  free(block);
}

void *mem_get(size_t size) {
  void *block = mem_malloc(size);
  if (!block) mem_fail();
  return block;
}

void *mem_get_zeroed(size_t size) {
  return memset(mem_get(size), 0, size);
}

void *mem_get_array(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) mem_fail();
  return mem_get(bytes);
}

_Noreturn void mem_fail(void) {
  if (exhausted) fail(FAIL_EXHAUSTED, WHY_EXHAUSTED);
  fail(FAIL_OVER_BUDGET, WHY_MEMORY);
}

bool mem_was_refused(void) { return refused; }

size_t mem_peak(void) { return peak; }
