#define JPEG_INTERNALS
#include "jpeg_library.h"

#include "fail.h"
#include "jinclude.h"
#include "jerror.h"
#include "jmemsys.h"
#include "memory.h"

static void on_error(j_common_ptr cinfo) {
  switch (cinfo->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
      mem_fail();
    case JERR_BAD_PRECISION:
      fail(FAIL_UNSUPPORTED, WHY_PRECISION);
    case JERR_SOF_UNSUPPORTED:
    case JERR_NOT_COMPILED:
      fail(FAIL_UNSUPPORTED, WHY_LOSSLESS_JPEG);
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
      fail(FAIL_CORRUPT, WHY_TRUNCATED);
    default:
      fail(cinfo->is_decompressor ? FAIL_CORRUPT : FAIL_INTERNAL, WHY_HEADER);
  }
}

/*
 * libjpeg shows half an image and warns; a service must refuse instead. Harmless: bytes between segments that some
 * cameras leave, unknown Adobe transforms, progressions in unusual order, a profile that does not fit together.
 */
static void on_message(j_common_ptr cinfo, int level) {
  if (level >= 0) return;
  switch (cinfo->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
      fail(FAIL_CORRUPT, WHY_TRUNCATED);
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
      fail(FAIL_CORRUPT, WHY_DATA);
    default:
      return;
  }
}

static void on_output(j_common_ptr cinfo) { (void)cinfo; }

static void on_reset(j_common_ptr cinfo) {
  cinfo->err->num_warnings = 0;
  cinfo->err->msg_code = 0;
}

void jpeg_errors(j_common_ptr cinfo, struct jpeg_error_mgr *errors) {
  memset(errors, 0, sizeof *errors);
  errors->error_exit = on_error;
  errors->emit_message = on_message;
  errors->output_message = on_output;
  errors->reset_error_mgr = on_reset;
  cinfo->err = errors;
}

/* The memory system below libjpeg's pools (jmemsys.h): no temporary files, no limit of its own. */

GLOBAL(void *) jpeg_get_small(j_common_ptr cinfo, size_t size) {
  (void)cinfo;
  return mem_malloc(size);
}

GLOBAL(void) jpeg_free_small(j_common_ptr cinfo, void *object, size_t size) {
  (void)cinfo;
  (void)size;
  mem_free(object);
}

GLOBAL(void *) jpeg_get_large(j_common_ptr cinfo, size_t size) { return jpeg_get_small(cinfo, size); }

GLOBAL(void) jpeg_free_large(j_common_ptr cinfo, void *object, size_t size) { jpeg_free_small(cinfo, object, size); }

GLOBAL(size_t)
jpeg_mem_available(j_common_ptr cinfo, size_t least, size_t most, size_t already) {
  (void)cinfo;
  (void)least;
  (void)already;
  return most;
}

GLOBAL(void) jpeg_open_backing_store(j_common_ptr cinfo, backing_store_ptr info, long total) {
  (void)cinfo;
  (void)info;
  (void)total;
  mem_fail();
}

GLOBAL(long) jpeg_mem_init(j_common_ptr cinfo) {
  (void)cinfo;
  return 0;
}

GLOBAL(void) jpeg_mem_term(j_common_ptr cinfo) { (void)cinfo; }
