#include "core/password_change.h"

#include <utility>
#include <vector>

#include "core/credentials/code_check.h"
#include "core/credentials/password_check.h"
#include "core/credentials/random_text.h"
#include "core/flow/builtin_flow.h"
#include "core/flow/executor.h"
#include "core/flow/user_writer.h"

namespace postern::core {
namespace {

constexpr std::string_view kDefaultFlow = "default-password-change";
constexpr std::size_t kGeneratedLength = 20;
constexpr int kGeneratedTries = 16;  // until one satisfies the policies
constexpr std::string_view kGeneratedAlphabet =
    "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz-_.+!";

PasswordRefused not_allowed(std::string message) {
  return {PasswordRefused::Why::not_allowed, PasswordFault::none, std::move(message)};
}

// What no policy has to say: nobody could log in with it.
std::optional<PasswordRefused> unusable(const Secret& password) {
  const auto refuse = [](PasswordFault fault, std::string message) {
    return PasswordRefused{PasswordRefused::Why::quality, fault, std::move(message)};
  };
  if (password.empty()) return refuse(PasswordFault::too_short, "the password is empty");
  if (password.size() > PasswordCheck::kMaxPassword) {
    return refuse(PasswordFault::too_long, "the password must not exceed 1024 octets");
  }
  if (password.reveal().find('\0') != std::string_view::npos) {
    return refuse(PasswordFault::weak, "the password must not contain NUL");
  }
  return std::nullopt;
}

// Makes the hash, and leaves the writing to the caller of decide().
class HashWriter final : public UserWriter {
 public:
  explicit HashWriter(const PasswordHasher& hasher) : hasher_(hasher) {}

  Outcome<Done> write(UserId, const boost::json::object& data) override {
    for (const auto& item : data) {
      if (item.key() != "password" && item.key() != "password_repeat") {
        return Error{Error::Kind::invalid, std::string(item.key()), "cannot be changed here"};
      }
    }
    const auto* password = data.if_contains("password");
    if (password == nullptr) return Error{Error::Kind::invalid, "password", "is not asked for"};
    hash_ = hasher_.hash(Secret(std::string_view(password->get_string())));
    return Done{};
  }
  std::string take() { return std::move(hash_); }

 private:
  const PasswordHasher& hasher_;
  std::string hash_;
};

// The flow that the login flow's password stage names, else the default one.
std::shared_ptr<const Flow> change_flow(const Catalog& catalog, const LdapProvider& provider) {
  const std::shared_ptr<const Flow>& login =
      provider.authentication_flow ? provider.authentication_flow : builtin_login_flow();
  for (const FlowStep& step : login->steps) {
    const Stage* stage =
        step.stage->embedded_password ? step.stage->embedded_password.get() : step.stage.get();
    if (stage->kind != StageKind::password || stage->configure_flow.empty()) continue;
    for (const auto& [slug, flow] : catalog.flows) {
      if (flow->pk == stage->configure_flow) return flow;
    }
    return nullptr;  // named, but gone
  }
  const auto found = catalog.flows.find(std::string(kDefaultFlow));
  return found == catalog.flows.end() ? nullptr : found->second;
}

}  // namespace

struct PasswordChange::Impl {
  Impl(const LoginParts& the_parts, Login& the_login)
      : parts(the_parts),
        login(the_login),
        passwords(parts.directory, parts.store, parts.hasher, parts.throttle, parts.recent,
                  parts.clock, parts.sealer),
        codes(parts.store, parts.sealer, parts.clock),
        executor({parts.directory, passwords, codes, parts.clock}) {}

  std::optional<PasswordDecision> check_old(const PasswordChangeRequest& request,
                                            const LdapProvider& provider,
                                            const LoginRecord& record);
  PasswordDecision run_flow(const PasswordChangeRequest& request, std::shared_ptr<const Flow> flow,
                            const Secret& password);
  PasswordDecision generate(const PasswordChangeRequest& request,
                            const std::shared_ptr<const Flow>& flow);
  bool in_history(UserId user, std::string_view current, const Secret& password, int remembered);

