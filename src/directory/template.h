#pragma once
// Template: how a profile writes a value of an attribute. Plain text with fields:
//
//   %(username)s                 a field; %% is a percent sign
//   %(last_name,username)s       the first of several that is not empty
//   %(name|ascii)s               passed through lower, upper or ascii (other characters become ?)
//
// Fields of users: username, name, first_name, last_name, email, uuid, guid (16 octets), pk,
// uid_number, gid_number, active, superuser (TRUE or FALSE), account_control (512, 514), hash
// (authentik's uid), domain (of the base DN), created, password_changed, expires (generalized
// time), password_filetime (100 ns since 1601), password_days, expires_days (since 1970),
// attributes.KEY. Fields of groups: name, uuid, guid, pk, gid_number, superuser, domain, created,
// attributes.KEY.
//
// A value whose fields are all empty is none (text around them does not count). A template that is
// one attributes.KEY alone gives every value of a list; inside other text, the first.
// Immutable after parse(); thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/projection.h"

namespace postern::directory {

// What an entry is made of: a user or a group.
struct Facts {
  const core::StoredUser* user = nullptr;
  const core::StoredGroup* group = nullptr;
  bool superuser = false;
  std::string_view domain;      // "example.org"
  std::string_view install_id;  // of the authentik that was left
  std::int64_t uid_offset = 0, gid_offset = 0;
};

class Template {
 public:
  // Nothing: `error` says what is wrong.
  static std::optional<Template> parse(std::string_view text, bool of_groups, std::string& error);

  bool uses_domain() const noexcept { return uses_domain_; }
  const std::string& text() const noexcept { return text_; }
  void render(const Facts& facts, std::vector<std::string>& out) const;

 private:
  enum class Filter : std::uint8_t { none, lower, upper, ascii };
  struct Piece {
    std::string literal;              // in front of the field
    std::vector<std::string> fields;  // none = literal alone
    Filter filter = Filter::none;
  };

  static void values_of(const Facts& facts, std::string_view field, std::vector<std::string>& out);
  static void apply(Filter filter, std::string& value);

  std::string text_;
  std::vector<Piece> pieces_;
  bool uses_domain_ = false;
};

}  // namespace postern::directory
