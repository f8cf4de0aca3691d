#pragma once
// PasswordEdit: what the changes of one Modify, or the values of an Add, say about userPassword,
// and the decision about it. userPassword is never read and holds one value:
//   replace: NEW                         a new password, the old one not shown
//   delete: OLD, add: NEW                a new password, the old one shown
//   delete without value, replace empty  no password at all (administrators)
// A hash ({SSHA}..., $argon2id$...) is taken from administrators as it is, without policies.
// decide() is slow (hash lane) and runs outside the transaction. Source: behera-10 8.2.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/password_change.h"
#include "outpost/ldap/ppolicy.h"
#include "outpost/ldap/update_image.h"
#include "outpost/ldap/update_services.h"

namespace postern::outpost {

bool is_user_password(std::string_view attribute);

class PasswordEdit {
 public:
  // Takes one change of userPassword, in order.
  MaybeFault take(const ldap::Modification& change);
  bool any() const noexcept { return any_; }
  bool shows_old() const noexcept { return old_.has_value(); }

  struct Who {
    core::ProviderId provider = 0;
    std::string client, request_id;
    core::UserId target = 0;
    bool own = false;               // the target itself is asking
    bool account_password = false;  // it is logged in by it
    bool reveal = false;
  };
  // Nothing = it may be written.
  std::optional<PasswordVerdict> decide(core::PasswordChange& passwords, const Who& who);
  // For a user that is being made.
  std::optional<PasswordVerdict> decide_new(core::PasswordChange& passwords,
                                            const core::NewUser& user);
  // In the transaction.
  core::Outcome<core::Done> write(core::Transaction& transaction, const core::ObjectTools& tools,
                                  core::UserId target, bool must_change) const;
  // The hash of a user that is being made; "" = none.
  std::string hash() const;

 private:
  std::optional<PasswordVerdict> settle(core::PasswordDecision decision, bool reveal);

  bool any_ = false, remove_ = false;
  std::optional<core::Secret> old_, new_;
  std::optional<core::PasswordReady> ready_;
};

}  // namespace postern::outpost
