/*
 * The only allocator of this module, upstream libraries included (they are compiled with malloc and friends renamed
 * to the mem_* hooks below). All memory belongs to the current job, counts against its cap, and is freed at the
 * next mem_begin() whatever happened in between.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Frees everything and allows the next job at most `cap` bytes. */
void mem_begin(size_t cap);

/* Ends the job for want of memory: over its cap, or (FAIL_EXHAUSTED) because the isolate has no more. */
_Noreturn void mem_fail(void);

/* Never return NULL: they fail the job instead. Results are 16-byte aligned. */
void *mem_get(size_t size);
void *mem_get_zeroed(size_t size);
void *mem_get_array(size_t count, size_t size);

/* The C library's contracts, for upstream code: NULL when the cap is reached. */
void *mem_malloc(size_t size);
void *mem_calloc(size_t count, size_t size);
void *mem_realloc(void *block, size_t size);
void mem_free(void *block);

/* True once an allocation was refused: tells "no memory" apart from "bad data" where a library reports both alike. */
bool mem_was_refused(void);

size_t mem_peak(void);

#endif
