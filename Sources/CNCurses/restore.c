#define _GNU_SOURCE
#include "restore.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct rr_restore_page *rr_restore_page;

bool rr_restore_prepare(void) {
  if (rr_restore_page) return true;
  void *page = mmap(
      NULL, sizeof(struct rr_restore_page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
      0);
  if (page == MAP_FAILED) return false;
  rr_restore_page = page;
  return true;
}

void rr_restore_arm(int fd, const struct termios *modes, const char *bytes, size_t count) {
  struct rr_restore_page *page = rr_restore_page;
  if (!page || count > sizeof page->bytes) return;
  __atomic_store_n(&page->armed, 0, __ATOMIC_SEQ_CST);
  page->fd = fd;
  page->modes = *modes;
  memcpy(page->bytes, bytes, count);
  page->count = count;
  __atomic_store_n(&page->armed, 1, __ATOMIC_SEQ_CST);
}

void rr_restore_disarm(void) {
  if (rr_restore_page) __atomic_store_n(&rr_restore_page->armed, 0, __ATOMIC_SEQ_CST);
}

bool rr_restore_now(void) {
  struct rr_restore_page *page = rr_restore_page;
  if (!page || !__atomic_exchange_n(&page->armed, 0, __ATOMIC_SEQ_CST)) return false;
  int saved = errno;
  // CAN ends a control sequence that was cut off in the middle.
  (void)!write(page->fd, "\x18", 1);
  size_t done = 0;
  for (int attempts = 0; done < page->count && attempts < 200; attempts++) {
    ssize_t n = write(page->fd, page->bytes + done, page->count - done);
    if (n > 0) {
      done += (size_t)n;
    } else if (errno == EAGAIN) {
      struct timespec pause = {0, 5000000};
      nanosleep(&pause, NULL);
    } else if (errno != EINTR) {
      break;
    }
  }
  tcsetattr(page->fd, TCSANOW, &page->modes);
  errno = saved;
  return true;
}

static const int crashes[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS};
enum { crash_count = sizeof crashes / sizeof crashes[0] };
static struct sigaction before[crash_count];

static void crashed(int signo, siginfo_t *info, void *context) {
  (void)context;
  rr_restore_now();
  for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &before[i], NULL);
  // A fault happens again on return, for the handler before ours. A signal that was sent, or
  // abort()'s, is sent again.
  if (info->si_code <= 0 || signo == SIGABRT) raise(signo);
}

void rr_restore_on_crash(void) {
  static char stack[65536];
  stack_t old;
  if (sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE)) {
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&own, NULL);
  }
  struct sigaction action = {.sa_sigaction = crashed, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &action, &before[i]);
}
