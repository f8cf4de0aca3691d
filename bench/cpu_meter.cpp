#include "bench/cpu_meter.h"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace postern::bench {

CpuMeter::CpuMeter(pid_t pid) : pid_(pid) {
  if (pid_ != 0 && clock_getcpuclockid(pid_, &clock_) != 0)
    throw std::runtime_error("no process " + std::to_string(pid_));
}

std::int64_t CpuMeter::cpu_nanoseconds() const {
  timespec now{};
  if (pid_ == 0 || clock_gettime(clock_, &now) != 0) return 0;
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

MemoryUse CpuMeter::memory() const {
  MemoryUse use;
  if (pid_ == 0) return use;
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    std::istringstream fields(line);
    std::string key;
    std::int64_t value = 0;
    if (!(fields >> key >> value)) continue;
    if (key == "VmRSS:") use.resident_kib = value;
    if (key == "RssAnon:") use.anonymous_kib = value;
    if (key == "VmHWM:") use.peak_resident_kib = value;
  }
  return use;
}

}  // namespace postern::bench
