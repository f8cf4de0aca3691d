#include "directory/sort_key.h"

#include <algorithm>

#include "directory/compose.h"

namespace postern::directory {
namespace {

using ldap::ResultCode;
using ldap::Rule;

constexpr char kPresent = 1, kMissing = 2;  // an entry without a value counts as the largest
constexpr char kNegative = 1, kPositive = 2;

// The rule that orders an attribute when none is named. Where the schema gives only an equality
// rule, values are ordered by the form in which that rule compares them.
Rule default_ordering(AttributeId id) noexcept {
  const AttributeInfo info = info_of(id);
  if (info.ordering != Rule::none) return info.ordering;
  switch (info.equality) {
    case Rule::caseIgnore:
    case Rule::caseExact:
    case Rule::caseIgnoreIA5:
    case Rule::caseExactIA5:
    case Rule::numericString:
    case Rule::telephoneNumber:
    case Rule::integer:
    case Rule::boolean:
    case Rule::generalizedTime:
    case Rule::uuid:
      return info.equality;
    default:
      return Rule::none;
  }
}

// Values that are DNs or names of other entries have no order of their own.
bool is_sortable(AttributeId id) noexcept {
  const Known& k = known();
  return id != k.memberOf && id != k.memberUid && id != k.entryDN && !is_member_like(id);
}

// A prepared value so that memcmp gives compare()'s order; ends before anything that may follow.
void append_ordered(Rule rule, std::string_view prepared, std::string& out) {
  prepared = prepared.substr(0, kMaxSortedOctets);
  if (rule == Rule::integer) {
    const bool negative = prepared.starts_with('-');
    if (negative) prepared.remove_prefix(1);
    const auto size = static_cast<unsigned char>(prepared.size());
    out.push_back(negative ? kNegative : kPositive);
    out.push_back(static_cast<char>(negative ? 0xffU - size : size));
    for (const char digit : prepared) {
      out.push_back(negative ? static_cast<char>('0' + ('9' - digit)) : digit);
    }
    return;
  }
  for (const char octet : prepared) {
    out.push_back(octet);
    if (octet == '\0') out.push_back('\xff');
  }
  out.append("\0\1", 2);
}

void turn_round(std::string& key, std::size_t from) {
  std::transform(key.begin() + static_cast<std::ptrdiff_t>(from), key.end(),
                 key.begin() + static_cast<std::ptrdiff_t>(from),
                 [](char octet) { return static_cast<char>(~static_cast<unsigned char>(octet)); });
}

SortRule resolve_one(const ldap::SortKey& key, const Dictionary& dictionary, std::string& buffer,
                     ResultCode& problem) {
  SortRule rule{.reverse = key.reverse};
  rule.attribute = find_attribute_id(key.attribute, dictionary, buffer);
  if (rule.attribute == kNoAttribute) {
    problem = ResultCode::noSuchAttribute;
    return rule;
  }
  if (key.ordering_rule.empty()) {
    rule.rule = default_ordering(rule.attribute);
  } else if (const ldap::NamedRule* named = ldap::find_rule(key.ordering_rule);
             named != nullptr && named->use == ldap::RuleUse::ordering) {
    rule.rule = named->rule;
  }
  if (rule.rule == Rule::none || !is_sortable(rule.attribute)) {
    problem = ResultCode::inappropriateMatching;
  }
  return rule;
}

}  // namespace

ldap::SortVerdict SortKeys::resolve(std::span<const ldap::SortKey> keys,
                                    const Dictionary& dictionary) {
  size_ = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i == rules_.size()) return {ResultCode::unwillingToPerform, i};
    ResultCode problem = ResultCode::success;
    rules_[i] = resolve_one(keys[i], dictionary, buffer_, problem);
    if (problem != ResultCode::success) return {problem, i};
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (rules_[earlier].attribute == rules_[i].attribute) {
        return {ResultCode::unwillingToPerform, i};
      }
    }
    ++size_;
  }
  return {};
}

std::string_view SortKeys::of(const Subject& subject, const Layout& layout, const Sight& sight) {
  key_.clear();
  for (std::size_t i = 0; i < size_; ++i) {
    const SortRule& rule = rules_[i];
    const std::size_t from = key_.size();
    if (sight.allows(rule.attribute) && least(rule, subject, layout)) {
      key_.push_back(kPresent);
      append_ordered(rule.rule, least_, key_);
    } else {
      key_.push_back(kMissing);
    }
    if (rule.reverse) turn_round(key_, from);
  }
  return key_;
}

bool SortKeys::of_value(std::string_view value, std::string& out) {
  const SortRule& rule = rules_.front();
  if (size_ == 0 || !ldap::prepare(rule.rule, value, prepared_)) return false;
  out.assign(1, kPresent);
  append_ordered(rule.rule, prepared_, out);
  if (rule.reverse) turn_round(out, 0);
  return true;
}

// Puts the least value into least_.
bool SortKeys::least(const SortRule& rule, const Subject& subject, const Layout& layout) {
  const Known& k = known();
  bool any = false;
  if (rule.attribute == k.createTimestamp || rule.attribute == k.modifyTimestamp) {
    const RecordHeader& header = subject.record.header();
    const bool created = rule.attribute == k.createTimestamp;
    const std::uint32_t seconds = created ? header.created : header.updated;
    if (seconds != 0) take(rule, generalized_time(seconds), any);
    return any;
  }
  Slot slot;
  const RecordView* record = &subject.record;
  if (!record->find(rule.attribute, slot)) {
    record = &layout.common(subject.kind);
    if (!record->find(rule.attribute, slot)) return false;
  }
  std::string_view value;
  for (ValueWalk walk = record->values(slot); walk.next(value);) take(rule, value, any);
  return any;
}

void SortKeys::take(const SortRule& rule, std::string_view value, bool& any) {
  if (!ldap::prepare(rule.rule, value, prepared_)) return;
  if (any && ldap::compare(rule.rule, prepared_, least_) >= 0) return;
  least_.swap(prepared_);
  any = true;
}

}  // namespace postern::directory
