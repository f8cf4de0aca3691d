#pragma once
// Explanations: why the last attempts to log in ended as they did, for an administrator who is told
// "insufficient access" and nothing else: the decisions in their order, and the setting that
// decided at the end. Made after the fact from what the attempt has left (explain_login.h), so that
// logins that are answered at once cost nothing; those are not kept. The last kKept, in memory, of
// this node.
//
// Thread-safe. No secret ever gets here.

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace postern::core {

struct Explanation {
  WallMs when = 0;
  std::string username, client, protocol, service, request_id;
  bool granted = false;
  std::string reason;              // "" when granted
  std::vector<std::string> steps;  // in the order in which they were decided
  std::string setting;             // what to look at to change it; "" = nothing
};

class Explanations {
 public:
  static constexpr std::size_t kKept = 1000;

  struct Filter {
    std::string_view user, service, client, request;  // "" = any
    bool refused_only = false;
    std::size_t limit = 20;
  };

  void add(Explanation one);
  std::vector<Explanation> find(const Filter& filter) const;  // newest first

 private:
  mutable std::mutex mutex_;
  std::deque<Explanation> kept_;  // newest first
};

}  // namespace postern::core
