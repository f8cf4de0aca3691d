#include "app/profiles/check_run.h"

#include <algorithm>

#include "core/ascii.h"
#include "protocols/ldap/dn.h"
#include "protocols/ldap/filter_text.h"

namespace postern::app {
namespace {

using ldap::ResultCode;

bool same_dn(const std::string& a, const std::string& b) {
  std::string first, second;
  return ldap::normalise_dn(a, first) && ldap::normalise_dn(b, second) && first == second;
}

std::string code_text(ResultCode code) {
  return "result " + std::to_string(static_cast<int>(code));
}

std::string count_text(const FoundEntries& found) {
  if (found.entries.empty()) return "nothing is found";
  if (found.entries.size() == 1) return "1 entry: " + found.entries.front().dn;
  return std::to_string(found.entries.size()) + " entries, the first " + found.entries.front().dn;
}

bool has_attribute(const FoundEntry& entry, std::string_view name) {
  return entry.attributes.find(core::ascii_lowered(name)) != entry.attributes.end();
}

bool stands_for_dn(std::string_view name) {
  return name == "base" || name == "users" || name == "groups" || name.ends_with("_dn");
}

void append_fact(std::string_view name, std::string_view value, FillAs as, std::string& out) {
  if (as == FillAs::filter) {
    ldap::append_escaped_assertion(out, value);
  } else if (as == FillAs::dn && !stands_for_dn(name)) {
    ldap::append_escaped_rdn_value(out, value);
  } else {
    out.append(value);
  }
}

CheckResult run_bind(const ProfileCheck& check, const CheckFacts& facts,
                     const CheckClient& client) {
  CheckResult result{.what = check.what};
  const std::string name = fill_in(
      check.bind, facts, check.bind.find('=') == std::string::npos ? FillAs::text : FillAs::dn);
  const ResultCode code = client.bind(name);
  result.passed = code == ResultCode::success;
  result.skipped = code == ResultCode::other;
  if (result.skipped) {
    result.seen = "not tried: there is no password for " + name;
  } else if (result.passed) {
    result.seen = "bound as " + name;
  } else if (code == ResultCode::insufficientAccessRights) {
    result.seen = name +
                  " gives the right password, but the application's policy bindings do not "
                  "let it in (50)";
  } else {
    result.seen = "the bind as " + name + " fails with " + code_text(code);
  }
  return result;
}

std::string shortcoming(const ProfileCheck& check, const CheckFacts& facts,
                        const FoundEntries& found) {
  using Expected = ProfileCheck::Expected;
  const bool none = check.expected == Expected::none;
  if (none && found.code == ResultCode::noSuchObject) return {};
  if (found.code != ResultCode::success) {
    return "the search fails with " + code_text(found.code) +
           (found.text.empty() ? "" : ": " + found.text);
  }
  const std::size_t count = found.entries.size();
  if (none) return count == 0 ? "" : "nothing was expected, but " + count_text(found);
  if (count == 0) return "nothing is found";
  if (check.expected == Expected::one && count != 1) {
    return "one entry was expected, but there are " + count_text(found);
  }
  const FoundEntry& first = found.entries.front();
  std::string missing;
  for (const std::string& name : check.has) {
    if (!has_attribute(first, name)) missing += (missing.empty() ? "" : ", ") + name;
  }
  if (!missing.empty()) return first.dn + " has no " + missing;
  const std::string dn = fill_in(check.dn, facts, FillAs::dn);
  if (!dn.empty() && !same_dn(dn, first.dn)) return "the entry is " + first.dn + ", not " + dn;
  return {};
}

}  // namespace

std::string fill_in(std::string_view text, const CheckFacts& facts, FillAs as) {
  std::string out;
  while (!text.empty()) {
    const std::size_t at = text.find("%(");
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) break;
    const std::size_t end = text.find(")s", at);
    if (end == std::string_view::npos) {
      out.append(text.substr(at));
      break;
    }
    const auto found = facts.find(text.substr(at + 2, end - at - 2));
    if (found != facts.end()) append_fact(found->first, found->second, as, out);
    text.remove_prefix(end + 2);
  }
  return out;
}

CheckResult run_check(const ProfileCheck& check, const CheckFacts& facts,
                      const CheckClient& client) {
  if (!check.bind.empty()) return run_bind(check, facts, client);
  CheckResult result{.what = check.what};
  const FoundEntries found =
      client.search(fill_in(check.base, facts, FillAs::dn), check.scope,
                    fill_in(check.filter, facts, FillAs::filter), check.attributes);
  const std::string wrong = shortcoming(check, facts, found);
  result.passed = wrong.empty();
  result.seen = result.passed ? count_text(found) : wrong;
  return result;
}

}  // namespace postern::app
