// What one operation is: its steps, whom it is about, the requests it sends and what each answer
// must be. Built once from LoadOptions (throws std::runtime_error for unreadable input); afterwards
// nothing allocates.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/filter_template.h"
#include "bench/ldap_client_codec.h"
#include "bench/load_options.h"
#include "bench/text_template.h"

namespace postern::bench {

struct Step {
  enum class Kind : std::uint8_t { Connect, BindAccount, BindUser, Search, Unbind };
  Kind kind;
  std::uint8_t channel;  // 0 or 1: the session's socket it happens on
};

class Workload {
 public:
  explicit Workload(const LoadOptions& options);

  [[nodiscard]] std::span<const Step> setup() const { return setup_; }
  [[nodiscard]] std::span<const Step> operation() const { return operation_; }
  [[nodiscard]] std::span<const Step> priming() const { return priming_; }

  // Chooses the next user; false when every user had its turn and that was the end of it.
  bool pick(Identity& who);
  // For priming: each user once, in order.
  bool pick_for_priming(Identity& who);

  void write_account_bind(BerBackWriter& out, std::uint32_t id) const;
  void write_user_bind(BerBackWriter& out, std::uint32_t id, const Identity& who) const;
  void write_search(BerBackWriter& out, std::uint32_t id, const Identity& who,
                    std::string_view cookie) const;
  [[nodiscard]] bool expected_dn(std::string_view dn, const Identity& who) const;
  [[nodiscard]] bool expected_count(std::uint64_t entries) const;

 private:
  void build_steps(const LoadOptions& options);
  void load_credentials(const std::string& path);
  void name(Identity& who, std::size_t index) const;

  std::vector<Step> setup_;
  std::vector<Step> operation_;
  std::vector<Step> priming_;
  LoadOptions options_;
  TextTemplate user_dn_;
  TextTemplate password_;
  TextTemplate expected_dn_;
  TextTemplate search_base_;
  FilterTemplate filter_;
  std::vector<std::string> attributes_;
  std::vector<std::pair<std::string, std::string>> credentials_;
  std::size_t next_ = 0;
  std::size_t next_primed_ = 0;
  std::minstd_rand random_;
};

}  // namespace postern::bench
