/* The module's only import. */
#include "fail.h"

__attribute__((import_module("host"), import_name("fail"))) _Noreturn void host_fail(int code, int reason);

_Noreturn void fail(enum fail_code code, enum fail_reason reason) { host_fail(code, reason); }
