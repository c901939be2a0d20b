/*
 * Entry points of libjpeg-turbo that this module cannot reach: rows go in and out as raw planes of 8-bit samples, with
 * DCT sizes 1, 2, 4 and 8. Without these definitions the linker would want the 12- and 16-bit, lossless, colour
 * conversion, resampling and quantisation code, 190 KB of it. Reached all the same, they fail the job.
 */
#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeglib.h"
#include "jsimd.h"
#include "jdct.h"
#include "jsimddct.h"

#include "fail.h"

#define UNREACHED fail(FAIL_UNSUPPORTED, WHY_LOSSLESS_JPEG)

#define DECODER(name) GLOBAL(void) name(j_decompress_ptr cinfo) { (void)cinfo; UNREACHED; }
#define DECODER_WITH(name) GLOBAL(void) name(j_decompress_ptr cinfo, boolean flag) { (void)cinfo, (void)flag; UNREACHED; }
#define ENCODER(name) GLOBAL(void) name(j_compress_ptr cinfo) { (void)cinfo; UNREACHED; }
#define ENCODER_WITH(name) GLOBAL(void) name(j_compress_ptr cinfo, boolean flag) { (void)cinfo, (void)flag; UNREACHED; }

DECODER(jinit_1pass_quantizer)
DECODER(j12init_1pass_quantizer)
DECODER(jinit_2pass_quantizer)
DECODER(j12init_2pass_quantizer)
DECODER(jinit_merged_upsampler)
DECODER(j12init_merged_upsampler)
DECODER(jinit_color_deconverter)
DECODER(j12init_color_deconverter)
DECODER(j16init_color_deconverter)
DECODER(jinit_upsampler)
DECODER(j12init_upsampler)
DECODER(j16init_upsampler)
DECODER(jinit_lossless_decompressor)
DECODER(j12init_lossless_decompressor)
DECODER(j16init_lossless_decompressor)
DECODER(jinit_lhuff_decoder)
DECODER(j12init_inverse_dct)
DECODER_WITH(jinit_d_post_controller)
DECODER_WITH(j12init_d_post_controller)
DECODER_WITH(j16init_d_post_controller)
DECODER_WITH(jinit_d_diff_controller)
DECODER_WITH(j12init_d_diff_controller)
DECODER_WITH(j16init_d_diff_controller)
DECODER_WITH(j12init_d_coef_controller)
DECODER_WITH(jinit_d_main_controller)
DECODER_WITH(j12init_d_main_controller)
DECODER_WITH(j16init_d_main_controller)

ENCODER(jinit_color_converter)
ENCODER(j12init_color_converter)
ENCODER(j16init_color_converter)
ENCODER(jinit_downsampler)
ENCODER(j12init_downsampler)
ENCODER(j16init_downsampler)
ENCODER_WITH(jinit_c_prep_controller)
ENCODER_WITH(j12init_c_prep_controller)
ENCODER_WITH(j16init_c_prep_controller)
ENCODER(jinit_lossless_compressor)
ENCODER(j12init_lossless_compressor)
ENCODER(j16init_lossless_compressor)
ENCODER(jinit_lhuff_encoder)
ENCODER(j12init_forward_dct)
ENCODER_WITH(jinit_c_diff_controller)
ENCODER_WITH(j12init_c_diff_controller)
ENCODER_WITH(j16init_c_diff_controller)
ENCODER_WITH(j12init_c_coef_controller)
ENCODER_WITH(j12init_c_main_controller)
ENCODER_WITH(j16init_c_main_controller)

#define INVERSE_DCT(name)                                                                                      \
  GLOBAL(void) name(j_decompress_ptr cinfo, jpeg_component_info *component, JCOEFPTR block, JSAMPARRAY out,    \
                    JDIMENSION column) {                                                                       \
    (void)cinfo, (void)component, (void)block, (void)out, (void)column;                                        \
    UNREACHED;                                                                                                 \
  }

