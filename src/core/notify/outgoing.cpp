#include "core/notify/outgoing.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/access/stored_fields.h"

namespace postern::core {
namespace {

constexpr std::string_view kPlace = "outbox:";

OutboxItem sealed_item(const Sealer& sealer, std::string_view kind, const Object& body,
                       WallMs now) {
  OutboxItem item;
  item.kind = kind;
  item.sealed = sealer.seal(boost::json::serialize(body), std::string(kPlace) + std::string(kind));
  item.created = now;
  return item;
}

std::optional<Object> opened(const Sealer& sealer, std::string_view kind, const OutboxItem& item) {
  const auto text = sealer.unseal(item.sealed, std::string(kPlace) + std::string(kind));
  if (!text) return std::nullopt;
  boost::json::error_code error;
  Value body = boost::json::parse({text->reveal().data(), text->reveal().size()}, error);
  if (error || !body.is_object()) return std::nullopt;
  return std::move(body.get_object());
}

}  // namespace

OutboxItem mail_item(const Sealer& sealer, const Mail& mail, WallMs now) {
  OutboxItem item = sealed_item(sealer, kMailItem,
                                {{"to", mail.to},
                                 {"from", mail.from},
                                 {"subject", mail.subject},
                                 {"text", mail.text},
                                 {"html", mail.html}},
                                now);
  item.expires = mail.expires;
  return item;
}

std::optional<Mail> mail_of(const Sealer& sealer, const OutboxItem& item) {
  const auto body = opened(sealer, kMailItem, item);
  if (!body) return std::nullopt;
  return Mail{text_of(*body, "to"),   text_of(*body, "from"), text_of(*body, "subject"),
              text_of(*body, "text"), text_of(*body, "html"), item.expires};
}

OutboxItem notice_item(const Sealer& sealer, const WaitingNotice& waiting, WallMs now) {
  return sealed_item(sealer, kNoticeItem,
                     {{"transport", waiting.transport}, {"notice", to_object(waiting.notice)}},
                     now);
}

std::optional<WaitingNotice> notice_of(const Sealer& sealer, const OutboxItem& item) {
  const auto body = opened(sealer, kNoticeItem, item);
  const Value* notice = body ? body->if_contains("notice") : nullptr;
  if (notice == nullptr || !notice->is_object()) return std::nullopt;
  return WaitingNotice{text_of(*body, "transport"), notice_from(notice->get_object())};
}

}  // namespace postern::core
