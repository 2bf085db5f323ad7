// Apart from screen.c, because term.h defines ordinary words such as `columns` as macros.
#include "leeway_terminfo.h"

#include "leeway_ncurses.h"

#include <curses.h>
#include <term.h>

int leeway_check_type(const char *type, int output) {
  int status = 0;
  if (setupterm((char *)type, output, &status) != OK || status != 1) return LEEWAY_OPEN_UNKNOWN_TYPE;
  char *motion = tigetstr("cup");
  int usable = motion && motion != (char *)-1 && tigetflag("gn") != 1 && tigetflag("hc") != 1;
  del_curterm(cur_term);
  return usable ? 0 : LEEWAY_OPEN_TOO_SIMPLE;
}
