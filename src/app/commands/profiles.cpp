#include "app/commands/profiles.h"

#include <algorithm>

#include "app/ldap_client.h"
#include "app/profiles/profiles.h"
#include "core/access/permission.h"
#include "core/uuid.h"
#include "protocols/ldap/dn.h"

namespace postern::app {
namespace {

using core::Object;
using core::Outcome;

constexpr std::chrono::seconds kPatience{20};

// The account and the group that exist while a test runs.
class TestAccount {
 public:
  explicit TestAccount(CommandContext& context) : context_(context) {}
  TestAccount(const TestAccount&) = delete;
  TestAccount& operator=(const TestAccount&) = delete;
  ~TestAccount() {
    if (user_.is_null()) return;  // both or none: they were made in one transaction
    try {
      change(context_, {"model_deleted", std::string(core::user_model().name), name_},
             [this](core::Transaction&, core::Objects& objects) -> Outcome<core::Done> {
               if (auto gone = objects.erase(core::user_model(), user_); !gone) return gone;
               return objects.erase(core::group_model(), group_);
             });
    } catch (const std::exception& trouble) {
      context_.console.error("the test's account " + name_ + " is still there: " + trouble.what());
    }
  }

  bool make(const std::string& join) {
    name_ =
        "postern-profile-test-" + core::make_uuid(context_.appliance.tools().random).substr(0, 8);
    const int code =
        change(context_, {"model_created", std::string(core::user_model().name), name_},
               [&](core::Transaction&, core::Objects& objects) -> Outcome<core::Done> {
                 const auto group = objects.create(core::group_model(), {{"name", name_}});
                 if (!group) return group.error();
                 boost::json::array groups{group->pk};
                 if (!join.empty()) {
                   const auto other = objects.by_name(core::group_model(), join);
                   if (!other) return other.error();
                   groups.push_back(other->at("pk"));
                 }
                 const auto user = objects.create(core::user_model(),
                                                  {{"username", name_},
                                                   {"name", "Profile Test"},
                                                   {"email", name_ + "@example.invalid"},
                                                   {"type", "internal"},
                                                   {"groups", std::move(groups)},
                                                   {"permissions", {core::kSearchFullDirectory}}});
                 if (!user) return user.error();
                 auto token = objects.create(
                     core::token_model(),
                     {{"identifier", name_}, {"intent", "app_password"}, {"user", user->pk}});
                 if (!token) return token.error();
                 user_ = user->pk;
                 group_ = group->pk;
                 password_ = *std::move(token->generated);
                 return core::Done{};
               });
    return code == kDone;
  }

  const std::string& name() const noexcept { return name_; }
  const core::Secret& password() const noexcept { return password_; }

