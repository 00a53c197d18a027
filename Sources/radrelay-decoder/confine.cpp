#include "confine.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace {

/// Bytes of address space that this program takes before its first request.
rlim_t own_bytes = rlim_t(1) << 30;

void limit(__rlimit_resource_t resource, rlim_t value) {
  rlimit bounds = {};
  if (getrlimit(resource, &bounds) != 0) return;
  bounds.rlim_cur = std::min(value, bounds.rlim_max);
  setrlimit(resource, &bounds);
}

void limit_for_good(__rlimit_resource_t resource, rlim_t value) {
  const rlimit bounds = {value, value};
  setrlimit(resource, &bounds);
}

#if defined(__x86_64__)
constexpr uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t architecture = 0;
#endif

/// What the codecs, memory allocation and this program's loop call; everything else fails with
/// EPERM. The limits can be moved, but not above what `confine_process` made final.
const long allowed[] = {
    SYS_recvfrom, SYS_sendto, SYS_brk, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise,
    SYS_futex, SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_rt_sigaction,
    SYS_restart_syscall, SYS_prlimit64, SYS_getrusage, SYS_clock_gettime, SYS_write, SYS_getpid,
    SYS_gettid, SYS_tgkill, SYS_sched_yield,
    // For threads; see `filter_calls` for their beginning.
    SYS_set_robust_list, SYS_rseq, SYS_sched_getaffinity,
#ifdef SYS_getrlimit
    SYS_getrlimit, SYS_setrlimit,
#endif
};

void filter_calls() {
  if (architecture == 0) return;
  std::vector<sock_filter> program;
  const auto load = [&](size_t offset) {
    program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, uint32_t(offset)));
  };
  const auto answer = [&](uint32_t action) {
    program.push_back(BPF_STMT(BPF_RET | BPF_K, action));
  };
  /// Passes over the next `lines` unless the loaded word is `value`.
  const auto unless = [&](uint32_t value, unsigned char lines) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, lines));
  };
  const auto refusal = [](int error) { return SECCOMP_RET_ERRNO | uint32_t(error); };
  load(offsetof(seccomp_data, arch));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0));
  answer(SECCOMP_RET_KILL_PROCESS);
  load(offsetof(seccomp_data, nr));
  for (const long call : allowed) {
    unless(uint32_t(call), 1);
    answer(SECCOMP_RET_ALLOW);
  }
#ifdef SYS_clone3
  // Its flags lie in memory, where a filter cannot read them: the C library then uses clone.
  unless(SYS_clone3, 1);
  answer(refusal(ENOSYS));
#endif
  // Threads, but no processes. The flags are the lower half of the first argument.
  unless(SYS_clone, 3);
  load(offsetof(seccomp_data, args));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1));
  answer(SECCOMP_RET_ALLOW);
  answer(refusal(EPERM));
  sock_fprog filter = {static_cast<unsigned short>(program.size()), program.data()};
  // A kernel without filters leaves the limits, and that nothing is open.
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}

} // namespace

void confine_process() {
  size_t pages = 0;
  if (std::ifstream("/proc/self/statm") >> pages) own_bytes = pages * size_t(sysconf(_SC_PAGESIZE));
  limit_for_good(RLIMIT_CORE, 0);
  limit_for_good(RLIMIT_FSIZE, 0);
  // The channel is open; nothing more can be.
  limit_for_good(RLIMIT_NOFILE, RR_DECODER_CHANNEL + 1);
  prctl(PR_SET_DUMPABLE, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  filter_calls();
}

void confine_request(const rr_decode_request &request) {
  const rlim_t samples = rlim_t(request.columns) * request.rows * std::min(request.samples, 4u);
  // OpenJPEG works in 32 bits a sample, several times over.
  const rlim_t work = (rlim_t(64) << 20) + samples * 24 + rlim_t(request.input_bytes) * 2;
  limit(RLIMIT_AS, own_bytes + std::min(work, rlim_t(8) << 30));
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  // Slow machines take half a second for four million samples.
  const rlim_t seconds = 10 + samples / 1000000;
  limit(RLIMIT_CPU, rlim_t(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1 + seconds);
}
