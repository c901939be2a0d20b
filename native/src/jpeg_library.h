/* libjpeg-turbo as this module uses it: errors leave the job, memory comes from memory.c. */
#ifndef JPEG_LIBRARY_H
#define JPEG_LIBRARY_H

#include <stddef.h>
#include <stdio.h>

#include "jpeglib.h"

/* Errors and the warnings that mean damaged data fail the job; `cinfo->err` is set to it. */
void jpeg_errors(j_common_ptr cinfo, struct jpeg_error_mgr *errors);

#endif
