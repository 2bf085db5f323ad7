#ifndef LEEWAY_TERMINFO_H
#define LEEWAY_TERMINFO_H

// Whether the host knows the terminal type and the type can place its cursor: 0, or LEEWAY_OPEN_UNKNOWN_TYPE or
// LEEWAY_OPEN_TOO_SIMPLE.
int leeway_check_type(const char *type, int output);

#endif
