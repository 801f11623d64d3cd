#include "base/cpus.h"

#include <malloc.h>
#include <sched.h>
#include <sys/sysinfo.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace dobby {
namespace {

/// Returns the folders of this process's cgroup and its ancestors, for the v2
/// hierarchy ("" controller) or the v1 one of `controller`.
std::vector<std::string> CgroupDirs(const std::string& controller) {
  std::ifstream self("/proc/self/cgroup");
  std::string path, line;
  while (std::getline(self, line)) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string names =
        "," + line.substr(first + 1, second - first - 1) + ",";
    const bool wanted =
        controller.empty()
            ? names == ",,"
            : names.find("," + controller + ",") != std::string::npos;
    if (wanted) path = line.substr(second + 1);
  }
  const std::string mount =
      "/sys/fs/cgroup" + (controller.empty() ? "" : "/" + controller);
  std::vector<std::string> dirs = {mount};
  for (std::size_t at = path.find('/', 1); !path.empty();
       at = path.find('/', at + 1)) {
    dirs.push_back(mount + path.substr(0, at));
    if (at == std::string::npos) break;
  }
  return dirs;
}

/// Returns the first number in a file, or `missing` when there is none.
double FirstNumber(const std::string& path, double missing) {
  std::ifstream file(path);
  double value = 0;
  return file >> value ? value : missing;
}

double CgroupCpuQuota() {
  double quota = std::numeric_limits<double>::infinity();
  for (const auto& dir : CgroupDirs("")) {
    std::ifstream file(dir + "/cpu.max");
    std::string max;
    double period = 0;
    if (file >> max >> period && max != "max" && period > 0) {
      quota = std::min(quota, std::stod(max) / period);
    }
  }
  for (const auto& dir : CgroupDirs("cpu")) {
    const double limit = FirstNumber(dir + "/cpu.cfs_quota_us", -1);
    const double period = FirstNumber(dir + "/cpu.cfs_period_us", 0);
    if (limit > 0 && period > 0) quota = std::min(quota, limit / period);
  }
  return quota;
}

double CgroupMemoryLeft() {
  double left = std::numeric_limits<double>::infinity();
  const double none = std::numeric_limits<double>::infinity();
  for (const auto& dir : CgroupDirs("")) {
    left = std::min(left, FirstNumber(dir + "/memory.max", none) -
                              FirstNumber(dir + "/memory.current", 0));
  }
  for (const auto& dir : CgroupDirs("memory")) {
    left = std::min(left, FirstNumber(dir + "/memory.limit_in_bytes", none) -
                              FirstNumber(dir + "/memory.usage_in_bytes", 0));
  }
  return std::max(left, 0.0);
}

/// Returns a "Name: 123 kB" field of a /proc file, in bytes; 0 when absent.
std::uint64_t ProcField(const char* path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, name.size() + 1, name + ":") != 0) continue;
    std::istringstream rest(line.substr(name.size() + 1));
    std::uint64_t kib = 0;
    rest >> kib;
    return kib * 1024;
  }
  return 0;
}

}  // namespace

int AvailableCpus() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  int cpus = 1;
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) cpus = CPU_COUNT(&mask);
  const double quota = CgroupCpuQuota();
  if (quota < cpus) cpus = static_cast<int>(std::ceil(quota));
  return std::max(cpus, 1);
}

std::uint64_t AvailableMemoryBytes() {
  auto machine =
      static_cast<double>(ProcField("/proc/meminfo", "MemAvailable"));
  struct sysinfo info{};
  if (machine == 0 && ::sysinfo(&info) == 0) {
    machine = static_cast<double>(info.freeram) * info.mem_unit;
  }
  return static_cast<std::uint64_t>(std::min(machine, CgroupMemoryLeft()));
}

std::uint64_t PeakRssBytes() { return ProcField("/proc/self/status", "VmHWM"); }

void ReturnFreedMemory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace dobby
