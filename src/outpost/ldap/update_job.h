#pragma once
// UpdateJob: one Add, Modify, Delete or ModifyDN, carried out on a lane: rights, controls, change
// and commit in one transaction, all or nothing. What it writes goes through core/objects, as every
// other change of stored objects.
//
// Result codes, by cause: 32 (with matchedDN) no such entry, or one that the client may not see; 68
// there already; 64 a name of the wrong shape; 50 no right; 53 what this service does not take; 16,
// 17, 19, 20, 21, 65, 67, 69 by the attribute; 66 entries with others below; 71 another tree; 122
// assertion false; 51 the entry changed meanwhile; 52 no Store.
// Thread: one work. Sources: RFC 4511 4.6-4.9, 4525, 4527, 4528; design.md 2 (idea 3), 7 (Feed).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/access/update_rights.h"
#include "core/ports/directory.h"
#include "outpost/ldap/update_controls.h"
#include "outpost/ldap/update_image.h"
#include "outpost/ldap/update_password.h"
#include "outpost/ldap/update_read.h"
#include "outpost/ldap/update_services.h"
#include "protocols/ldap/update.h"

namespace postern::outpost {

struct UpdateResult {
  ldap::ResultCode code = ldap::ResultCode::other;
  std::string matched_dn, text;
  Octets controls;
  // What the client's own credential generation is now; 0 = as it was.
  std::uint64_t generation = 0;
  bool own_password = false;           // it has changed its own password
  std::chrono::milliseconds delay{0};  // the answer comes no sooner than this
};

class UpdateJob {
 public:
  struct Context {
    UpdateServices& updates;
    ldap::Tree& tree;
    core::Directory& directory;
    core::Login& login;
    const core::Grant& grant;
    std::string client, request_id;
    Instant deadline{};
    bool policy_asked = false;  // the client sent the password policy control
  };
  explicit UpdateJob(const Context& context);

  UpdateResult add(const ldap::AddRequest& request, const UpdateControls& controls);
  UpdateResult modify(const ldap::ModifyRequest& request, const UpdateControls& controls);
  UpdateResult erase(std::string_view dn, const UpdateControls& controls);
  UpdateResult rename(const ldap::ModifyDnRequest& request, const UpdateControls& controls);
  // RFC 3062. `generated` takes the password that the server has made.
  UpdateResult change_password(const ldap::PasswordModify& request,
                               std::optional<core::Secret>& generated);

 private:
  struct Target {
    std::string dn, normal;
    ldap::Located at;
    bool user() const noexcept { return at.kind == ldap::Located::Kind::user; }
  };
  struct Stop {  // how an update ends early
    UpdateResult result;
  };
  [[noreturn]] static void stop(ldap::ResultCode code, std::string text);
  [[noreturn]] static void stop(const UpdateFault& fault);
  [[noreturn]] void stop(const PasswordVerdict& verdict) const;
  [[noreturn]] static void stop_on(const core::Error& error, bool naming);
  UpdateResult guarded(const std::function<UpdateResult()>& body);

  Target target(std::string_view dn);
  Target person(const std::optional<std::string_view>& identity);
  void must_see(const Target& target, bool change);
  void open();
  core::Object stored(const Target& target);
  // Refuses who has less power than the entry.
  core::Object stored_in_power(const Target& target);
  void check_reads(const Target& target, const UpdateControls& controls);
  UpdateResult close(const UpdateControls& controls, std::string_view dn, std::string_view action,
                     std::string_view model, std::string_view name);

  static const core::Model& model_of(const Target& target) {
    return target.user() ? core::user_model() : core::group_model();
  }
  static core::WriteOptions trusted();

  bool is_self(const Target& target) const noexcept;
  void need(std::string_view permission) const;
  void need_power_over_user(const core::Object& user);
  void need_power_over_group(const core::Object& group);
  void may_modify(const Target& target, const ldap::ModifyRequest& request);
  void may_set_password(const Target& target);

  void modify_user(const Target& target, const ldap::ModifyRequest& request,
                   const PasswordEdit& password, bool permissive);
  // pwdAccountLockedTime is there as long as wrong passwords refuse all further ones; who may
  // change the user may take it away (behera-10 5.3.3), which is all that can be done with it.
  bool take_unlock(const ldap::Modification& change, bool permissive);
  void unlock_if_asked(std::string_view username);
  void modify_group(const Target& target, const ldap::ModifyRequest& request, bool permissive);
  void write_children(const core::Value& group, class Members& members);
  void add_user(const Target& target, const ldap::AddRequest& request, std::string_view name);
  void add_group(const Target& target, const ldap::AddRequest& request, std::string_view name);
  std::string new_name(const Target& target) const;

  Context context_;
  std::shared_ptr<const core::Catalog> catalog_;
  const core::LdapProvider* provider_ = nullptr;
  EntryReader reader_;
  std::unique_lock<std::mutex> turn_;
  std::unique_ptr<core::Transaction> transaction_;
  core::UpdateRights rights_;
  Octets controls_;  // pre-read
  bool password_set_ = false;
  enum class Unlock : std::uint8_t { none, if_locked, must_be_locked } unlock_ = Unlock::none;
};

}  // namespace postern::outpost
