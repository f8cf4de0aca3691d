// What argon2id alone allows: verifies one hash (19 MiB, t=2, p=1) again and again on each of N
// threads for S seconds and prints verifications per second and CPU milliseconds each.
//   argon2_floor [SECONDS [THREADS]]     argon2_floor hash PASSWORD   (prints the encoded hash for
//   a population)
#include <sodium.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = std::size_t{19'456} * 1024;
constexpr std::string_view kPassword = "typed-password";
using Hash = char[crypto_pwhash_STRBYTES];

bool make_hash(std::string_view password, Hash& hash) {
  return crypto_pwhash_str_alg(hash, password.data(), password.size(), kPasses, kMemory,
                               crypto_pwhash_ALG_ARGON2ID13) == 0;
}

double process_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

int measure(double seconds, int threads) {
  Hash hash;
  if (!make_hash(kPassword, hash)) return 2;
  using Clock = std::chrono::steady_clock;
  std::atomic<long> verified = 0;
  std::atomic<bool> wrong = false;
  const double cpu_before = process_cpu_seconds();
  const Clock::time_point start = Clock::now();
  const Clock::time_point end = start + std::chrono::microseconds(static_cast<long>(seconds * 1e6));
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      while (Clock::now() < end) {
        if (crypto_pwhash_str_verify(hash, kPassword.data(), kPassword.size()) != 0) wrong = true;
        ++verified;
      }
    });
  }
  workers.clear();  // joins
  const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
  const auto count = static_cast<double>(verified.load());
  std::printf("{\"per_s\":%.3f,\"cpu_ms_each\":%.3f,\"threads\":%d}\n", count / elapsed,
              (process_cpu_seconds() - cpu_before) * 1e3 / count, threads);
  return wrong ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 2;
  if (argc == 3 && std::strcmp(argv[1], "hash") == 0) {
    Hash hash;
    if (!make_hash(argv[2], hash)) return 2;
    std::puts(hash);
    return 0;
  }
  const double seconds = argc > 1 ? std::atof(argv[1]) : 5;
  const int threads = argc > 2 ? std::atoi(argv[2]) : 1;
  if (seconds <= 0 || seconds > 3600 || threads < 1 || threads > 256) {
    std::fprintf(stderr, "usage: argon2_floor [SECONDS [THREADS]] | argon2_floor hash PASSWORD\n");
    return 2;
  }
  return measure(seconds, threads);
}
