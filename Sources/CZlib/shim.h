#pragma once
#include <zlib.h>

// inflateInit2 is a macro, which Swift does not import.
static inline int radrelay_inflate_init_raw(z_stream *stream) {
  return inflateInit2(stream, -MAX_WBITS);
}
static inline int radrelay_deflate_init_raw(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}
