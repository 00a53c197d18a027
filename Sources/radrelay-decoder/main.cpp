// The decoder process: takes one request after another until its parent is gone. A file that
// breaks a codec ends this process and nothing else.
#include "CDecoder.h"
#include "Codecs.h"
#include "confine.hpp"

#include <cerrno>
#include <cstdlib>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

int main() {
  void *memory = mmap(
      nullptr, RR_DECODER_MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, RR_DECODER_MEMORY, 0);
  if (memory == MAP_FAILED) return EXIT_FAILURE;
  close(RR_DECODER_MEMORY);
  auto *input = static_cast<uint8_t *>(memory);
  uint8_t *output = input + RR_DECODER_INPUT_BYTES;
  // Frame after frame takes the same memory: it is kept instead of being mapped anew each time.
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 128 << 20);
  rr_codecs_prepare();
  confine_process();
  for (;;) {
    rr_decode_request request = {};
    const ssize_t got = recv(RR_DECODER_CHANNEL, &request, sizeof request, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return EXIT_SUCCESS;
    if (size_t(got) != sizeof request || request.magic != RR_DECODER_MAGIC) return EXIT_FAILURE;
    confine_request(request);
    rr_decode_reply reply = {};
    rr_codecs_decode(&request, input, output, &reply);
    reply.magic = RR_DECODER_MAGIC;
    reply.sequence = request.sequence;
    if (send(RR_DECODER_CHANNEL, &reply, sizeof reply, MSG_NOSIGNAL) != sizeof reply)
      return EXIT_FAILURE;
  }
}
