#include "outpost/radius/reply_book.h"

#include <algorithm>

#include "core/log.h"
#include "protocols/radius/value.h"

namespace postern::outpost {
namespace {

namespace type = radius::type;

constexpr std::uint64_t kShortestInterim = 60;  // RFC 2869 5.16

bool is_interim(const radius::AttributeEntry& attribute) noexcept {
  return attribute.vendor == 0 && attribute.number == type::acct_interim_interval;
}

std::uint64_t number_of(const Octets& octets) noexcept {
  std::uint64_t number = 0;
  for (const std::uint8_t octet : octets) number = number << 8 | octet;
  return number;
}

bool belongs_to_the_protocol(const radius::AttributeEntry& attribute) noexcept {
  if (attribute.vendor != 0) return false;
  switch (attribute.number) {
    case type::state:
    case type::vendor_specific:
    case type::proxy_state:
    case type::eap_message:
    case type::message_authenticator:
      return true;
    default:
      return !radius::allowed_in(radius::Code::access_accept, attribute.number);
  }
}

}  // namespace

std::optional<std::string> ReplyBook::encode_item(const core::ReplyItem& item,
                                                  EncodedItem& out) const {
  const radius::AttributeEntry* attribute = dictionary_.attribute(item.name);
  if (attribute == nullptr) return item.name + " is not in the dictionary";
  if (belongs_to_the_protocol(*attribute)) return item.name + " cannot be given by a rule";
  if (!radius::can_send(dictionary_, *attribute)) return item.name + " is of a kind not sent";
  if (item.tag != 0 && !attribute->has_tag) return item.name + " has no tag";
  auto value = radius::encode_value(dictionary_, *attribute, item.value);
  if (!value) return item.name + ": the value " + std::string(value.error().what);
  if (is_interim(*attribute) && number_of(*value) < kShortestInterim) {
    return item.name + " must be at least 60 seconds";
  }
  out = {attribute, item.tag, *std::move(value)};
  return std::nullopt;
}

std::optional<std::string> ReplyBook::problem(const core::ReplyRules& rules) const {
  EncodedItem ignored;
  for (const core::ReplyRule& rule : rules) {
    for (const core::ReplyItem& item : rule.items) {
      if (auto what = encode_item(item, ignored)) return "postern.replies: " + *what;
    }
  }
  return std::nullopt;
}

EncodedRules ReplyBook::encode(const core::ReplyRules& rules, std::string_view provider) const {
  EncodedRules out;
  for (const core::ReplyRule& rule : rules) {
    std::vector<EncodedItem> items(rule.items.size());
    std::optional<std::string> wrong;
    for (std::size_t i = 0; i < items.size() && !wrong; ++i) {
      wrong = encode_item(rule.items[i], items[i]);
    }
    if (wrong) {
      log::error("radius.reply.rule", {{"provider", provider}, {"why", *wrong}});
      continue;
    }
    out.rules.push_back(rule);
    out.items.push_back(std::move(items));
  }
  return out;
}

std::uint32_t EncodedRules::interim(const core::ReplyFacts& facts) const {
  for (const core::ReplyRule* rule : core::matching(rules, facts)) {
    for (const EncodedItem& item : items[static_cast<std::size_t>(rule - rules.data())]) {
      if (is_interim(*item.attribute)) return static_cast<std::uint32_t>(number_of(item.value));
    }
  }
  return 0;
}

bool EncodedRules::write(radius::Writer& writer, const core::ReplyFacts& facts,
                         const radius::Authenticator& request, OctetView secret, std::uint16_t salt,
                         radius::Digests& digests) const {
  for (const core::ReplyRule* rule : core::matching(rules, facts)) {
    for (const EncodedItem& item : items[static_cast<std::size_t>(rule - rules.data())]) {
      if (!writer.admits(item.attribute->vendor, item.attribute->number)) continue;
      const radius::HidingKey key{request, secret, salt++, digests};
      if (!radius::assign(writer, *item.attribute, item.tag, item.value, key)) return false;
    }
  }
  return true;
}

}  // namespace postern::outpost
