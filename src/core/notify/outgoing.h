#pragma once
// Items of the outbox and what they hold: a mail, or a notice for a webhook. Sealed, since a mail
// may carry a link that logs somebody in. Thread: pure. Errors: nothing for an item that does not
// open.

#include <optional>

#include "core/credentials/sealer.h"
#include "core/notify/notice.h"
#include "core/ports/outbox.h"

namespace postern::core {

inline constexpr std::string_view kMailItem = "mail", kNoticeItem = "notice";

OutboxItem mail_item(const Sealer& sealer, const Mail& mail, WallMs now);
std::optional<Mail> mail_of(const Sealer& sealer, const OutboxItem& item);

struct WaitingNotice {
  Uuid transport;
  Notice notice;
};
OutboxItem notice_item(const Sealer& sealer, const WaitingNotice& waiting, WallMs now);
std::optional<WaitingNotice> notice_of(const Sealer& sealer, const OutboxItem& item);

}  // namespace postern::core
