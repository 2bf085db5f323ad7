#define _GNU_SOURCE
#include "posix_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static int64_t nanoseconds(struct statx_timestamp time) { return time.tv_sec * 1000000000LL + time.tv_nsec; }

static int describe(int directory, const char *path, int flags, leeway_file_info *info) {
  struct statx found;
  unsigned mask = STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_INO | STATX_SIZE | STATX_MTIME | STATX_BTIME;
  if (statx(directory, path, flags | AT_NO_AUTOMOUNT, mask, &found) != 0) return errno;
  info->device = (uint64_t)found.stx_dev_major << 32 | found.stx_dev_minor;
  info->inode = found.stx_ino;
  info->size = found.stx_size > INT64_MAX ? INT64_MAX : (int64_t)found.stx_size;
  info->birth = (found.stx_mask & STATX_BTIME) != 0 ? nanoseconds(found.stx_btime) : 0;
  info->modified = nanoseconds(found.stx_mtime);
  info->mode = found.stx_mode;
  info->links = found.stx_nlink;
  return 0;
}

int leeway_file_stat(const char *path, bool follow, leeway_file_info *info) {
  return describe(AT_FDCWD, path, follow ? 0 : AT_SYMLINK_NOFOLLOW, info);
}

int leeway_file_stat_open(int descriptor, leeway_file_info *info) {
  return describe(descriptor, "", AT_EMPTY_PATH, info);
}

uint32_t leeway_file_generation(int descriptor) {
  // The kernel's argument is an int although the request's number says long.
  long generation = 0;
  if (ioctl(descriptor, FS_IOC_GETVERSION, &generation) != 0) return 0;
  return (uint32_t)generation;
}

int leeway_file_open(const char *path) {
  int descriptor;
  do {
    descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor < 0 ? -errno : descriptor;
}

int64_t leeway_file_read(int descriptor, void *bytes, size_t length, int64_t offset) {
  ssize_t count;
  do {
    count = pread(descriptor, bytes, length, offset);
  } while (count < 0 && errno == EINTR);
  return count < 0 ? -(int64_t)errno : count;
}

int64_t leeway_file_next_data(int descriptor, int64_t offset) {
  off_t found = lseek(descriptor, offset, SEEK_DATA);
  return found < offset ? offset : found;
}

int64_t leeway_file_resolve(const char *path, char *resolved, size_t capacity) {
  char *found = realpath(path, NULL);
  if (found == NULL) return -errno;
  size_t length = strlen(found);
  if (length >= capacity) {
    free(found);
    return -ENAMETOOLONG;
  }
  memcpy(resolved, found, length + 1);
  free(found);
  return (int64_t)length;
}

bool leeway_file_system_is_silent(const char *path) {
  struct statfs system;
  if (statfs(path, &system) != 0) return false;
  switch ((uint32_t)system.f_type) {
  case NFS_SUPER_MAGIC:
  case SMB_SUPER_MAGIC:
  case 0xFF534D42u: /* cifs */
  case 0xFE534D42u: /* smb2 */
  case 0x65735546u: /* fuse */
  case V9FS_MAGIC:
  case OVERLAYFS_SUPER_MAGIC:
    return true;
  default:
    return false;
  }
}

leeway_directory *leeway_directory_open(const char *path, int *error) {
  int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
  DIR *stream = descriptor < 0 ? NULL : fdopendir(descriptor);
  if (stream == NULL) {
    *error = errno;
    if (descriptor >= 0) close(descriptor);
  }
  return (leeway_directory *)stream;
}

bool leeway_directory_next(leeway_directory *directory, leeway_directory_entry *entry) {
  for (;;) {
    struct dirent *found = readdir((DIR *)directory);
    if (found == NULL) return false;
    const char *name = found->d_name;
    if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) continue;
    entry->name = name;
    entry->length = strlen(name);
    entry->inode = found->d_ino;
    entry->kind = found->d_type;
    return true;
  }
}

int leeway_directory_stat(leeway_directory *directory, const char *name, bool follow, leeway_file_info *info) {
  return describe(dirfd((DIR *)directory), name, follow ? 0 : AT_SYMLINK_NOFOLLOW, info);
}

void leeway_directory_close(leeway_directory *directory) {
  if (directory != NULL) closedir((DIR *)directory);
}

int leeway_notify_create(void) {
  int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

int leeway_notify_add(int descriptor, const char *path, bool is_directory) {
  uint32_t mask = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
  if (is_directory) mask |= IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR;
  int watch = inotify_add_watch(descriptor, path, mask);
  return watch < 0 ? -errno : watch;
}

uint32_t leeway_notify_names_mask(void) {
  return IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
}

uint32_t leeway_notify_gone_mask(void) { return IN_IGNORED | IN_UNMOUNT; }

uint32_t leeway_notify_overflow_mask(void) { return IN_Q_OVERFLOW; }

int leeway_wake_create(void) {
  int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

void leeway_wake_raise(int descriptor) {
  uint64_t one = 1;
  ssize_t written;
  do {
    written = write(descriptor, &one, sizeof one);
  } while (written < 0 && errno == EINTR);
}

bool leeway_wake_clear(int descriptor) {
  uint64_t count = 0;
  return read(descriptor, &count, sizeof count) == sizeof count;
}

int64_t leeway_last_newline(const void *bytes, size_t length) {
  const char *found = memrchr(bytes, '\n', length);
  return found == NULL ? -1 : found - (const char *)bytes;
}

int64_t leeway_first_newline(const void *bytes, size_t length) {
  const char *found = memchr(bytes, '\n', length);
  return found == NULL ? -1 : found - (const char *)bytes;
}

int leeway_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
