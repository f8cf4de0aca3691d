// Load generator for LDAP servers on loopback: checks every answer, prints one line of rates,
// latencies, server CPU per operation and memory. Exit 0 if no answer was wrong, 1 otherwise, 2 if
// the run could not be made.
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <memory>

#include "bench/load_runner.h"

namespace {

using postern::bench::Histogram;
using postern::bench::LoadOptions;
using postern::bench::LoadResult;

double per(double amount, std::uint64_t count) {
  return count == 0 ? 0 : amount / static_cast<double>(count);
}
double microseconds(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e3; }

void print_line(const LoadOptions& o, const LoadResult& r, const Histogram& h) {
  const double cpu = microseconds(r.cpu_nanoseconds);
  std::printf(
      "%-10s %-9s c%-4zu %s %9.0f ops/s  errors %llu  p50 %.0f p99 %.0f max %.0f us  cpu %.2f "
      "us/op",
      o.target.c_str(), o.case_name.c_str(), o.connections, o.rate > 0 ? "fixed " : "closed",
      static_cast<double>(r.operations) / r.seconds, static_cast<unsigned long long>(r.errors),
      microseconds(h.quantile(0.5)), microseconds(h.quantile(0.99)), microseconds(h.max()),
      per(cpu, r.operations));
  if (o.entries > 1) std::printf(" %.3f us/entry", per(cpu, r.entries));
  std::printf("  %.0f octets/op  rss %.1f MB (anonymous %.1f)\n",
              per(static_cast<double>(r.octets), r.operations),
              static_cast<double>(r.memory.resident_kib) / 1024,
              static_cast<double>(r.memory.anonymous_kib) / 1024);
  if (r.errors > 0) std::fprintf(stderr, "first error: %s\n", r.first_error.c_str());
}

void print_json_text(const char* key, const std::string& value) {
  std::printf("\"%s\":\"", key);
  for (const char c : value) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet >= 0x7f || c == '"' || c == '\\') {
      std::printf("\\u%04x", octet);
    } else {
      std::putchar(c);
    }
  }
  std::putchar('"');
}

void print_json(const LoadOptions& o, const LoadResult& r, const Histogram& h) {
  const double cpu = microseconds(r.cpu_nanoseconds);
  std::putchar('{');
  print_json_text("target", o.target);
  std::putchar(',');
  print_json_text("case", o.case_name);
  std::printf(
      ",\"connections\":%zu,\"rate\":%g,\"seconds\":%.6f,\"operations\":%llu,\"ops_per_s\":%.1f",
      o.connections, o.rate, r.seconds, static_cast<unsigned long long>(r.operations),
      static_cast<double>(r.operations) / r.seconds);
  std::printf(
      ",\"entries\":%llu,\"entries_per_s\":%.1f,\"octets_per_op\":%.1f,\"errors\":%llu,",
      static_cast<unsigned long long>(r.entries), static_cast<double>(r.entries) / r.seconds,
      per(static_cast<double>(r.octets), r.operations), static_cast<unsigned long long>(r.errors));
  print_json_text("first_error", r.first_error);
  std::printf(",\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f", microseconds(h.quantile(0.5)),
              microseconds(h.quantile(0.99)), microseconds(h.max()));
  std::printf(",\"cpu_s\":%.6f,\"cpu_us_per_op\":%.3f,\"cpu_us_per_entry\":%.3f", cpu / 1e6,
              per(cpu, r.operations), per(cpu, r.entries));
  std::printf(",\"rss_kib\":%lld,\"rss_anon_kib\":%lld,\"rss_peak_kib\":%lld}\n",
              static_cast<long long>(r.memory.resident_kib),
              static_cast<long long>(r.memory.anonymous_kib),
              static_cast<long long>(r.memory.peak_resident_kib));
}

void allow_many_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  LoadOptions options;
  const int code = postern::bench::parse_options(argc, argv, options);
  if (code >= 0) return code == 0 ? 0 : 2;
  allow_many_descriptors();
  try {
    const auto runner = std::make_unique<postern::bench::LoadRunner>(options);
    const LoadResult result = runner->run();
    if (options.json) {
      print_json(options, result, runner->latencies());
    } else {
      print_line(options, result, runner->latencies());
    }
    return result.errors == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ldap_load: %s\n", error.what());
    return 2;
  }
}
