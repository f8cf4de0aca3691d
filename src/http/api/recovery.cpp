// core/users/{pk}/recovery/ and recovery_email/: one-time links into the brand's recovery flow,
// given to an administrator or mailed to the user. A fresh one voids the one before.

#include "core/flow/stages/mail_text.h"
#include "core/mail_address.h"
#include "core/model/time_text.h"
#include "http/api/objects_in_one.h"
#include "http/api/power.h"
#include "http/api/routes.h"
#include "http/api/shown.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;

constexpr std::int64_t kLifetime = 30 * 60 * 1000;

struct Asked {
  Object user, body;
  std::int64_t lifetime = kLifetime;
};

// Who, and for how long; a Response ends it.
std::optional<Response> read_asked(Context& context, Asked& out) {
  const auto user = find_addressed(context, kUserResource);
  if (!user && context.who.superuser()) return detail(404, "Not found.");
  if (!user || !may_reset(context, *user)) return not_permitted();
  out.user = *user;
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  out.body = *body;
  const Value* duration = body->if_contains("token_duration");
  if (duration == nullptr || !duration->is_string() || duration->get_string().empty()) {
    return std::nullopt;
  }
  const auto asked = core::parse_duration(duration->get_string());
  if (!asked || *asked <= 0) {
    return field_error("token_duration", "This is not in the correct format.");
  }
  out.lifetime = *asked;
  return std::nullopt;
}

// The link, or what is wrong.
std::variant<core::Secret, Response> make_link(Context& context, const Asked& asked) {
  Showing showing(context);
  std::string slug;
  for (const Object& brand : showing.all("authentik_brands.brand")) {
    const Object* flow = showing.related("authentik_flows.flow", brand.at("flow_recovery"));
    if (flow != nullptr) slug = flow->at("slug").as_string();
  }
  if (slug.empty()) return field_error("", "No recovery flow set.");
  const core::Model& model = core::token_model();
  const std::string name = "ak-recovery-flow-" + std::to_string(asked.user.at("pk").as_int64());
  const auto done = in_one(context, [&](core::Transaction& transaction, core::Objects& objects) {
    for (const Object& old : transaction.find(model, {{"identifier", name}})) {
      transaction.erase(model, old.at("pk"));
    }
    return objects.create(model,
                          {{"identifier", name},
                           {"intent", "verification"},
                           {"user", asked.user.at("pk")},
                           {"description", "Recovery link"},
                           {"expiring", true},
                           {"expires", context.services.tools.clock.wall() + asked.lifetime}});
  });
  if (!done) return error_response(done.error());
  record_event(context, "model_created", {{"model", model.name}, {"name", name}, {"pk", done->pk}});
  return core::Secret(context.services.base_url + "/if/flow/" + slug +
                      "/?flow_token=" + std::string(done->generated->reveal()));
}

Response recovery_link(Context& context) {
  Asked asked;
  if (auto refusal = read_asked(context, asked)) return *std::move(refusal);
  auto link = make_link(context, asked);
  if (auto* refusal = std::get_if<Response>(&link)) return std::move(*refusal);
  return json_response(200, Object{{"link", std::get<core::Secret>(link).reveal()}});
}

Response recovery_email(Context& context) {
  Asked asked;
  if (auto refusal = read_asked(context, asked)) return *std::move(refusal);
  Showing showing(context);
  const Value* pk = asked.body.if_contains("email_stage");
  const Object* stage = pk == nullptr || !pk->is_string()
                            ? nullptr
                            : showing.related("authentik_stages_email.emailstage", *pk);
  if (stage == nullptr) return field_error("email_stage", "There is no such stage.");
  const std::string address(asked.user.at("email").as_string());
  if (!core::is_mail_address(address)) {
    return field_error("", "User does not have an email address set.");
  }
  auto link = make_link(context, asked);
  if (auto* refusal = std::get_if<Response>(&link)) return std::move(*refusal);
  const core::Language language = core::language_of(asked.user.at("attributes").as_object());
  core::Mail mail = core::link_mail(language, stage->at("template").as_string(),
                                    {"postern", asked.user.at("username").as_string(),
                                     std::get<core::Secret>(link).reveal(), asked.lifetime});
  mail.to = address;
  mail.from = stage->at("from_address").as_string();
  mail.expires = context.services.tools.clock.wall() + asked.lifetime;
  if (stage->at("subject") != "") {
    mail.subject = core::translated(language, stage->at("subject").as_string());
  }
  if (!context.services.mail.send(std::move(mail))) {
    return detail(503, "No mail can be sent.");
  }
  record_event(context, "email_sent",
               {{"stage", stage->at("name")}, {"user", asked.user.at("pk")}});
  return no_content();
}

}  // namespace

void add_recovery(Router& router) {
  router.add("POST", "/api/v3/core/users/{key:int}/recovery/", Door::user, &recovery_link);
  router.add("POST", "/api/v3/core/users/{key:int}/recovery_email/", Door::user, &recovery_email);
}

}  // namespace postern::http
