#define _GNU_SOURCE
#include "restore.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t program;

static void forward(int signo) {
  int saved = errno;
  if (program > 0) kill((pid_t)program, signo);
  errno = saved;
}

static int thread_count(void) {
  DIR *tasks = opendir("/proc/self/task");
  if (!tasks) return 1;
  int count = 0;
  for (struct dirent *entry; (entry = readdir(tasks));) {
    if (entry->d_name[0] != '.') count++;
  }
  closedir(tasks);
  return count;
}

static void say(const char *text) { (void)!write(STDERR_FILENO, text, strlen(text)); }

static void explain(int signo, bool restored) {
  if (!restored && (signo == SIGTERM || signo == SIGHUP || signo == SIGINT)) return;
  const char *name = sigdescr_np(signo);
  say("radrelay ended unexpectedly (");
  say(name ? name : "unknown signal");
  say("). Nothing that was queued is lost; start it again to go on.\n");
  if (rr_restore_page->log_path[0]) {
    say("Details: ");
    say(rr_restore_page->log_path);
    say("\n");
  }
}

/// Ends the supervisor as the program ended, so that the shell sees the same.
static _Noreturn void end_like(int status) {
  bool restored = rr_restore_now();
  if (WIFSIGNALED(status)) {
    int signo = WTERMSIG(status);
    explain(signo, restored);
    signal(signo, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signo);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    kill(getpid(), signo);
    _exit(128 + signo);
  }
  _exit(WEXITSTATUS(status));
}

static _Noreturn void supervise(const sigset_t *mask) {
  signal(SIGTTOU, SIG_IGN);  // so that the terminal can be restored from the background, too
  struct sigaction action = {.sa_handler = forward, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  const int forwarded[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGUSR1, SIGUSR2};
  for (size_t i = 0; i < sizeof forwarded / sizeof forwarded[0]; i++) {
    sigaction(forwarded[i], &action, NULL);
  }
  sigprocmask(SIG_SETMASK, mask, NULL);
  for (;;) {
    int status;
    pid_t changed = waitpid((pid_t)program, &status, WUNTRACED);
    if (changed < 0 && errno == EINTR) continue;
    if (changed < 0) _exit(1);
    if (WIFSTOPPED(status)) {
      // The shell watches the supervisor: stop as the program did, go on together.
      if (WSTOPSIG(status) == SIGSTOP) {
        kill(getpid(), SIGSTOP);
      } else {
        signal(SIGTSTP, SIG_DFL);
        kill(getpid(), SIGTSTP);
        sigaction(SIGTSTP, &action, NULL);
      }
      kill((pid_t)program, SIGCONT);
      continue;
    }
    end_like(status);
  }
}

int rr_supervise(void) {
  if (!rr_restore_prepare() || thread_count() != 1) return -1;
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);  // a core dump would hold patients' data
  // Signals wait until both processes know what to do with them.
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    return -1;
  }
  if (child > 0) {
    program = child;
    supervise(&before);
  }
  // Without its supervisor the program ends by itself, restoring the terminal.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (getppid() != parent) _exit(1);
  return 0;
}

struct body {
  void (*run)(void *);
  void *context;
  sigset_t mask;
};

static void *run_body(void *argument) {
  struct body *body = argument;
  pthread_sigmask(SIG_SETMASK, &body->mask, NULL);
  body->run(body->context);
  return NULL;
}

void rr_run_on_new_thread(void (*run)(void *), void *context) {
  struct body body = {.run = run, .context = context};
  // This thread only waits: signals are for the other one.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &body.mask);
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 8 << 20);
  if (pthread_create(&thread, &attributes, run_body, &body) != 0) {
    say("radrelay: no thread can be made; end other programs and try again.\n");
    _exit(75);
  }
  pthread_attr_destroy(&attributes);
  pthread_join(thread, NULL);
}

void rr_supervise_log_path(const char *path) {
  if (!rr_restore_page || strlen(path) >= sizeof rr_restore_page->log_path) return;
  strcpy(rr_restore_page->log_path, path);
}

void rr_suspend_self(void) {
  // The kernel drops this stop when no shell could continue us; then we simply go on.
  struct sigaction standard = {.sa_handler = SIG_DFL}, previous;
  sigemptyset(&standard.sa_mask);
  sigaction(SIGTSTP, &standard, &previous);
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, &before);
  kill(getpid(), SIGTSTP);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  sigaction(SIGTSTP, &previous, NULL);
}
