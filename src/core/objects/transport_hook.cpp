#include "core/objects/transport_hook.h"

#include <algorithm>

#include "core/access/stored_fields.h"

namespace postern::core {
namespace {

constexpr std::size_t kMostUrl = 2048;

bool is_web_address(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    return !text.empty() && text.front() != '/' && text.front() != ':' &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
  }
  return false;
}

}  // namespace

Outcome<Done> transport_hook(const HookContext& context, const Object& fields) {
  const std::string url = text_of(fields, "webhook_url");
  if (!url.empty() && (url.size() > kMostUrl || !is_web_address(url))) {
    return invalid_field("webhook_url", "Enter a valid URL.");
  }
  const Object* told =
      fields.contains("mode") || context.stored == nullptr ? &fields : context.stored;
  const bool webhook = text_of(*told, "mode").starts_with("webhook");
  const bool has_url =
      fields.contains("webhook_url")
          ? !url.empty()
          : context.stored != nullptr && !text_of(*context.stored, "sealed_webhook_url").empty();
  if (webhook && !has_url) return invalid_field("webhook_url", "Webhook URL may not be empty.");
  const std::string prefix = text_of(fields, "email_subject_prefix");
  if (prefix.size() > 200 ||
      std::ranges::any_of(prefix, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return invalid_field("email_subject_prefix", "must be one line of at most 200 octets");
  }
  return Done{};
}

}  // namespace postern::core
