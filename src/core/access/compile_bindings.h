#pragma once
// Stored policies and policy bindings -> Bindings of each target: of flows, their stages and
// applications in the Catalog, and of notification rules. A binding whose policy, group or user is
// missing never passes and is named in `problems`. Thread: pure; a value of one call.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/catalog.h"

namespace postern::core {

class BindingCompiler {
 public:
  using GroupNumbers = std::function<GroupNumber(std::string_view uuid_or_name)>;
  // The function outlives this.
  explicit BindingCompiler(const GroupNumbers& group_number) : group_number_(group_number) {}

  void compile(const StoredConfig& config, std::vector<std::string>& problems);

  Bindings of(const std::string& target, EngineMode mode) const;
  const std::map<std::string, std::shared_ptr<const Policy>, std::less<>>& policies()
      const noexcept {
    return policies_;
  }

 private:
  Binding binding(const boost::json::object& row, std::vector<std::string>& problems) const;

  const GroupNumbers& group_number_;
  std::map<std::string, std::shared_ptr<const Policy>, std::less<>> policies_;
  std::map<std::string, std::vector<Binding>, std::less<>> bindings_;  // by target
};

// Calls `use` with each stored object of the model.
void each_object(const StoredConfig& config, std::string_view model,
                 const std::function<void(const boost::json::object&)>& use);

}  // namespace postern::core
