#pragma once
// What radrelay and its decoder process say to each other, and how the one starts the other.
//
// One message each way over a sequenced-packet socket; the compressed and the decoded bytes lie in
// memory that both have mapped. Layout and numbers are those of this machine: both come from one
// build.
#include <stdint.h>
#include <sys/types.h>

// The decoder finds these two descriptors open, and no others.
enum { RR_DECODER_CHANNEL = 3, RR_DECODER_MEMORY = 4 };

// Shared memory: compressed bytes first, decoded values behind them. Pages are taken when touched.
#define RR_DECODER_INPUT_BYTES ((uint64_t)256 << 20)
#define RR_DECODER_OUTPUT_BYTES ((uint64_t)512 << 20)
#define RR_DECODER_MEMORY_BYTES (RR_DECODER_INPUT_BYTES + RR_DECODER_OUTPUT_BYTES)

// "RRD1"
#define RR_DECODER_MAGIC 0x31445252u

enum { RR_CODEC_JPEG = 1, RR_CODEC_JPEG_LS = 2, RR_CODEC_JPEG_2000 = 3 };

/// One frame to decode. The dimensions are those of the data set; a codestream with others is
/// refused.
struct rr_decode_request {
  uint32_t magic;
  /// Counts up; the reply repeats it.
  uint32_t sequence;
  /// RR_CODEC_…
  uint32_t codec;
  uint32_t columns;
  uint32_t rows;
  uint32_t samples;
  /// Bits of a sample in the codestream.
  uint32_t precision;
  /// JPEG: processes 14 and 14 SV1.
  uint32_t is_lossless;
  /// 1, 2 or 4: how wide the decoded samples are to be.
  uint32_t sample_bytes;
  /// Processors that nobody else uses now, at least 1.
  uint32_t threads;
  uint64_t input_bytes;
};

enum {
  RR_DECODE_DONE = 0,
  /// The codestream is damaged or contradicts the request.
  RR_DECODE_DAMAGED = 1,
  RR_DECODE_NO_MEMORY = 2,
  RR_DECODE_BAD_REQUEST = 3,
  RR_DECODE_UNSUPPORTED = 4,
};

struct rr_decode_reply {
  uint32_t magic;
  uint32_t sequence;
  /// RR_DECODE_…
  uint32_t status;
  /// Places at which the codec noticed corrupt data but went on.
  uint32_t corrupt_places;
  /// The samples are YCbCr although nothing outside of the codestream says so.
  uint32_t is_ycbcr;
  /// The codec's words, ending in zero.
  char message[180];
};

/// Memory to share with a decoder, which cannot be made smaller by it; -1 with errno.
int rr_decoder_memory(void);

/// Starts a decoder with its end of a new channel and the memory.
/// Returns its process id and puts this end of the channel, close-on-exec, into `channel`; or
/// returns -1 with errno.
pid_t rr_decoder_start(const char *path, int memory, int *channel);

/// Sends a request. 0, or -1 with errno; a lost decoder is EPIPE and no signal.
int rr_decoder_send(int channel, const struct rr_decode_request *request);

/// Waits for the reply. 1 when it is there, 0 when the decoder has ended, -1 with errno:
/// ETIMEDOUT after `milliseconds`, EBADMSG for anything that is no reply.
int rr_decoder_receive(int channel, struct rr_decode_reply *reply, int milliseconds);
