#pragma once
// Linux calls and constants that the Glibc module does not carry.
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

static inline pid_t radrelay_gettid(void) { return (pid_t)syscall(SYS_gettid); }
/// One heap for all threads (glibc makes up to eight for each core, and each keeps what was once
/// needed of it), with room for what is being sent: a block that goes back to the system at once
/// costs a page fault for every 4 KiB when the next one is asked for. Larger blocks do go back. Call
/// it before there are threads.
static inline void radrelay_use_one_heap(void) {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 2 << 20);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
  mallopt(M_TOP_PAD, 256 << 10);
}
/// Asks the kernel to send `signo` to this process when its parent dies.
static inline int radrelay_die_with_parent(int signo) { return prctl(PR_SET_PDEATHSIG, signo); }
/// The kind of file system under `path`, as statfs(2) f_type; -1 when it cannot be told.
static inline int64_t radrelay_filesystem_type(const char *path) {
  struct statfs s;
  return statfs(path, &s) == 0 ? (int64_t)s.f_type : -1;
}
/// Locks the whole of a file for this open file description (fcntl(2), "open file description
/// locks"): the kernel gives the lock back when the description is closed, however the process ends.
/// `wait` != 0 waits for it. 0, or -1 with errno.
static inline int radrelay_lock(int fd, int wait) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
#ifdef F_OFD_SETLKW
  return fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &whole);
#else  // seen without _GNU_SOURCE; the numbers of linux/fcntl.h
  return fcntl(fd, wait ? 38 : 37, &whole);
#endif
}
/// 1 when another open file description has the lock, 0 when none has, -1 with errno. Takes nothing.
static inline int radrelay_is_locked(int fd) {
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
#ifdef F_OFD_GETLK
  int result = fcntl(fd, F_OFD_GETLK, &whole);
#else
  int result = fcntl(fd, 36, &whole);
#endif
  return result != 0 ? -1 : whole.l_type != F_UNLCK;
}
/// A descriptor that carries the signals of `set`; -1 with errno.
static inline int radrelay_signalfd(const sigset_t *set) {
  return signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
}
/// The terminal's size in cells; false when `fd` is no terminal.
static inline int radrelay_window_size(int fd, unsigned short *rows, unsigned short *columns) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return 1;
}
/// The pixels of the terminal's text area; 0 when the system does not know them.
static inline int radrelay_window_pixels(int fd, unsigned short *width, unsigned short *height) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  *width = size.ws_xpixel;
  *height = size.ws_ypixel;
  return size.ws_xpixel > 0 && size.ws_ypixel > 0;
}
/// Opens a new pseudo-terminal: its master descriptor (close-on-exec), or -1; `number` names the
/// other end, /dev/pts/number.
static inline int radrelay_open_pseudo_terminal(unsigned *number) {
  int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  int locked = 0;
  if (master < 0) return -1;
  if (ioctl(master, TIOCSPTLCK, &locked) != 0 || ioctl(master, TIOCGPTN, number) != 0) {
    close(master);
    return -1;
  }
  return master;
}
static inline int radrelay_set_window_size(int fd, unsigned short rows, unsigned short columns) {
  struct winsize size = {rows, columns, 0, 0};
  return ioctl(fd, TIOCSWINSZ, &size);
}
/// The same with the pixels of the text area.
static inline int radrelay_set_window_pixels(
    int fd, unsigned short rows, unsigned short columns, unsigned short width,
    unsigned short height) {
  struct winsize size = {rows, columns, width, height};
  return ioctl(fd, TIOCSWINSZ, &size);
}
/// Each write to files made in this folder waits for the disk from now on (ioctl_iflags(2)).
/// 0, or -1 with errno where the file system cannot do it.
static inline int radrelay_make_synchronous(int folder) {
  // FS_IOC_GETFLAGS, FS_SYNC_FL and FS_IOC_SETFLAGS: linux/fs.h quarrels with sys/mount.h.
  int flags = 0;
  if (ioctl(folder, _IOR('f', 1, long), &flags) != 0) return -1;
  flags |= 0x8;
  return ioctl(folder, _IOW('f', 2, long), &flags);
}
/// The next connection of a listening socket, close-on-exec; -1 with errno.
static inline int radrelay_accept(int listener) {
  int connection = accept(listener, 0, 0);
  if (connection >= 0) fcntl(connection, F_SETFD, FD_CLOEXEC);
  return connection;
}
