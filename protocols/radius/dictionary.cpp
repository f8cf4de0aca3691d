#include "protocols/radius/dictionary.h"

#include <algorithm>
#include <utility>

#include "protocols/ascii.h"

namespace postern::radius {
namespace {

std::uint64_t number_key(std::uint32_t vendor, std::uint8_t number) noexcept {
  return static_cast<std::uint64_t>(vendor) << 8 | number;
}

}  // namespace

bool Dictionary::FoldedLess::operator()(std::string_view a, std::string_view b) const noexcept {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return ascii_lower(x) < ascii_lower(y);
  });
}

const AttributeEntry* Dictionary::attribute(std::string_view name) const noexcept {
  const auto found = attributes_.find(name);
  return found == attributes_.end() ? nullptr : &found->second;
}

const AttributeEntry* Dictionary::attribute(std::uint32_t vendor,
                                            std::uint8_t number) const noexcept {
  const auto found = by_number_.find(number_key(vendor, number));
  return found == by_number_.end() ? nullptr : attribute(found->second);
}

const VendorEntry* Dictionary::vendor(std::string_view name) const noexcept {
  const auto found = vendors_.find(name);
  return found == vendors_.end() ? nullptr : &found->second;
}

const VendorEntry* Dictionary::vendor(std::uint32_t number) const noexcept {
  const auto found = vendor_numbers_.find(number);
  return found == vendor_numbers_.end() ? nullptr : vendor(found->second);
}

const std::uint64_t* Dictionary::value(const AttributeEntry& attribute,
                                       std::string_view name) const noexcept {
  const auto values = values_.find(attribute.name);
  if (values == values_.end()) return nullptr;
  const auto found = values->second.by_name.find(name);
  return found == values->second.by_name.end() ? nullptr : &found->second;
}

std::string_view Dictionary::value_name(const AttributeEntry& attribute,
                                        std::uint64_t number) const noexcept {
  const auto values = values_.find(attribute.name);
  if (values == values_.end()) return {};
  const auto found = values->second.by_number.find(number);
  return found == values->second.by_number.end() ? std::string_view() : found->second;
}

void Dictionary::add(AttributeEntry entry) {
  if (entry.path.empty() && entry.extended == 0)
    by_number_[number_key(entry.vendor, entry.number)] = entry.name;
  std::string name = entry.name;
  attributes_.insert_or_assign(std::move(name), std::move(entry));
}

void Dictionary::add(VendorEntry entry) {
  vendor_numbers_[entry.number] = entry.name;
  std::string name = entry.name;
  vendors_.insert_or_assign(std::move(name), std::move(entry));
}

void Dictionary::add_value(const AttributeEntry& attribute, std::string_view name,
                           std::uint64_t number) {
  Values& values = values_[attribute.name];
  values.by_name.insert_or_assign(std::string(name), number);
  values.by_number.emplace(number, name);  // the first name of a number is the one to show
}

}  // namespace postern::radius
