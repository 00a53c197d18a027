// Writes down what a program does to the files of one folder, in order, together with what it says
// to others: with that, the folder can be made again as a power cut would leave it at any moment.
//
// RADRELAY_POWER_LOG   the log, opened for appending by every process
// RADRELAY_POWER_ROOT  the folder, without symbolic links; nothing else is noted
// RADRELAY_POWER_SENT  "1": what goes out through sockets is noted, too
//
// A record is appended by one write, so the order of the log is that of the processes and threads.
// Changes are noted after they were made and before the caller knows; a flush is noted when it
// begins and when it has ended; what is said is noted before it is said. So the log never claims
// that something was on the disk that was not.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPENED = 1, WRITTEN, CUT, FLUSHING, FLUSHED, RENAMED, LINKED, REMOVED, MADE_FOLDER,
       REMOVED_FOLDER, SAID, SENT };

struct record {
  uint32_t kind, process;
  uint64_t file;
  int64_t place;
  uint32_t first, second;
};

enum { DESCRIPTORS = 1 << 16 };
enum { UNKNOWN, OTHER, OURS, SOCKET };
static _Atomic unsigned char kinds[DESCRIPTORS];
static _Atomic uint64_t files[DESCRIPTORS];
static _Atomic uint64_t flushes;
static char root[PATH_MAX];
static size_t root_length;
static int log_file = -1, notes_sent;

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static int system_open(const char *path, int flags, mode_t mode) {
  REAL(int, open64, const char *, int, ...);
  return real(path, flags, mode);
}

static ssize_t system_writev(int file, const struct iovec *parts, int count) {
  REAL(ssize_t, writev, int, const struct iovec *, int);
  return real(file, parts, count);
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("RADRELAY_POWER_LOG"), *folder = getenv("RADRELAY_POWER_ROOT");
  const char *sent = getenv("RADRELAY_POWER_SENT");
  if (!path || !folder || strlen(folder) >= sizeof root) return;
  strcpy(root, folder);
  root_length = strlen(root);
  notes_sent = sent && !strcmp(sent, "1");
  int opened = system_open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  // Out of the way of programs that count on low numbers.
  log_file = opened < 0 ? -1 : fcntl(opened, F_DUPFD_CLOEXEC, 900);
}

static void note(uint32_t kind, uint64_t file, int64_t place, const void *first, size_t first_length,
                 const void *second, size_t second_length) {
  if (log_file < 0) return;
  int error = errno;
  struct record record = {kind, (uint32_t)getpid(), file, place, (uint32_t)first_length,
                          (uint32_t)second_length};
  struct iovec parts[] = {{&record, sizeof record}, {(void *)first, first_length},
                          {(void *)second, second_length}};
  // A log with a hole proves nothing.
  if (system_writev(log_file, parts, 3) != (ssize_t)(sizeof record + first_length + second_length))
    abort();
  errno = error;
}

static int is_ours(const char *path) {
  return root_length && !strncmp(path, root, root_length)
         && (path[root_length] == '/' || !path[root_length]);
}

// The name of a descriptor's file; 0 when it is not in the folder.
static int name_of(int file, char *name) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, name, PATH_MAX - 1);
  if (length <= 0) return 0;
  name[length] = 0;
  return is_ours(name);
}

// The absolute name of something that may not exist (any more): its folder is resolved, its last
// part is not.
static int resolve(int folder, const char *path, char *name) {
  char start[PATH_MAX * 2], base[PATH_MAX];
  if (path[0] == '/') {
    snprintf(start, sizeof start, "%s", path);
  } else {
    char place[PATH_MAX];
    if (folder == AT_FDCWD) {
      if (!getcwd(place, sizeof place)) return 0;
    } else {
      char link[64];
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
      ssize_t length = readlink(link, place, sizeof place - 1);
      if (length <= 0) return 0;
      place[length] = 0;
    }
    snprintf(start, sizeof start, "%s/%s", place, path);
  }
  size_t length = strlen(start);
  while (length > 1 && start[length - 1] == '/') start[--length] = 0;
  char *last = strrchr(start, '/');
  if (!last) return 0;
  snprintf(base, sizeof base, "%s", last + 1);
  last[last == start ? 1 : 0] = 0;
  char parent[PATH_MAX];
  if (!realpath(start, parent)) return 0;
  if (snprintf(name, PATH_MAX, "%s/%s", strcmp(parent, "/") ? parent : "", base) >= PATH_MAX)
    return 0;
  return is_ours(name);
}