  const LoginParts parts;
  Login& login;
  const PasswordCheck passwords;
  const CodeCheck codes;
  const FlowExecutor executor;
};

PasswordChange::PasswordChange(const LoginParts& parts, Login& login)
    : impl_(std::make_unique<Impl>(parts, login)) {}
PasswordChange::~PasswordChange() = default;

PasswordDecision PasswordChange::decide(const PasswordChangeRequest& request) {
  Impl& impl = *impl_;
  const std::shared_ptr<const Catalog> catalog = impl.parts.directory.catalog();
  const LdapProvider* provider = catalog->ldap_provider(request.provider);
  if (provider == nullptr) return not_allowed("the service is gone");
  LoginRecord record;
  const Lookup found = impl.parts.directory.read_user(request.target, record);
  if (found == Lookup::unavailable) return Unavailable{Reason::directory_stale};
  if (found != Lookup::found) return not_allowed("there is no such user");
  if (auto refused = impl.check_old(request, *provider, record)) return *std::move(refused);

  const std::shared_ptr<const Flow> flow = change_flow(*catalog, *provider);
  if (flow == nullptr) return not_allowed("no flow to change passwords is set up");
  try {
    if (!request.new_password && impl.parts.random == nullptr) {
      return not_allowed("passwords are not generated here");
    }
    if (!request.new_password) return impl.generate(request, flow);
    return impl.run_flow(request, flow, *request.new_password);
  } catch (const StoreError&) {
    return Unavailable{Reason::store_unreachable};
  }
}

PasswordDecision PasswordChange::decide_new(const NewUser& user, const Secret& password) {
  Impl& impl = *impl_;
  const std::shared_ptr<const Catalog> catalog = impl.parts.directory.catalog();
  const LdapProvider* provider = catalog->ldap_provider(user.provider);
  if (provider == nullptr) return not_allowed("the service is gone");
  const std::shared_ptr<const Flow> flow = change_flow(*catalog, *provider);
  if (flow == nullptr || flow->broken) {
    return not_allowed("no flow to change passwords is set up");
  }
  if (auto bad = unusable(password)) return *std::move(bad);
  PasswordCandidate candidate;
  candidate.password = password.reveal();
  candidate.username = user.username;
  candidate.email = user.email;
  candidate.name = user.name;
  candidate.now = impl.parts.clock.wall();
  candidate.own = false;
  candidate.breached = impl.parts.breached;
  for (const FlowStep& step : flow->steps) {
    for (const auto& policy : step.stage->validation) {
      const PolicyVerdict verdict = judge(*policy, candidate);
      if (verdict.passed()) continue;
      return PasswordRefused{PasswordRefused::Why::quality, verdict.fault, verdict.message};
    }
  }
  return PasswordReady{0, 0, impl.parts.hasher.hash(password), candidate.now, std::nullopt};
}

// Nothing = the change may go on.
std::optional<PasswordDecision> PasswordChange::Impl::check_old(
    const PasswordChangeRequest& request, const LdapProvider& provider, const LoginRecord& record) {
  if (!request.own) return std::nullopt;
  if (!request.old_password || request.old_password->empty()) {
    if (provider.password_without_old && request.account_password) return std::nullopt;
    return PasswordRefused{PasswordRefused::Why::must_supply_old, PasswordFault::none,
                           "the old password has to be given along"};
  }
  LoginRequest attempt;
  attempt.protocol = request.protocol;
  attempt.provider = request.provider;
  attempt.username = record.username;
  attempt.password = *request.old_password;
  attempt.client = request.client;
  attempt.request_id = request.request_id;
  attempt.purpose = Purpose::password_change;
  const LoginOutcome outcome = login.attempt(attempt, Blocking::yes);
  if (const auto* granted = std::get_if<Granted>(&outcome);
      granted != nullptr && granted->grant.user == request.target) {
    return std::nullopt;
  }
  if (const auto* broken = std::get_if<Unavailable>(&outcome)) return *broken;
  if (std::holds_alternative<NotAdmitted>(outcome)) {
    return not_allowed("the service does not admit the user");
  }
  PasswordRefused refused;
  refused.why = PasswordRefused::Why::wrong_old;
  refused.message = "the old password is wrong";
  if (const auto* denied = std::get_if<Denied>(&outcome)) {
    refused.reason = denied->reason;
    refused.delay = denied->delay;
  }
  return refused;
}

bool PasswordChange::Impl::in_history(UserId user, std::string_view current, const Secret& password,
                                      int remembered) {
  if (remembered <= 0) return false;
  if (parts.hasher.verify(current, password)) return true;
  for (const std::string& old :
       parts.store.password_history(user, static_cast<std::size_t>(remembered - 1))) {
    if (parts.hasher.verify(old, password)) return true;
  }
  return false;
}

PasswordDecision PasswordChange::Impl::run_flow(const PasswordChangeRequest& request,
                                                std::shared_ptr<const Flow> flow,
                                                const Secret& password) {
  if (auto bad = unusable(password)) return *std::move(bad);
  const std::optional<StoredUser> user = parts.store.load_user(request.target);
  if (!user) return not_allowed("there is no such user");
  PasswordCandidate candidate;
  candidate.username = user->username;
  candidate.email = user->email;
  candidate.name = user->name;
  candidate.changed = user->password_changed;
  candidate.now = parts.clock.wall();
  candidate.own = request.own;
  candidate.breached = parts.breached;
  candidate.in_history = [&](int remembered) {
    return in_history(user->pk, user->password_hash, password, remembered);
  };
  HashWriter writer(parts.hasher);
  LoginRecord record;
  Attempt attempt{.blocking = Blocking::yes,
                  .service = request.provider,
                  .source = request.client,
                  .name = user->username,
                  .record = record};
  attempt.candidate = &candidate;
  attempt.writer = &writer;
  attempt.judge = parts.judge;

  Plan plan;
  FlowRequest start;
  start.flow = std::move(flow);
  start.user = request.target;
  start.outpost = true;
  FlowOutcome outcome = executor.start(start, plan, attempt);
  while (const auto* challenge = std::get_if<Challenge>(&outcome)) {
    const auto* prompt = std::get_if<PromptChallenge>(&challenge->ask);
    // A form that comes back with an error, or anything that is not a form of passwords.
    if (prompt == nullptr || challenge->error.reason != Reason::none) break;
    std::vector<PromptAnswer::Field> fields;
    for (const PromptField& field : *prompt->fields) {
      if (field.type == "password") fields.push_back({field.key, password.reveal()});
    }
    outcome = executor.submit(plan, PromptAnswer{fields}, attempt);
  }
  if (const auto* broken = std::get_if<Unavailable>(&outcome)) return *broken;
  if (std::holds_alternative<Finished>(outcome) && plan.written) {
    return PasswordReady{user->pk, user->generation, writer.take(), candidate.now, std::nullopt};
  }
  if (!plan.refusal.passed()) {
    return PasswordRefused{PasswordRefused::Why::quality, plan.refusal.fault, plan.refusal.message};
  }
  return not_allowed(plan.prompt_error.empty() ? "the flow does not allow it" : plan.prompt_error);
}

PasswordDecision PasswordChange::Impl::generate(const PasswordChangeRequest& request,
                                                const std::shared_ptr<const Flow>& flow) {
  PasswordDecision decision;
  for (int i = 0; i < kGeneratedTries; ++i) {
    Secret made = random_text(*parts.random, kGeneratedAlphabet,
                              kGeneratedLength + static_cast<std::size_t>(i));
    decision = run_flow(request, flow, made);
    if (auto* ready = std::get_if<PasswordReady>(&decision)) {
      ready->generated = std::move(made);
      return decision;
    }
    const auto* refused = std::get_if<PasswordRefused>(&decision);
    const bool by_chance = refused != nullptr && (refused->fault == PasswordFault::weak ||
                                                  refused->fault == PasswordFault::too_short);
    if (!by_chance) break;
  }
  return decision;
}

Outcome<Done> PasswordChange::write(Transaction& transaction, const ObjectTools& tools,
                                    const PasswordReady& ready, bool must_change) {
  const Model& model = user_model();
  const auto stored = transaction.get(model, Value(ready.user));
  if (!stored || stored->at("generation").to_number<std::uint64_t>() != ready.generation) {
    return Error{Error::Kind::conflict, "password",
                 "the user has changed meanwhile, nothing was done; try again"};
  }
  Objects objects(transaction, tools);
  WriteOptions options;
  options.trusted = true;
  const auto written = objects.update(model, stored->at("pk"),
                                      {{"password_hash", ready.hash},
                                       {"password_change_date", ready.when},
                                       {"password_must_change", must_change}},
                                      options);
  if (!written) return written.error();
  return Done{};
}

}  // namespace postern::core
