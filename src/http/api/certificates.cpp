// crypto/certificatekeypairs: certificates with their keys, as LDAPS, EAP and outposts use them.
// Who looks at one, or at its key, leaves an event.

#include "core/model/time_text.h"
#include "core/objects/certificate_hook.h"
#include "http/api/certificate_facts.h"
#include "http/api/objects_in_one.h"
#include "http/api/routes.h"
#include "http/permissions.h"

namespace postern::http {
namespace {

using core::Object;
using core::Value;
using Use = ApiField::Use;
using Op = ApiFilter::Op;

constexpr std::int64_t kMaxDays = 36'500;

CertificateFacts facts_of(const Object& row) {
  return certificate_facts(row.at("certificate_data").as_string());
}

Value text_or_null(const std::string& text) { return text.empty() ? Value(nullptr) : Value(text); }

Value show_sha256(Showing&, const Object& row) { return text_or_null(facts_of(row).sha256); }
Value show_sha1(Showing&, const Object& row) { return text_or_null(facts_of(row).sha1); }
Value show_subject(Showing&, const Object& row) { return text_or_null(facts_of(row).subject); }
Value show_key_type(Showing&, const Object& row) { return text_or_null(facts_of(row).key_type); }
Value show_expiry(Showing&, const Object& row) {
  const std::int64_t expires = facts_of(row).expires_ms;
  return expires == 0 ? Value(nullptr) : Value(core::time_text(expires));
}
Value show_has_key(Showing&, const Object& row) {
  const Value* sealed = row.if_contains("sealed_key");
  return sealed != nullptr && sealed->is_string() && !sealed->get_string().empty();
}

std::string address(const Object& row, std::string_view act) {
  return "/api/v3/crypto/certificatekeypairs/" + std::string(row.at("pk").as_string()) + "/" +
         std::string(act) + "/?download=true";
}
Value show_certificate_url(Showing&, const Object& row) {
  return Value(address(row, "view_certificate"));
}
Value show_key_url(Showing&, const Object& row) { return Value(address(row, "view_private_key")); }

constexpr ApiField kFields[] = {
    {.name = "pk", .use = Use::read},
    {.name = "name", .required = true},
    {.name = "fingerprint_sha256", .use = Use::read, .show = &show_sha256},
    {.name = "fingerprint_sha1", .use = Use::read, .show = &show_sha1},
    {.name = "certificate_data", .use = Use::write, .required = true},
    {.name = "key_data", .use = Use::write},
    {.name = "cert_expiry", .use = Use::read, .show = &show_expiry},
    {.name = "cert_subject", .use = Use::read, .show = &show_subject},
    {.name = "private_key_available", .use = Use::read, .show = &show_has_key},
    {.name = "key_type", .use = Use::read, .show = &show_key_type},
    {.name = "certificate_download_url", .use = Use::read, .show = &show_certificate_url},
    {.name = "private_key_download_url", .use = Use::read, .show = &show_key_url},
    {.name = "managed", .use = Use::fixed, .constant = "null"},
};
constexpr ApiFilter kFilters[] = {{"name", "name"}};
constexpr std::string_view kSearch[] = {"name"};
const Resource kCertificateResource{
    .path = "crypto/certificatekeypairs",
    .model = "authentik_crypto.certificatekeypair",
    .fields = kFields,
    .filters = kFilters,
    .search = kSearch,
    .order = "name",
};

Response file_or_json(const Context& context, std::string_view name, std::string_view pem) {
  const std::string* download = context.query.find("download");
  if (download == nullptr || *download != "true") {
    return json_response(200, Object{{"data", pem}});
  }
  Response response;
  response.set("Content-Type", "application/x-pem-file");
  response.set("Content-Disposition", "attachment; filename=\"" + std::string(name) + ".pem\"");
  response.body = std::string(pem);
  return response;
}

Response view(Context& context, bool key) {
  const auto stored = find_addressed(context, kCertificateResource);
  if (!stored) return detail(404, "Not found.");
  const std::string_view act = key ? "authentik_crypto.view_certificatekeypair_key"
                                   : "authentik_crypto.view_certificatekeypair_certificate";
  if (!may(context, act, kCertificateResource.model, pk_text(stored->at("pk")))) {
    return not_permitted();
  }
  record_event(context, "secret_view",
               {{"model", kCertificateResource.model},
                {"pk", stored->at("pk")},
                {"name", stored->at("name")},
                {"part", key ? "private_key" : "certificate"}});
  if (!key) return file_or_json(context, "certificate", stored->at("certificate_data").as_string());
  const auto secret = core::opened_key(*stored, context.services.tools.sealer);
  return file_or_json(context, "private_key", secret ? secret->reveal() : std::string_view());
}

struct Wanted {
  std::string name, names, algorithm = "rsa";
  int days = 0;
};

std::optional<Response> read_wanted(const Object& body, Wanted& out) {
  const Value* name = body.if_contains("common_name");
  if (name == nullptr) return field_error("common_name", "This field is required.");
  if (!name->is_string() || name->get_string().empty() || name->get_string().size() > 64) {
    return field_error("common_name", "Ensure this field has 1 to 64 characters.");
  }
  out.name = name->get_string();
  const Value* days = body.if_contains("validity_days");
  if (days == nullptr) return field_error("validity_days", "This field is required.");
  if (!days->is_int64() || days->get_int64() < 1 || days->get_int64() > kMaxDays) {
    return field_error("validity_days", "A number of days from 1 to 36500 is required.");
  }
  out.days = static_cast<int>(days->get_int64());
  const auto text = [&body](std::string_view field, std::string& into) {
    const Value* value = body.if_contains(field);
    if (value == nullptr || value->is_null()) return true;
    if (!value->is_string()) return false;
    into = value->get_string();
    return true;
  };
  if (!text("subject_alt_name", out.names)) {
    return field_error("subject_alt_name", "Not a valid string.");
  }
  const bool known =
      text("alg", out.algorithm) &&
      (out.algorithm == "rsa" || out.algorithm == "ecdsa" || out.algorithm == "ed25519");
  if (!known) return field_error("alg", "One of rsa, ecdsa, ed25519 is required.");
  return std::nullopt;
}

Response generate(Context& context) {
  if (!may_act(context, kCertificateResource, "add")) return not_permitted();
  Response refusal;
  const auto body = json_body(context, refusal);
  if (!body) return refusal;
  Wanted wanted;
  if (auto bad = read_wanted(*body, wanted)) return *std::move(bad);
  const auto made = self_signed(wanted.name, wanted.names, wanted.days, wanted.algorithm);
  if (!made) return field_error("subject_alt_name", "These names cannot be in a certificate.");
  const auto done = in_one(context, [&](core::Transaction&, core::Objects& objects) {
    return objects.create(model_of(kCertificateResource), {{"name", wanted.name},
                                                           {"certificate_data", made->certificate},
                                                           {"key_data", made->key.reveal()}});
  });
  if (!done) {
    core::Error error = done.error();
    if (error.kind == core::Error::Kind::conflict) error.field = "common_name";
    return error_response(error);
  }
  record_event(context, "model_created",
               {{"model", kCertificateResource.model}, {"pk", done->pk}, {"name", wanted.name}});
  context.params["key"] = std::string(done->pk.as_string());
  const auto stored = find_addressed(context, kCertificateResource);
  if (!stored) return detail(404, "Not found.");
  Showing showing(context);
  return json_response(200, show(kCertificateResource, showing, *stored));
}

}  // namespace

void add_certificates(Router& router) {
  const std::string base = "/api/v3/crypto/certificatekeypairs/";
  router.add("POST", base + "generate/", Door::user, &generate);
  router.add("GET", base + "{key:uuid}/view_certificate/", Door::user,
             [](Context& context) { return view(context, false); });
  router.add("GET", base + "{key:uuid}/view_private_key/", Door::user,
             [](Context& context) { return view(context, true); });
  add_resource(router, kCertificateResource);
}

}  // namespace postern::http
