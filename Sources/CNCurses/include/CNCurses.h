#pragma once
// What Swift sees of ncurses, of restoring the terminal, and of the supervising process.
// curses.h stays out: its macros and global variables do not go with strict concurrency.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

// MARK: ncurses, drawing into a buffer (curses.c). One thread only.

/// Starts ncurses for a terminal type. Its output goes into memory: see rr_curses_take.
/// 0; -1 unknown type; -2 the type cannot address the cursor; -3 no memory.
int rr_curses_open(const char *term, int rows, int columns);
void rr_curses_close(void);
/// Colours of the terminal type: 0 when it has none.
int rr_curses_colors(void);
/// A string capability of the terminal type, or NULL.
const char *rr_curses_capability(const char *name);
/// A string capability with one number filled in, or NULL; valid until the next call.
const char *rr_curses_capability_with(const char *name, int value);
/// The colour pair for palette indexes; -1 is the terminal's own colour.
int rr_curses_pair(int foreground, int background);
void rr_curses_resize(int rows, int columns);
/// Blanks everything, and makes the next flush send everything.
void rr_curses_redraw(void);
enum { RR_BOLD = 1, RR_DIM = 2, RR_UNDERLINE = 4, RR_REVERSE = 8, RR_ITALIC = 16,
  RR_INVISIBLE = 32 };
/// What a cell shows: one grapheme.
struct rr_cell {
  /// The base character and its marks; 0 after the last one.
  uint32_t scalars[6];
  /// 1 or 2.
  int width;
  unsigned attributes;
  int pair;
};
/// Writes cells side by side from a place.
void rr_curses_put(int y, int x, const struct rr_cell *cells, int count);
/// Sends what changed, leaving the cursor at a place. With `address`, the place is then addressed
/// absolutely, whatever the terminal made of the text before.
void rr_curses_flush(int y, int x, bool address);
void rr_curses_show_cursor(bool visible);
/// Moves the output gathered so far into `bytes`; what does not fit stays. Returns the number.
size_t rr_curses_take(uint8_t *bytes, size_t capacity);
/// Columns of a character in the current locale; -1 when it cannot be printed.
int rr_curses_width(uint32_t scalar);
/// Takes the character type of the environment's locale; true when its encoding is UTF-8.
bool rr_locale_is_utf8(void);

// MARK: restoring the terminal (restore.c). Safe in signal handlers.

/// Maps the page that this process and its supervisor share. Before anything else here.
bool rr_restore_prepare(void);
/// Says how the terminal is put back: its modes, and the bytes that undo ours (at most 1,000).
void rr_restore_arm(int fd, const struct termios *modes, const char *bytes, size_t count);
/// The terminal is as it was: nothing to restore.
void rr_restore_disarm(void);
/// Restores now if armed; disarms. Returns whether it was armed.
bool rr_restore_now(void);
/// Handlers for SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS that restore the terminal
/// and hand on to the handler before them.
void rr_restore_on_crash(void);

// MARK: the supervising process (supervisor.c)

/// Forks. The child returns 0 and is the program; the parent waits, restores the terminal when the
/// child left it altered, and ends as the child did: it never returns. -1 when it could not fork or
/// there are threads already: go on without.
int rr_supervise(void);
/// Runs `run(context)` on a new thread and waits for its end. For the process that ``rr_supervise``
/// returns in: the Swift runtime keeps each thread's number for its locks (swift_once, Mutex), and
/// the thread that forked remembers its number in the parent. A lock that two threads want at the
/// same time would never be given back (FUTEX_UNLOCK_PI: EPERM). Only a thread that was born in this
/// process may run Swift code.
void rr_run_on_new_thread(void (*run)(void *), void *context);
/// Where the supervisor tells a person to look after an abnormal end; at most 500 bytes.
void rr_supervise_log_path(const char *path);
/// Stops this process as the terminal's suspend key would, until somebody continues it.
void rr_suspend_self(void);
