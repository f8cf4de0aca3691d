// CPU time and memory of another process, read from the kernel. CPU is user + system of all its
// threads, exited ones included, in nanoseconds (the process's CPU clock). Memory is
// /proc/<pid>/status, in KiB. With pid 0 all is 0.
#pragma once

#include <sys/types.h>
#include <time.h>

#include <cstdint>

namespace postern::bench {

struct MemoryUse {
  std::int64_t resident_kib = 0;       // VmRSS
  std::int64_t anonymous_kib = 0;      // RssAnon: not backed by a file
  std::int64_t peak_resident_kib = 0;  // VmHWM
};

class CpuMeter {
 public:
  // Throws std::runtime_error if there is no such process.
  explicit CpuMeter(pid_t pid);

  [[nodiscard]] std::int64_t cpu_nanoseconds() const;
  [[nodiscard]] MemoryUse memory() const;

 private:
  pid_t pid_;
  clockid_t clock_{};
};

}  // namespace postern::bench