static void opened(int file, int flags) {
  if (file < 0 || file >= DESCRIPTORS || log_file < 0) return;
  int error = errno;
  char name[PATH_MAX];
  struct stat info;
  kinds[file] = UNKNOWN;
  if (name_of(file, name) && !fstat(file, &info)
      && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) {
    files[file] = info.st_ino;
    kinds[file] = OURS;
    note(OPENED, info.st_ino, S_ISREG(info.st_mode) && (flags & O_TRUNC) ? 0 : -1, name,
         strlen(name), S_ISDIR(info.st_mode) ? "d" : "f", 1);
  }
  errno = error;
}

static int kind_of(int file) {
  if (file < 0 || file >= DESCRIPTORS || log_file < 0) return OTHER;
  if (kinds[file] == UNKNOWN) {
    int error = errno;
    struct stat info;
    kinds[file] = !fstat(file, &info) && S_ISSOCK(info.st_mode) ? SOCKET : OTHER;
    errno = error;
  }
  return kinds[file];
}

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list list; \
    va_start(list, flags); \
    mode = va_arg(list, mode_t); \
    va_end(list); \
  }

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    MODE(flags) \
    REAL(int, name, const char *, int, ...); \
    int file = real(path, flags, mode); \
    opened(file, flags); \
    return file; \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    MODE(flags) \
    REAL(int, name, int, const char *, int, ...); \
    int file = real(folder, path, flags, mode); \
    opened(file, flags); \
    return file; \
  }
OPENAT(openat)
OPENAT(openat64)

#define OPEN2(name) \
  int name(const char *path, int flags) { \
    REAL(int, name, const char *, int); \
    int file = real(path, flags); \
    opened(file, flags); \
    return file; \
  }
OPEN2(__open_2)
OPEN2(__open64_2)

