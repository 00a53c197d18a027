#include "codec.hpp"

#include <cstdio>
#include <cstring>
#include <new>

void prepare_jpeg();

void rr_codecs_prepare(void) {
  try {
    prepare_jpeg();
  } catch (...) {
    // What could not be prepared is made at first use, or fails then with words.
  }
}

void widen(const Job &job, size_t from) {
  const size_t to = job.request.sample_bytes;
  if (from >= to) return;
  // From the end, so that nothing is overwritten before it was read.
  for (size_t index = job.samples(); index-- > 0;) {
    uint32_t value = 0;
    std::memcpy(&value, job.output + index * from, from);
    std::memcpy(job.output + index * to, &value, to);
  }
}

void expect(const char *what, size_t found, size_t expected) {
  if (found == expected) return;
  throw Damaged(
      "its codestream has " + std::to_string(found) + " " + what + ", the data set says " +
      std::to_string(expected));
}

static void say(rr_decode_reply &reply, uint32_t status, const char *words) {
  reply.status = status;
  std::snprintf(reply.message, sizeof reply.message, "%s", words);
}

static bool is_sound(const rr_decode_request &request) {
  if (request.columns == 0 || request.columns > 65535) return false;
  if (request.rows == 0 || request.rows > 65535) return false;
  if (request.samples != 1 && request.samples != 3) return false;
  const uint32_t bytes = request.sample_bytes;
  if (bytes != 1 && bytes != 2 && bytes != 4) return false;
  if (request.precision == 0 || request.precision > bytes * 8) return false;
  if (request.threads == 0 || request.threads > 16) return false;
  if (request.input_bytes == 0 || request.input_bytes > RR_DECODER_INPUT_BYTES) return false;
  const uint64_t output = uint64_t(request.columns) * request.rows * request.samples * bytes;
  return output <= RR_DECODER_OUTPUT_BYTES;
}

void rr_codecs_decode(
    const struct rr_decode_request *request, const uint8_t *input, uint8_t *output,
    struct rr_decode_reply *reply) {
  reply->status = RR_DECODE_DONE;
  reply->corrupt_places = 0;
  reply->is_ycbcr = 0;
  std::memset(reply->message, 0, sizeof reply->message);
  if (!is_sound(*request)) return say(*reply, RR_DECODE_BAD_REQUEST, "the request is impossible");
  Job job{*request, input, output, *reply};
  try {
    switch (request->codec) {
    case RR_CODEC_JPEG: decode_jpeg(job); break;
    case RR_CODEC_JPEG_LS: decode_jpeg_ls(job); break;
    case RR_CODEC_JPEG_2000: decode_jpeg_2000(job); break;
    default: say(*reply, RR_DECODE_BAD_REQUEST, "there is no such codec");
    }
  } catch (const std::bad_alloc &) {
    say(*reply, RR_DECODE_NO_MEMORY, "decoding it needs more memory than is allowed");
  } catch (const std::exception &error) {
    say(*reply, RR_DECODE_DAMAGED, error.what());
  } catch (...) {
    say(*reply, RR_DECODE_DAMAGED, "its codec failed");
  }
}
