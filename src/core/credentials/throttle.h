#pragma once
// Throttle: what wrong guesses cost. Per (user, service): a delay of 0.25 s * 2^n after n failures,
// at most 15 s; a temporary refusal after 10 failures in 15 minutes, 5 minutes long, doubling to an
// hour, never permanent. The same wrong password repeated within an hour counts once (keyed HMAC of
// the last three). A source address is never refused: it only counts the distinct users that failed
// from it, for an alert. Failures of app passwords have their own bucket per (source, key id or
// user). Names that nobody owns share a small fixed table under hashed names.
//
// A guess is reserved before it is verified: open guesses plus failures never exceed the limit; who
// would exceed it waits for an open guess to be settled, then is refused. A right password gives
// its guess back; failures of the last 15 minutes stay, so logins of the owner do not buy guesses.
// (Code guesses are counted in the Store, per device.)
//
// Thread-safe. reserve() may wait, so it is for lanes; refused() and the app password bucket are
// for loops. Source: design.md 7 (Login), reference rules 5.5.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "core/ports/store.h"

namespace postern::core {

struct ThrottleSettings {
  bool enabled = true;
  std::chrono::milliseconds first_delay{250};
  std::chrono::milliseconds max_delay{15'000};
  int failures = 10;  // in `window` bring a refusal; at most 16
  std::chrono::milliseconds window{15 * 60'000};
  std::chrono::milliseconds refusal{5 * 60'000};
  std::chrono::milliseconds max_refusal{60 * 60'000};
  std::chrono::milliseconds same_password{60 * 60'000};
  int alert_users = 20;                                 // distinct users failed from one source ...
  std::chrono::milliseconds alert_window{10 * 60'000};  // ... within this
  std::size_t rows = 65536;                             // known users x services
  std::size_t unknown_rows = 4096;
  std::size_t app_password_rows = 16384;
  std::size_t sources = 4096;
  std::chrono::milliseconds settle_wait{2'000};  // how long a guess waits for open ones
};

// Who is being guessed at: a user, or a name that nobody owns.
struct ThrottleKey {
  UserId user = 0;
  std::string_view name;  // used when user is 0
  ProviderId service = 0;
};

class Throttle {
 public:
  Throttle(const Clock& clock, Random& random, ThrottleSettings settings = {});
  ~Throttle();
  Throttle(const Throttle&) = delete;
  Throttle& operator=(const Throttle&) = delete;

  // One guess. Exactly one of succeeded() and failed() follows unless `refused`.
  struct Guess {
    bool refused = false;
    std::uint64_t row = 0;  // hash of the key
    bool known = false;
    UserId user = 0;
    ProviderId service = 0;
    std::chrono::milliseconds delay{0};  // of a refusal
  };
  Guess reserve(const ThrottleKey& key);
  void succeeded(const Guess& guess);
  // The delay before the answer.
  std::chrono::milliseconds failed(const Guess& guess, std::string_view password);
  // Whether a temporary refusal is running now. Never waits.
  bool refused(const ThrottleKey& key) const;
  WallMs refused_until(const ThrottleKey& key) const;  // 0 or past = it is not

  // The delay before the answer; `credential` is the key id, or the user name.
  std::chrono::milliseconds app_password_failed(std::string_view source,
                                                std::string_view credential);

  // True once per window, when the distinct users failed from `source` reach the alert number.
  bool source_failed(std::string_view source, std::string_view username);

  // Forgets everything held against a user. False: nothing was.
  bool unlock(UserId user);

  // Writes rows changed since the last flush; called about once a second from a lane. load() at
  // start. Errors: StoreError passes; the rows stay marked and go with the next flush.
  void flush(Store& store);
  void load(Store& store);
  std::size_t rows() const;  // all tables

 private:
  struct Row;
  struct Shard;
  struct Table;
  struct Sources;

  std::uint64_t hash(std::string_view text, std::int64_t a, std::int64_t b) const noexcept;
  Table& table_of(const Guess& guess) const noexcept { return guess.known ? *known_ : *unknown_; }
  Guess identify(const ThrottleKey& key) const noexcept;
  std::chrono::milliseconds delay_after(int failures) const noexcept;
  void prune(Row& row, WallMs now) const noexcept;
  void start_refusal(Row& row, WallMs now) const noexcept;
  WallMs expiry(const Row& row) const noexcept;

  const Clock& clock_;
  const ThrottleSettings settings_;
  std::array<unsigned char, 32> key_{};
  std::unique_ptr<Table> known_, unknown_, app_passwords_;
  std::unique_ptr<Sources> sources_;
};

}  // namespace postern::core