#define MAKE(name, parameters, arguments, types) \
  int name parameters { \
    static int (*real) types; \
    if (!real) real = (int (*) types)dlsym(RTLD_NEXT, #name); \
    int file = real arguments; \
    opened(file, O_CREAT); \
    return file; \
  }
MAKE(mkstemp, (char *path), (path), (char *))
MAKE(mkstemp64, (char *path), (path), (char *))
MAKE(mkostemp, (char *path, int flags), (path, flags), (char *, int))
MAKE(creat, (const char *path, mode_t mode), (path, mode), (const char *, mode_t))
MAKE(creat64, (const char *path, mode_t mode), (path, mode), (const char *, mode_t))

int close(int file) {
  REAL(int, close, int);
  if (file >= 0 && file < DESCRIPTORS) kinds[file] = UNKNOWN;
  return real(file);
}

static void say(int file, const struct iovec *parts, int count) {
  int kind = kind_of(file);
  uint32_t what = file == 1 && kind != OURS ? SAID : kind == SOCKET && notes_sent ? SENT : 0;
  if (!what) return;
  size_t length = 0;
  for (int i = 0; i < count; i++) length += parts[i].iov_len;
  char *text = malloc(length + 1);
  if (!text) abort();
  size_t end = 0;
  for (int i = 0; i < count; i++) {
    memcpy(text + end, parts[i].iov_base, parts[i].iov_len);
    end += parts[i].iov_len;
  }
  note(what, 0, file, NULL, 0, text, length);
  free(text);
}

static void wrote(int file, const void *bytes, ssize_t length, int64_t place) {
  if (length > 0 && kind_of(file) == OURS)
    note(WRITTEN, files[file], place, NULL, 0, bytes, (size_t)length);
}

ssize_t write(int file, const void *bytes, size_t length) {
  REAL(ssize_t, write, int, const void *, size_t);
  struct iovec part = {(void *)bytes, length};
  say(file, &part, 1);
  ssize_t count = real(file, bytes, length);
  if (count > 0 && kind_of(file) == OURS)
    wrote(file, bytes, count, lseek(file, 0, SEEK_CUR) - count);
  return count;
}

ssize_t writev(int file, const struct iovec *parts, int number) {
  say(file, parts, number);
  ssize_t count = system_writev(file, parts, number);
  if (count > 0 && kind_of(file) == OURS) {
    int64_t place = lseek(file, 0, SEEK_CUR) - count;
    ssize_t rest = count;
    for (int i = 0; i < number && rest > 0; i++) {
      ssize_t length = (ssize_t)parts[i].iov_len < rest ? (ssize_t)parts[i].iov_len : rest;
      wrote(file, parts[i].iov_base, length, place);
      place += length;
      rest -= length;
    }
  }
  return count;
}

ssize_t send(int file, const void *bytes, size_t length, int flags) {
  REAL(ssize_t, send, int, const void *, size_t, int);
  struct iovec part = {(void *)bytes, length};
  say(file, &part, 1);
  return real(file, bytes, length, flags);
}

ssize_t sendmsg(int file, const struct msghdr *message, int flags) {
  REAL(ssize_t, sendmsg, int, const struct msghdr *, int);
  say(file, message->msg_iov, (int)message->msg_iovlen);
  return real(file, message, flags);
}

#define PWRITE(name) \
  ssize_t name(int file, const void *bytes, size_t length, off_t place) { \
    REAL(ssize_t, name, int, const void *, size_t, off_t); \
    ssize_t count = real(file, bytes, length, place); \
    wrote(file, bytes, count, place); \
    return count; \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

static void cut(int file, int64_t length) {
  if (kind_of(file) == OURS) note(CUT, files[file], length, NULL, 0, NULL, 0);
}

#define FTRUNCATE(name) \
  int name(int file, off_t length) { \
    REAL(int, name, int, off_t); \
    int result = real(file, length); \
    if (!result) cut(file, length); \
    return result; \
  }
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

// Room that is given ahead makes a file longer.
#define ALLOCATE(name) \
  int name(int file, off_t start, off_t length) { \
    REAL(int, name, int, off_t, off_t); \
    int result = real(file, start, length); \
    struct stat info; \
    if (!result && kind_of(file) == OURS && !fstat(file, &info)) cut(file, info.st_size); \
    return result; \
  }
ALLOCATE(posix_fallocate)
ALLOCATE(posix_fallocate64)

#define FLUSH(name) \
  int name(int file) { \
    REAL(int, name, int); \
    if (kind_of(file) != OURS) return real(file); \
    uint64_t number = ++flushes; \
    note(FLUSHING, files[file], (int64_t)number, NULL, 0, NULL, 0); \
    int result = real(file); \
    if (!result) note(FLUSHED, files[file], (int64_t)number, NULL, 0, NULL, 0); \
    return result; \
  }
FLUSH(fsync)
FLUSH(fdatasync)

static int two(uint32_t kind, int from_folder, const char *from, int to_folder, const char *to,
               int (*act)(int, const char *, int, const char *, int), int flags) {
  char first[PATH_MAX], second[PATH_MAX];
  int old = resolve(from_folder, from, first), new = resolve(to_folder, to, second);
  int result = act(from_folder, from, to_folder, to, flags);
  if (!result && (old || new))
    note(kind, 0, 0, old ? first : "", old ? strlen(first) : 0, new ? second : "",
         new ? strlen(second) : 0);
  return result;
}

static int act_rename(int a, const char *from, int b, const char *to, int flags) {
  REAL(int, renameat, int, const char *, int, const char *);
  (void)flags;
  return real(a, from, b, to);
}

static int act_rename2(int a, const char *from, int b, const char *to, int flags) {
  REAL(int, renameat2, int, const char *, int, const char *, unsigned);
  return real(a, from, b, to, (unsigned)flags);
}

static int act_link(int a, const char *from, int b, const char *to, int flags) {
  REAL(int, linkat, int, const char *, int, const char *, int);
  return real(a, from, b, to, flags);
}

int rename(const char *from, const char *to) {
  return two(RENAMED, AT_FDCWD, from, AT_FDCWD, to, act_rename, 0);
}
int renameat(int a, const char *from, int b, const char *to) {
  return two(RENAMED, a, from, b, to, act_rename, 0);
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  return two(RENAMED, a, from, b, to, act_rename2, (int)flags);
}
int link(const char *from, const char *to) {
  return two(LINKED, AT_FDCWD, from, AT_FDCWD, to, act_link, 0);
}
int linkat(int a, const char *from, int b, const char *to, int flags) {
  return two(LINKED, a, from, b, to, act_link, flags);
}

static void changed(uint32_t kind, int ours, const char *name) {
  if (ours) note(kind, 0, 0, name, strlen(name), NULL, 0);
}

int unlinkat(int folder, const char *path, int flags) {
  REAL(int, unlinkat, int, const char *, int);
  char name[PATH_MAX];
  int ours = resolve(folder, path, name), result = real(folder, path, flags);
  if (!result) changed(flags & AT_REMOVEDIR ? REMOVED_FOLDER : REMOVED, ours, name);
  return result;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int remove(const char *path) {
  struct stat info;
  return lstat(path, &info) ? -1 : S_ISDIR(info.st_mode) ? rmdir(path) : unlink(path);
}

int mkdirat(int folder, const char *path, mode_t mode) {
  REAL(int, mkdirat, int, const char *, mode_t);
  char name[PATH_MAX];
  int result = real(folder, path, mode);
  if (!result) changed(MADE_FOLDER, resolve(folder, path, name), name);
  return result;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
