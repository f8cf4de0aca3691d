#pragma once
// Admission: counts open connections, in all and per source, against the caps. A Ticket is one
// place; it gives it back when destroyed. Any thread; the Admission outlives its tickets.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

namespace postern::net {

// A source as it is counted: an IPv4 address, or the /64 of an IPv6 address. Local sockets have
// none.
struct SourceKey {
  enum class Kind : std::uint8_t { local, ipv4, ipv6 } kind = Kind::local;
  std::array<std::uint8_t, 8> prefix{};
  auto operator<=>(const SourceKey&) const = default;
};

class Admission {
 public:
  enum class Refusal : std::uint8_t { none, total, source };

  class Ticket {
   public:
    Ticket() = default;
    Ticket(Admission& admission, const SourceKey& source)
        : admission_(&admission), source_(source) {}
    Ticket(Ticket&& other) noexcept;
    Ticket& operator=(Ticket&& other) noexcept;
    ~Ticket() { release(); }
    explicit operator bool() const noexcept { return admission_ != nullptr; }

   private:
    void release() noexcept;
    Admission* admission_ = nullptr;
    SourceKey source_;
  };

  Admission(std::size_t total, std::size_t per_source)
      : total_cap_(total), source_cap_(per_source) {}

  // An empty ticket when refused; `refusal` says why.
  Ticket admit(const SourceKey& source, Refusal& refusal);
  std::size_t open() const;

 private:
  void leave(const SourceKey& source) noexcept;

  const std::size_t total_cap_;
  const std::size_t source_cap_;
  mutable std::mutex mutex_;
  std::size_t open_ = 0;
  std::map<SourceKey, std::size_t> sources_;
};

}  // namespace postern::net
