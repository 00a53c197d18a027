#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include "CNCurses.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;
static FILE *sink;
static FILE *nothing;
static int colors;

void rr_curses_close(void) {
  if (screen) {
    endwin();
    delscreen(screen);
  }
  if (sink) fclose(sink);
  if (nothing) fclose(nothing);
  screen = NULL;
  sink = nothing = NULL;
}

int rr_curses_open(const char *term, int height, int width) {
  rr_curses_close();
  // ncurses writes to a descriptor and flushes at will; a frame must reach the terminal in one
  // piece, and only when the terminal takes it. So it writes into memory.
  int memory = memfd_create("frame", MFD_CLOEXEC);
  if (memory < 0) return -3;
  sink = fdopen(memory, "w");
  nothing = fopen("/dev/null", "re");
  if (!sink || !nothing) return -3;
  screen = newterm(term, sink, nothing);
  if (!screen) return -1;
  const char *address = tigetstr("cup");
  if (!address || address == (char *)-1) return -2;
  typeahead(-1);
  nonl();
  leaveok(stdscr, FALSE);
  scrollok(stdscr, FALSE);
  // Inserting or deleting characters shifts what the terminal may have laid out differently.
  idcok(stdscr, FALSE);
  idlok(stdscr, FALSE);
  colors = 0;
  if (has_colors() && start_color() == OK) {
    use_default_colors();
    colors = COLORS;
  }
  rr_curses_resize(height, width);
  // The first refresh also sets the terminal up, which is done elsewhere, and not the same way.
  wrefresh(stdscr);
  rr_curses_redraw();
  uint8_t discarded[4096];
  while (rr_curses_take(discarded, sizeof discarded) > 0) {
  }
  return 0;
}

int rr_curses_colors(void) { return colors; }

const char *rr_curses_capability(const char *name) {
  const char *value = tigetstr(name);
  return value == (char *)-1 ? NULL : value;
}

const char *rr_curses_capability_with(const char *name, int number) {
  const char *value = rr_curses_capability(name);
  return value ? tiparm(value, number) : NULL;
}

int rr_curses_pair(int foreground, int background) {
  if (colors == 0 || (foreground < 0 && background < 0)) return 0;
  int pair = alloc_pair(foreground, background);
  return pair < 0 ? 0 : pair;
}

void rr_curses_resize(int height, int width) {
  resize_term(height < 1 ? 1 : height, width < 1 ? 1 : width);
  rr_curses_redraw();
}

void rr_curses_redraw(void) {
  werase(stdscr);
  clearok(curscr, TRUE);
}

static void put_one(int y, int x, const struct rr_cell *from) {
  wchar_t text[CCHARW_MAX + 1];
  int length = 0;
  while (length < CCHARW_MAX && length < 6 && from->scalars[length]) {
    text[length] = (wchar_t)from->scalars[length];
    length++;
  }
  text[length] = 0;
  attr_t look = 0;
  if (from->attributes & RR_BOLD) look |= A_BOLD;
  if (from->attributes & RR_DIM) look |= A_DIM;
  if (from->attributes & RR_UNDERLINE) look |= A_UNDERLINE;
  if (from->attributes & RR_REVERSE) look |= A_REVERSE;
  if (from->attributes & RR_ITALIC) look |= A_ITALIC;
  if (from->attributes & RR_INVISIBLE) look |= A_INVIS;
  int pair = from->pair;
  cchar_t cell;
  // The short pair of the signature is too small for 65,536 of them; the last argument carries it.
  if (setcchar(&cell, text, look, 0, &pair) == OK) mvwadd_wch(stdscr, y, x, &cell);
}

void rr_curses_put(int y, int x, const struct rr_cell *cells, int count) {
  for (int i = 0; i < count; i++) {
    struct rr_cell cell = cells[i];
    put_one(y, x, &cell);
    // A character that the locale knows as narrower than its cells.
    if (cell.width > 1 && wcwidth((wchar_t)cell.scalars[0]) < cell.width) {
      cell.scalars[0] = ' ';
      cell.scalars[1] = 0;
      put_one(y, x + 1, &cell);
    }
    x += cell.width;
  }
}

void rr_curses_flush(int y, int x, bool address) {
  wmove(stdscr, y, x);
  wrefresh(stdscr);
  if (!address) return;
  // Not mvcur(): that writes to standard output.
  const char *sequence = tiparm(tigetstr("cup"), y, x);
  if (!sequence) return;
  // Without the padding for hardware terminals, which stands at the end.
  const char *padding = strstr(sequence, "$<");
  fflush(sink);
  (void)!write(
      fileno(sink), sequence, padding ? (size_t)(padding - sequence) : strlen(sequence));
}

void rr_curses_show_cursor(bool visible) { curs_set(visible ? 1 : 0); }

size_t rr_curses_take(uint8_t *bytes, size_t capacity) {
  if (!sink) return 0;
  fflush(sink);
  int memory = fileno(sink);
  off_t end = lseek(memory, 0, SEEK_CUR);
  if (end <= 0) return 0;
  size_t count = (size_t)end < capacity ? (size_t)end : capacity;
  ssize_t read = pread(memory, bytes, count, 0);
  if (read < 0) read = 0;
  size_t left = (size_t)end - (size_t)read;
  uint8_t block[4096];
  for (size_t moved = 0; moved < left;) {
    ssize_t n = pread(memory, block, sizeof block, (off_t)((size_t)read + moved));
    if (n <= 0) break;
    if (pwrite(memory, block, (size_t)n, (off_t)moved) != n) break;
    moved += (size_t)n;
  }
  if (ftruncate(memory, (off_t)left) == 0) lseek(memory, (off_t)left, SEEK_SET);
  return (size_t)read;
}

int rr_curses_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

bool rr_locale_is_utf8(void) {
  setlocale(LC_CTYPE, "");
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
