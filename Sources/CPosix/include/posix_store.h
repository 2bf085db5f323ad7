#ifndef LEEWAY_POSIX_STORE_H
#define LEEWAY_POSIX_STORE_H

#include <stdbool.h>

/// Whether a path lies on a file system that is shared over a network, where SQLite's write-ahead log loses data.
bool leeway_is_network_file_system(const char *path);

#endif
