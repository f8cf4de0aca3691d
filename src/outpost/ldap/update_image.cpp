#include "outpost/ldap/update_image.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "outpost/ldap/update_values.h"
#include "protocols/ascii.h"
#include "protocols/ldap/matching.h"
#include "protocols/ldap/string_prep.h"

namespace postern::outpost {
namespace {

using ldap::ResultCode;

ldap::Rule rule_of(const ldap::AttributeType* type) noexcept {
  return type == nullptr ? ldap::Rule::caseIgnore : type->equality;
}

UpdateFault fault(ResultCode code, std::string_view name, std::string_view what) {
  return {code, std::string(name) + ": " + std::string(what)};
}

// The form by which values are the same; nothing when the value does not fit the syntax.
std::optional<std::string> prepared(const ldap::AttributeType* type, std::string_view value) {
  std::string out;
  if (rule_of(type) == ldap::Rule::none) return std::string(value);
  if (!ldap::prepare(rule_of(type), value, out)) return std::nullopt;
  return out;
}

std::vector<std::string>::iterator locate(EntryImage::Attribute& attribute,
                                          std::string_view value) {
  const auto wanted = prepared(attribute.type, value);
  if (!wanted) return attribute.values.end();
  return std::find_if(attribute.values.begin(), attribute.values.end(),
                      [&](const std::string& one) {
                        const auto have = prepared(attribute.type, one);
                        return have && *have == *wanted;
                      });
}

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string_view without_binary(std::string_view description) noexcept {
  constexpr std::string_view kBinary = ";binary";
  const std::size_t size = description.size();
  if (size > kBinary.size() &&
      ldap::equal_ascii_case(description.substr(size - kBinary.size()), kBinary)) {
    description.remove_suffix(kBinary.size());
  }
  return description;
}

std::string attribute_key(std::string_view name) {
  name = without_binary(name);
  if (const ldap::AttributeType* type = ldap::find_attribute(name)) return std::string(type->lower);
  return ascii_lowered(name);
}

bool same_value(const ldap::AttributeType* type, std::string_view a, std::string_view b) {
  const auto one = prepared(type, a), other = prepared(type, b);
  return one && other && *one == *other;
}

void EntryImage::load(std::string_view name, std::vector<std::string> values) {
  std::erase(values, std::string());
  if (values.empty()) return;
  Attribute& attribute = slot(name);
  attribute.values = std::move(values);
}

EntryImage::Attribute& EntryImage::slot(std::string_view name) {
  name = without_binary(name);
  const std::string key = attribute_key(name);
  for (Attribute& attribute : attributes_) {
    if (attribute.lower == key) return attribute;
  }
  Attribute made;
  made.type = ldap::find_attribute(name);
  made.name = made.type == nullptr ? name : made.type->name;
  made.lower = key;
  return attributes_.emplace_back(std::move(made));
}

const EntryImage::Attribute* EntryImage::find(std::string_view name) const noexcept {
  const std::string key = attribute_key(name);
  for (const Attribute& attribute : attributes_) {
    if (attribute.lower == key) return attribute.values.empty() ? nullptr : &attribute;
  }
  return nullptr;
}

std::string_view EntryImage::first(std::string_view name) const noexcept {
  const Attribute* found = find(name);
  return found == nullptr ? std::string_view() : std::string_view(found->values.front());
}

MaybeFault EntryImage::apply(const ldap::Modification& change, bool permissive) {
  Attribute& attribute = slot(change.attribute.type);
  attribute.touched = true;
  std::vector<std::string_view> values = change.attribute.values;
  std::vector<std::string> encoded;
  if (is_binary_attribute(attribute.name)) {
    for (const std::string_view value : values) encoded.push_back(base64(value));
    values.assign(encoded.begin(), encoded.end());
  }
  switch (change.kind) {
    case ldap::Modification::Kind::add:
      return add(attribute, values, permissive);
    case ldap::Modification::Kind::remove:
      return remove(attribute, values, permissive);
    case ldap::Modification::Kind::replace:
      return replace(attribute, values);
    case ldap::Modification::Kind::increment:
      break;
  }
  return increment(attribute, values.front());
}

MaybeFault EntryImage::add(Attribute& attribute, const std::vector<std::string_view>& values,
                           bool permissive) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view value = values[i];
    if (!prepared(attribute.type, value)) {
      return fault(ResultCode::invalidAttributeSyntax, attribute.name, "invalid value");
    }
    if (locate(attribute, value) == attribute.values.end()) {
      attribute.values.emplace_back(value);
    } else if (!permissive) {
      return fault(ResultCode::attributeOrValueExists, attribute.name, "value is there already");
    }
  }
  return std::nullopt;
}

MaybeFault EntryImage::remove(Attribute& attribute, const std::vector<std::string_view>& values,
                              bool permissive) {
  if (values.empty()) {
    if (attribute.values.empty() && !permissive) {
      return fault(ResultCode::noSuchAttribute, attribute.name, "no such attribute");
    }
    attribute.values.clear();
  }
  for (const std::string_view value : values) {
    const auto found = locate(attribute, value);
    if (found != attribute.values.end()) {
      attribute.values.erase(found);
    } else if (!permissive) {
      return fault(ResultCode::noSuchAttribute, attribute.name, "no such value");
    }
  }
  return std::nullopt;
}

MaybeFault EntryImage::replace(Attribute& attribute, const std::vector<std::string_view>& values) {
  attribute.values.clear();
  return add(attribute, values, false);
}

// RFC 4525 3: every value grows; what is no integer, or leaves its range, fails.
MaybeFault EntryImage::increment(Attribute& attribute, std::string_view by) {
  const bool numeric = attribute.type == nullptr || attribute.type->equality == ldap::Rule::integer;
  const auto step = integer(by);
  if (!numeric) {
    return fault(ResultCode::constraintViolation, attribute.name, "is not an integer");
  }
  if (!step) return fault(ResultCode::invalidAttributeSyntax, attribute.name, "invalid value");
  if (attribute.values.empty()) {
    return fault(ResultCode::noSuchAttribute, attribute.name, "no such attribute");
  }
  for (std::string& value : attribute.values) {
    const auto number = integer(value);
    std::int64_t sum = 0;
    if (!number || __builtin_add_overflow(*number, *step, &sum)) {
      return fault(ResultCode::constraintViolation, attribute.name, "cannot be incremented");
    }
    value = std::to_string(sum);
  }
  return std::nullopt;
}

}  // namespace postern::outpost
