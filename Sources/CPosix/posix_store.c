#include "posix_store.h"

#include <sys/vfs.h>

bool leeway_is_network_file_system(const char *path) {
  struct statfs found;
  if (statfs(path, &found) != 0) return false;
  switch ((unsigned long)found.f_type & 0xffffffffUL) {
    case 0x6969UL:      // NFS
    case 0xff534d42UL:  // CIFS
    case 0xfe534d42UL:  // SMB2
    case 0x517bUL:      // SMB
    case 0x01021997UL:  // 9p
      return true;
    default:
      return false;
  }
}
