/// A disk that is full for as long as a test says so: a library, loaded before the C library, in which every write of a
/// program to a regular file ends with `ENOSPC` while a file of the test exists.
///
/// It needs neither a file system of its own nor the rights to make one, and no other program notices.
struct FullDisk {
  private let library: PreloadedLibrary

  /// Builds the library; nil where there is no C compiler.
  init?(in directory: TemporaryDirectory) throws {
    guard let library = try PreloadedLibrary("full-disk", FullDisk.source, in: directory) else { return nil }
    self.library = library
  }

  /// What a program's environment has to hold.
  var environment: [String: String] { library.environment }

  /// Fills the disk.
  func fill() { library.begin() }

  /// Frees the disk.
  func free() { library.end() }

  private static let source = #"""
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <stdlib.h>
    #include <sys/stat.h>
    #include <sys/uio.h>
    #include <unistd.h>

    static int is_full(int descriptor) {
      const char *flag = getenv("LEEWAY_TEST_FAULT");
      struct stat status;
      if (!flag || access(flag, F_OK) != 0) return 0;
      return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    }

    #define REFUSE(descriptor) if (is_full(descriptor)) { errno = ENOSPC; return -1; }
    #define NEXT(name) (__typeof__(&name))dlsym(RTLD_NEXT, #name)

    ssize_t write(int d, const void *b, size_t n) { REFUSE(d) return NEXT(write)(d, b, n); }
    ssize_t pwrite(int d, const void *b, size_t n, off_t o) { REFUSE(d) return NEXT(pwrite)(d, b, n, o); }
    ssize_t pwrite64(int d, const void *b, size_t n, off64_t o) { REFUSE(d) return NEXT(pwrite64)(d, b, n, o); }
    ssize_t writev(int d, const struct iovec *v, int n) { REFUSE(d) return NEXT(writev)(d, v, n); }
    int posix_fallocate(int d, off_t o, off_t n) {
      if (is_full(d)) return ENOSPC;
      return NEXT(posix_fallocate)(d, o, n);
    }
    int fallocate(int d, int m, off_t o, off_t n) { REFUSE(d) return NEXT(fallocate)(d, m, o, n); }
    """#
}
