#define _GNU_SOURCE
#include "CDecoder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int rr_decoder_memory(void) {
  int memory = memfd_create("radrelay-decoder", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return -1;
  // Without the seals a broken decoder could cut the file off under this process's mapping.
  if (ftruncate(memory, RR_DECODER_MEMORY_BYTES) != 0 ||
      fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    int saved = errno;
    close(memory);
    errno = saved;
    return -1;
  }
  return memory;
}

/// Above the two fixed descriptors, so that moving one does not overwrite the other.
static int move_up(int descriptor) {
  int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 10);
  int saved = errno;
  close(descriptor);
  errno = saved;
  return moved;
}

static int spawn(const char *path, int channel, int memory, pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  for (int standard = 0; standard < 3; standard++)
    posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&actions, channel, RR_DECODER_CHANNEL);
  posix_spawn_file_actions_adddup2(&actions, memory, RR_DECODER_MEMORY);
  posix_spawn_file_actions_addclosefrom_np(&actions, RR_DECODER_MEMORY + 1);
  // A group of its own: keys of the terminal that send signals do not reach it.
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  char *const arguments[] = {(char *)"radrelay-decoder", NULL};
  // Nothing of the person's environment is of use to it. A crash is for this process to explain,
  // not for the runtime that SwiftPM links into every program.
  char *const environment[] = {(char *)"SWIFT_BACKTRACE=enable=no", NULL};
  int problem = posix_spawn(process, path, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return problem;
}

pid_t rr_decoder_start(const char *path, int memory, int *channel) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  int theirs = move_up(ends[1]);
  int copy = theirs < 0 ? -1 : fcntl(memory, F_DUPFD_CLOEXEC, 10);
  pid_t process = -1;
  int problem = errno;
  if (theirs >= 0 && copy >= 0) problem = spawn(path, theirs, copy, &process);
  if (theirs >= 0) close(theirs);
  if (copy >= 0) close(copy);
  if (problem != 0 || process < 0) {
    close(ends[0]);
    errno = problem;
    return -1;
  }
  *channel = ends[0];
  return process;
}

int rr_decoder_send(int channel, const struct rr_decode_request *request) {
  ssize_t sent;
  do {
    sent = send(channel, request, sizeof *request, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent == sizeof *request) return 0;
  if (sent >= 0) errno = EPIPE;
  return -1;
}

static int64_t now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int rr_decoder_receive(int channel, struct rr_decode_reply *reply, int milliseconds) {
  int64_t end = now_ms() + milliseconds;
  for (;;) {
    int64_t left = end - now_ms();
    struct pollfd wanted = {channel, POLLIN, 0};
    int ready = poll(&wanted, 1, left > 0 ? (int)left : 0);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return -1;
    if (ready == 0) {
      errno = ETIMEDOUT;
      return -1;
    }
    ssize_t got = recv(channel, reply, sizeof *reply, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0 && errno != ECONNRESET) return -1;
    if (got <= 0) return 0;
    if (got != sizeof *reply || reply->magic != RR_DECODER_MAGIC) {
      errno = EBADMSG;
      return -1;
    }
    reply->message[sizeof reply->message - 1] = 0;
    return 1;
  }
}