INVERSE_DCT(jpeg_idct_islow)
INVERSE_DCT(jpeg_idct_ifast)
INVERSE_DCT(jpeg_idct_float)
INVERSE_DCT(jpeg_idct_2x2)
INVERSE_DCT(jpeg_idct_3x3)
INVERSE_DCT(jpeg_idct_4x4)
INVERSE_DCT(jpeg_idct_5x5)
INVERSE_DCT(jpeg_idct_6x6)
INVERSE_DCT(jpeg_idct_7x7)
INVERSE_DCT(jpeg_idct_9x9)
INVERSE_DCT(jpeg_idct_10x10)
INVERSE_DCT(jpeg_idct_11x11)
INVERSE_DCT(jpeg_idct_12x12)
INVERSE_DCT(jpeg_idct_13x13)
INVERSE_DCT(jpeg_idct_14x14)
INVERSE_DCT(jpeg_idct_15x15)
INVERSE_DCT(jpeg_idct_16x16)
INVERSE_DCT(jsimd_idct_ifast)
INVERSE_DCT(jsimd_idct_float)

#define FORWARD_DCT(name) GLOBAL(void) name(DCTELEM *data) { (void)data; UNREACHED; }

FORWARD_DCT(jpeg_fdct_islow)
FORWARD_DCT(jpeg_fdct_ifast)
FORWARD_DCT(jsimd_fdct_ifast)

GLOBAL(void) jpeg_fdct_float(FAST_FLOAT *data) { (void)data; UNREACHED; }
GLOBAL(void) jsimd_fdct_float(FAST_FLOAT *data) { (void)data; UNREACHED; }
GLOBAL(void) jsimd_convsamp_float(JSAMPARRAY samples, JDIMENSION column, FAST_FLOAT *workspace) {
  (void)samples, (void)column, (void)workspace;
  UNREACHED;
}
GLOBAL(void) jsimd_quantize_float(JCOEFPTR block, FAST_FLOAT *divisors, FAST_FLOAT *workspace) {
  (void)block, (void)divisors, (void)workspace;
  UNREACHED;
}

GLOBAL(JOCTET *)
jsimd_huff_encode_one_block(void *state, JOCTET *buffer, JCOEFPTR block, int last_dc, c_derived_tbl *dc,
                            c_derived_tbl *ac) {
  (void)state, (void)buffer, (void)block, (void)last_dc, (void)dc, (void)ac;
  UNREACHED;
}
GLOBAL(void)
jsimd_encode_mcu_AC_first_prepare(const JCOEF *block, const int *order, int start, int al, UJCOEF *values,
                                  size_t *bits) {
  (void)block, (void)order, (void)start, (void)al, (void)values, (void)bits;
  UNREACHED;
}
GLOBAL(int)
jsimd_encode_mcu_AC_refine_prepare(const JCOEF *block, const int *order, int start, int al, UJCOEF *values,
                                   size_t *bits) {
  (void)block, (void)order, (void)start, (void)al, (void)values, (void)bits;
  UNREACHED;
}

/* What there is SIMD code for: jpeg_idct.c and jpeg_fdct.c. */
#define CAN(name, answer) GLOBAL(int) name(void) { return answer; }

CAN(jsimd_can_idct_islow, 1)
CAN(jsimd_can_idct_4x4, 1)
CAN(jsimd_can_idct_2x2, 1)
CAN(jsimd_can_convsamp, 1)
CAN(jsimd_can_fdct_islow, 1)
CAN(jsimd_can_quantize, 1)
CAN(jsimd_can_idct_ifast, 0)
CAN(jsimd_can_idct_float, 0)
CAN(jsimd_can_fdct_ifast, 0)
CAN(jsimd_can_fdct_float, 0)
CAN(jsimd_can_convsamp_float, 0)
CAN(jsimd_can_quantize_float, 0)
CAN(jsimd_can_huff_encode_one_block, 0)
CAN(jsimd_can_encode_mcu_AC_first_prepare, 0)
CAN(jsimd_can_encode_mcu_AC_refine_prepare, 0)
