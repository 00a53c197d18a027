#pragma once
#include "CNCurses.h"

/// Shared by the program and its supervisor.
struct rr_restore_page {
  int armed;
  int fd;
  struct termios modes;
  size_t count;
  char bytes[1000];
  char log_path[500];
};
extern struct rr_restore_page *rr_restore_page;
