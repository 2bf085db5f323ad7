#ifndef LEEWAY_POSIX_FILES_H
#define LEEWAY_POSIX_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What is known of a file without reading it. Times are nanoseconds since the Unix epoch; 0 where the file system
/// does not keep the time of creation.
typedef struct leeway_file_info {
  uint64_t device;
  uint64_t inode;
  int64_t size;
  int64_t birth;
  int64_t modified;
  uint32_t mode;
  uint32_t links;
} leeway_file_info;

/// Describes the file at a path; 0 or an errno.
int leeway_file_stat(const char *path, bool follow, leeway_file_info *info);

/// Describes an open file; 0 or an errno.
int leeway_file_stat_open(int descriptor, leeway_file_info *info);

/// The inode's generation, which changes when the inode is used again; 0 where there is none.
uint32_t leeway_file_generation(int descriptor);

/// Opens for reading without following a last symbolic link, blocking on a FIFO, or leaking into children. The
/// descriptor, or an errno negated.
int leeway_file_open(const char *path);

/// Reads at an offset, again when interrupted; the bytes read, 0 at the end, or an errno negated.
int64_t leeway_file_read(int descriptor, void *bytes, size_t length, int64_t offset);

/// The first offset from `offset` on that holds data rather than a hole; `offset` where that cannot be told.
int64_t leeway_file_next_data(int descriptor, int64_t offset);

/// The path without symbolic links, in `resolved` of `capacity` bytes; its length, or an errno negated.
int64_t leeway_file_resolve(const char *path, char *resolved, size_t capacity);

/// Whether the file system at a path is one whose changes other hosts or layers make unseen (nfs, cifs, fuse, 9p,
/// overlay).
bool leeway_file_system_is_silent(const char *path);

/// A directory that is being listed.
typedef struct leeway_directory leeway_directory;

/// What a directory says of one entry; `name` is valid until the next call, `kind` is a `DT_` value.
typedef struct leeway_directory_entry {
  const char *name;
  size_t length;
  uint64_t inode;
  uint8_t kind;
} leeway_directory_entry;

/// Opens a directory for listing; NULL, with an errno in `error`, on failure.
leeway_directory *leeway_directory_open(const char *path, int *error);

/// The next entry except `.` and `..`; false at the end.
bool leeway_directory_next(leeway_directory *directory, leeway_directory_entry *entry);

/// Describes the entry of a name; 0 or an errno.
int leeway_directory_stat(leeway_directory *directory, const char *name, bool follow, leeway_file_info *info);

/// Ends a listing; NULL is allowed.
void leeway_directory_close(leeway_directory *directory);

/// A new inotify descriptor, or an errno negated.
int leeway_notify_create(void);

/// Watches a directory for entries that come, go, move or change, or a file for changes; the watch, or an errno
/// negated.
int leeway_notify_add(int descriptor, const char *path, bool is_directory);

/// The bits of an event's mask that mean: an entry came or went; the watch is gone; events were lost.
uint32_t leeway_notify_names_mask(void);
uint32_t leeway_notify_gone_mask(void);
uint32_t leeway_notify_overflow_mask(void);

/// A descriptor that other threads make readable, or an errno negated.
int leeway_wake_create(void);

/// Makes the wake descriptor readable; never blocks.
void leeway_wake_raise(int descriptor);

/// Makes the wake descriptor unreadable again; whether it had been raised.
bool leeway_wake_clear(int descriptor);

/// The index of the last newline, or -1.
int64_t leeway_last_newline(const void *bytes, size_t length);

/// The index of the first newline, or -1.
int64_t leeway_first_newline(const void *bytes, size_t length);

/// A descriptor of a file that exists in memory only, closed on exec; -1 with errno where it cannot be made.
int leeway_memory_file(const char *name);

#endif
