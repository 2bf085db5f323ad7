import Domain
import Foundation
import Testing

/// A network mount that forgets its handles: reads of open logs end with `ESTALE` until they are opened again.
@Suite struct StaleHandleTests {
  /// Each descriptor's next read of a `.jsonl` file fails once after the fault began, and leaves a trace.
  private static let source = #"""
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>

    static char refused[1024];

    static int is_stale(int descriptor) {
      const char *flag = getenv("LEEWAY_TEST_FAULT");
      char link[64], path[4096];
      if (!flag || access(flag, F_OK) != 0 || descriptor < 0 || descriptor >= 1024 || refused[descriptor]) return 0;
      snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
      ssize_t length = readlink(link, path, sizeof path - 1);
      if (length < 6 || memcmp(path + length - 6, ".jsonl", 6) != 0) return 0;
      refused[descriptor] = 1;
      int trace = open(flag, O_WRONLY | O_APPEND);
      if (trace >= 0) { (void)!write(trace, "x", 1); close(trace); }
      return 1;
    }

    #define REFUSE(descriptor) if (is_stale(descriptor)) { errno = ESTALE; return -1; }
    #define NEXT(name) (__typeof__(&name))dlsym(RTLD_NEXT, #name)

    ssize_t pread(int d, void *b, size_t n, off_t o) { REFUSE(d) return NEXT(pread)(d, b, n, o); }
    ssize_t pread64(int d, void *b, size_t n, off64_t o) { REFUSE(d) return NEXT(pread64)(d, b, n, o); }
    """#

  @Test("logs whose handles went stale are opened again by path, and each line counts once") func reopened() throws {
    let directory = try TemporaryDirectory()
    guard let mount = try PreloadedLibrary("stale", Self.source, in: directory) else { return }
    let names = ["a.jsonl", "b.jsonl", "c.jsonl"]
    func append(_ count: Int, from start: Int) throws {
      for name in names {
        let text = (start..<(start + count)).map { number in
          "{\"ts\":\"\((Timestamp(seconds: 1_790_000_000) + .seconds(number)).formatted())\",\"ms\":\(number)}\n"
        }
        let handle = try #require(FileHandle(forWritingAtPath: directory.path + "/" + name))
        handle.seekToEndOfFile()
        handle.write(Data(text.joined().utf8))
        try handle.close()
      }
    }
    for name in names { try directory.write(name, "") }
    try append(100, from: 0)
    let state = ["--state", directory.path + "/state", "--json"]
    let collector = try Binary.start(
      ["collect", "*.jsonl"] + state, in: directory, environment: mount.environment, output: .nullDevice)
    defer {
      kill(collector.processIdentifier, SIGKILL)
      collector.waitUntilExit()
    }
    func counted(_ wanted: Int64) throws -> JSON? {
      var status: JSON?
      let end = Date().addingTimeInterval(20)
      while Date() < end {
        let run = try Binary.run(["status"] + state, in: directory)
        if run.status == 0 {
          status = try run.json["sources"]?.array?.first
          if status?["lines"]?.integer == wanted { break }
        }
        usleep(100_000)
      }
      return status
    }
    #expect(try counted(300)?["lines"]?.integer == 300)
    mount.begin()
    try append(50, from: 100)
    let status = try counted(450)
    #expect(status?["lines"]?.integer == 450, "\(status ?? .null)")
    #expect(status?["gaps"]?.integer == 0, "\(status ?? .null)")
    #expect(try directory.text("stale.fault").count >= names.count)
  }
}
