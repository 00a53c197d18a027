// Stands in for radrelay-decoder in tests: does what broken codecs do. The number of columns of the
// requested image says what.
#include "CDecoder.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  unsigned char *memory = mmap(
      NULL, RR_DECODER_MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, RR_DECODER_MEMORY, 0);
  if (memory == MAP_FAILED) return 1;
  struct rr_decode_request request;
  while (recv(RR_DECODER_CHANNEL, &request, sizeof request, 0) == sizeof request) {
    struct rr_decode_reply reply = {RR_DECODER_MAGIC, request.sequence, RR_DECODE_DONE, 0, 0, ""};
    switch (request.columns) {
    case 1: abort();
    case 2: *(volatile int *)16 = 1; break;
    case 3: return 3;
    case 4: pause(); break;
    case 5: raise(SIGXCPU); break;
    case 6: send(RR_DECODER_CHANNEL, "nonsense", 8, 0); continue;
    case 7: reply.sequence += 1; break;
    case 8:
      // Cutting off the shared memory would kill the parent at its next touch.
      if (ftruncate(RR_DECODER_MEMORY, 0) == 0) return 8;
      reply.status = RR_DECODE_DAMAGED;
      memset(reply.message, 'x', sizeof reply.message);
      break;
    case 9: kill(getpid(), SIGKILL); break;
    default:
      memset(
          memory + RR_DECODER_INPUT_BYTES, 7,
          (size_t)request.columns * request.rows * request.samples * request.sample_bytes);
    }
    send(RR_DECODER_CHANNEL, &reply, sizeof reply, 0);
  }
  return 0;
}
