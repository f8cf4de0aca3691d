#pragma once
// Spotlight: who asks most, and for what, while somebody looks (`postern top`). While nobody does,
// a question costs on(), one relaxed load. While it is on, at most kKept names of each kind are
// counted; a new one beyond takes the place of the rarest and inherits its count (space-saving:
// whoever is really frequent is in the list, its count at most that much too high).
//
// Thread-safe. What is noted is forgotten when the last observer leaves.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::core {

class Spotlight {
 public:
  static constexpr std::size_t kKept = 256;
  static constexpr std::size_t kMostName = 200;  // octets; longer ones are cut

  enum class Kind : std::uint8_t { client, filter };
  using Ranking = std::vector<std::pair<std::string, std::uint64_t>>;  // the most frequent first

  // Whoever looks holds one.
  class Observer {
   public:
    explicit Observer(Spotlight& light);
    ~Observer();
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    Ranking ranking(Kind kind, std::size_t most) const;

   private:
    Spotlight& light_;
  };

  bool on() const noexcept { return observers_.load(std::memory_order_relaxed) != 0; }
  void note(Kind kind, std::string_view name);

 private:
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;

  std::atomic<int> observers_{0};
  mutable std::mutex mutex_;
  std::array<Counts, 2> counts_;
};

}  // namespace postern::core