 private:
  CommandContext& context_;
  std::string name_;
  core::Value user_, group_;
  core::Secret password_;
};

// The provider to test: the named one, or the first with that profile.
const core::LdapProvider* provider_of(CommandContext& context, const core::Catalog& catalog,
                                      const ProfileTest& options) {
  for (const auto& provider : catalog.ldap_providers) {
    if (!options.provider.empty() ? provider->name == options.provider
                                  : provider->profile == options.name) {
      return provider.get();
    }
  }
  context.console.error(options.provider.empty()
                            ? "no LDAP provider has the profile " + options.name +
                                  "; give it one: attributes: {postern: {profile: " + options.name +
                                  "}}"
                            : "there is no LDAP provider " + options.provider);
  return nullptr;
}

// Where this server can be reached over plain LDAP from its own machine.
std::optional<Endpoint> own_listener(const std::string& addresses) {
  constexpr std::string_view kPlain = "ldap=";
  std::size_t at = 0;
  while (at < addresses.size()) {
    const std::size_t end = std::min(addresses.find(' ', at), addresses.size());
    const std::string word = addresses.substr(at, end - at);
    at = end + 1;
    if (word.substr(0, kPlain.size()) != kPlain) continue;
    const std::size_t colon = word.rfind(':');
    if (colon == std::string::npos) continue;
    std::string host = word.substr(kPlain.size(), colon - kPlain.size());
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    if (host == "*" || host == "0.0.0.0" || host == "::" || host.empty()) host = "localhost";
    return Endpoint{host, static_cast<std::uint16_t>(std::stoi(word.substr(colon + 1)))};
  }
  return std::nullopt;
}

std::string rdn_of(const directory::EntryShape& shape, std::string_view name) {
  return shape.rdn + "=" + ldap::escape_rdn_value(name);
}

CheckFacts facts_of(CommandContext& context, const core::LdapProvider& provider,
                    const directory::Profile& shape, const core::StoredUser& user) {
  CheckFacts facts;
  const auto container = [&](const directory::EntryShape& entries) {
    return entries.container_type + "=" + entries.container + "," + provider.base_dn;
  };
  facts["base"] = provider.base_dn;
  facts["domain"] = directory::domain_of(provider.base_dn);
  facts["users"] = container(shape.users);
  facts["groups"] = container(shape.groups);
  facts["username"] = user.username;
  facts["email"] = user.email;
  facts["uid_number"] = std::to_string(user.uid_number + shape.uid_offset);
  facts["gid_number"] = std::to_string(user.gid_number + shape.gid_offset);
  facts["user_dn"] = rdn_of(shape.users, user.username) + "," + facts["users"];
  if (user.groups.empty()) return facts;
  if (const auto group = context.appliance.store().load_group(user.groups.front())) {
    facts["group"] = group->name;
    facts["group_gid"] = std::to_string(group->gid_number + shape.gid_offset);
    facts["group_dn"] = rdn_of(shape.groups, group->name) + "," + facts["groups"];
  }
  return facts;
}

std::optional<core::StoredUser> find_user(CommandContext& context, const std::string& name) {
  const auto transaction = context.appliance.store().begin();
  core::Objects objects(*transaction, context.appliance.tools());
  const auto found = objects.by_name(core::user_model(), name);
  if (!found) {
    context.console.error(found.error().message);
    return std::nullopt;
  }
  return context.appliance.store().load_user(found->at("pk").as_int64());
}

int report(CommandContext& context, const ClientProfile& profile, const CheckFacts& facts,
           const CheckClient& client) {
  std::size_t failed = 0, skipped = 0;
  for (const ProfileCheck& check : profile.checks) {
    const CheckResult result = run_check(check, facts, client);
    const char* mark = result.skipped ? "  -     " : result.passed ? "  ok    " : "  FAILS ";
    context.console.line(mark + result.what + ": " + result.seen);
    if (result.skipped) ++skipped;
    if (result.skipped || result.passed) continue;
    ++failed;
    if (!check.otherwise.empty()) {
      context.console.line("        so " + fill_in(check.otherwise, facts, FillAs::text));
    }
  }
  const std::size_t passed = profile.checks.size() - failed - skipped;
  context.console.line(std::to_string(passed) + " of " + std::to_string(profile.checks.size()) +
                       " as a client of this kind needs it");
  return failed == 0 ? kDone : kRefused;
}

}  // namespace

int list_profiles(CommandContext& context) {
  const auto set = context.appliance.profiles();
  std::size_t width = 0;
  for (const ClientProfile& profile : set->profiles) {
    width = std::max(width, profile.shape.name.size());
  }
  for (const ClientProfile& profile : set->profiles) {
    std::string line = profile.shape.name;
    line.resize(width + 2, ' ');
    context.console.line(line + profile.shape.description);
  }
  for (const FileError& error : set->errors) context.console.note(to_text(error) + "\n");
  return kDone;
}

int show_profile(CommandContext& context, const std::string& name) {
  const auto set = context.appliance.profiles();
  const ClientProfile* profile = set->find(name);
  if (profile == nullptr) {
    context.console.error("there is no profile " + name + "; there are " + set->names());
    return kRefused;
  }
  context.console.out("# " + profile->file + "\n" + profile->text);
  return kDone;
}

int test_profile(CommandContext& context, const ProfileTest& options) {
  const auto set = context.appliance.profiles();
  const ClientProfile* profile = set->find(options.name);
  if (profile == nullptr) {
    context.console.error("there is no profile " + options.name + "; there are " + set->names());
    return kRefused;
  }
  const auto listener = own_listener(context.listening);
  if (!listener) {
    context.console.error(context.beside_server
                              ? "the server has no plain LDAP listener to connect to"
                              : "the server does not run");
    return kRefused;
  }
  const auto catalog = context.appliance.directory().catalog();
  const core::LdapProvider* provider = provider_of(context, *catalog, options);
  if (provider == nullptr) return kRefused;
  const ClientProfile* seen = set->find(provider->profile);

  TestAccount account(context);
  if (!account.make(options.group)) return kRefused;
  const auto user = find_user(context, options.user.empty() ? account.name() : options.user);
  const auto reader = find_user(context, account.name());
  if (!user || !reader) return kRefused;
  const directory::Profile& shape = seen == nullptr ? profile->shape : seen->shape;
  const CheckFacts facts = facts_of(context, *provider, shape, *user);
  const std::string reader_dn = facts_of(context, *provider, shape, *reader).at("user_dn");

  context.console.line("profile " + options.name + ", LDAP provider " + provider->name + " at " +
                       provider->base_dn + ", about " + facts.at("user_dn"));
  LdapClient searching(kPatience);
  if (const std::string why = searching.connect(*listener); !why.empty()) {
    context.console.error("cannot connect to " + to_text(*listener) + ": " + why);
    return kRefused;
  }
  const ldap::ResultCode code = searching.bind(reader_dn, account.password());
  if (code != ldap::ResultCode::success) {
    context.console.error(
        "the test's own account cannot bind as " + reader_dn + ": result " +
        std::to_string(static_cast<int>(code)) +
        (code == ldap::ResultCode::insufficientAccessRights
             ? ", the application's policy bindings do not let it in; name a group that they let "
               "in with --group"
             : ""));
    return kRefused;
  }
  const core::Secret* password = options.user.empty() ? &account.password()
                                 : context.secret     ? &*context.secret
                                                      : nullptr;
  CheckClient client;
  client.search = [&searching](const std::string& base, ldap::Scope scope,
                               const std::string& filter,
                               const std::vector<std::string>& attributes) {
    return searching.search(base, scope, filter, attributes);
  };
  client.bind = [&](const std::string& name) {
    if (password == nullptr) return ldap::ResultCode::other;
    LdapClient fresh(kPatience);
    if (!fresh.connect(*listener).empty()) return ldap::ResultCode::unavailable;
    return fresh.bind(name, *password);
  };
  return report(context, *profile, facts, client);
}

}  // namespace postern::app
