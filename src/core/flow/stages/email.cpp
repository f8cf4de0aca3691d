// email: sends the pending user a link that goes on with this run, in any browser, once. A name
// that nobody owns sees the same page, and no mail goes out. What is kept for the link is sealed in
// its token; a moved credential generation voids it.

#include <boost/json/serialize.hpp>

#include "core/access/stored_fields.h"
#include "core/flow/plan_codec.h"
#include "core/flow/stages/mail_text.h"
#include "core/flow/stages/page.h"
#include "core/hex.h"
#include "core/mail_address.h"
#include "core/model/time_text.h"

namespace postern::core {
namespace {

constexpr std::string_view kSent = "mail_sent";
constexpr WallMs kLifetime = 30 * 60'000;
constexpr WallMs kMinute = 60'000;

Challenge show() { return page("ak-stage-email", {}, false); }

// A token that holds this run; its key.
std::optional<Secret> keep_run(const StageContext& context, WallMs lifetime) {
  const WebTools& tools = context.attempt.web->tools;
  const std::string name =
      "ak-email-" + context.flow.slug + "-" + std::to_string(context.plan.pending_user);
  auto made =
      write_object(tools, [&](Transaction& transaction, Objects& objects) -> Outcome<Written> {
        for (const Object& old : transaction.find(core::token_model(), {{"identifier", name}})) {
          transaction.erase(core::token_model(), old.at("pk"));
        }
        auto token = objects.create(core::token_model(),
                                    {{"identifier", name},
                                     {"intent", "verification"},
                                     {"user", context.plan.pending_user},
                                     {"description", "Mailed link"},
                                     {"expiring", true},
                                     {"expires", context.tools.clock.wall() + lifetime}});
        return token;
      });
  if (!made || !made->generated) return std::nullopt;
  const std::string sealed = tools.objects.sealer.seal(
      boost::json::serialize(plan_to_json(context.plan)), mailed_plan_place(made->pk.as_string()));
  const auto kept =
      write_object(tools, [&](Transaction& transaction, Objects&) -> Outcome<Written> {
        transaction.update(core::token_model(), made->pk, {{"plan", to_hex(sealed)}});
        return Written{};
      });
  if (!kept) return std::nullopt;
  return made->generated;
}

bool send_link(const StageContext& context) {
  const WebTools& tools = context.attempt.web->tools;
  const auto user = tools.store.load_user(context.plan.pending_user);
  if (!user || !is_mail_address(user->email) || tools.mail == nullptr) return false;
  const bool allowed = tools.store.reserve_code_guess(
      "mail:" + std::to_string(user->pk), context.tools.clock.wall(),
      static_cast<int>(setting(context.stage, "recovery_max_attempts", 5)),
      setting_duration(context.stage, "recovery_cache_timeout", 5 * kMinute), 100);
  if (!allowed) return false;
  const WallMs lifetime = setting_duration(context.stage, "token_expiry", kLifetime);
  const auto key = keep_run(context, lifetime);
  if (!key) return false;
  const std::string link = tools.base_url + "/if/flow/" + context.flow.slug +
                           "/?flow_token=" + std::string(key->reveal());
  Language language = language_of(user->attributes);
  if (language == Language::unset) language = context.attempt.web->language;
  Mail mail = link_mail(language, setting(context.stage, "template"),
                        {context.attempt.web->brand, user->username, link, lifetime});
  mail.to = user->email;
  mail.from = setting(context.stage, "from_address");
  if (lifetime > 0) mail.expires = context.tools.clock.wall() + lifetime;
  if (const std::string subject = setting(context.stage, "subject"); !subject.empty()) {
    mail.subject = translated(language, subject);
  }
  const bool sent = tools.mail->send(std::move(mail));
  if (sent) note(context, "email_sent", {{"stage", context.stage.name}});
  return sent;
}

StageResult activate(const StageContext& context) {
  if (!setting_flag(context.stage, "activate_user_on_success", false)) return Passed{};
  const auto done = write_object(
      context.attempt.web->tools, [&](Transaction&, Objects& objects) -> Outcome<Written> {
        return objects.update(user_model(), Value(context.plan.pending_user),
                              {{"is_active", true}});
      });
  if (!done) return Denied{Reason::flow_denied};
  return reread(context);
}

StageResult enter(const StageContext& context) {
  Plan& plan = context.plan;
  if (context.attempt.web == nullptr) return Denied{Reason::stage_unsupported};
  if (context.attempt.blocking == Blocking::no) return WouldBlock{LoginLane::store};
  // Whoever holds a link has received it.
  if (plan.pending_user != 0 && (plan.restored || !plan.invitation.empty())) {
    return activate(context);
  }
  if (plan.pending_user == 0 && !plan.pretend_user) return Denied{Reason::flow_denied};
  if (!plan.context.contains(kSent)) {
    plan.context[kSent] = true;
    plan.keep = true;
    if (plan.pending_user != 0) send_link(context);
  }
  return show();
}

// Once more, please.
StageResult answer(const StageContext& context, const Answer&) {
  if (context.attempt.web == nullptr) return Denied{Reason::stage_unsupported};
  if (context.plan.pending_user != 0) send_link(context);
  return show();
}

}  // namespace

const StageFunctions kEmailStage{&enter, &answer};

}  // namespace postern::core
