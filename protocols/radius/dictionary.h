#pragma once
// Dictionary: names, numbers and types of attributes, vendors and values. It is data: read from
// text files in the common format (dictionary_reader.h) and then immutable; lookups by name ignore
// case.
//
// Attributes are kept by (vendor, number); vendor 0 holds the attributes of the standard space. An
// attribute nested in another one (a TLV, an extended type; written with dots) keeps its whole path
// and is known by name only. Thread: a value; const use from any thread.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace postern::radius {

enum class ValueType : std::uint8_t {
  text,     // "string": UTF-8
  octets,   // also every type that this reader does not know
  integer,  // four octets
  byte,     // one
  short_,   // two
  signed_,  // four, two's complement
  integer64,
  date,  // four, seconds since 1970
  ipv4,
  ipv4_prefix,
  ipv6,
  ipv6_prefix,
  interface_id,  // eight octets
  ether,         // six
  nested,        // vsa, tlv, extended, long-extended, evs, struct: holds other attributes
};

enum class Hiding : std::uint8_t { none, user_password, tunnel_password, ascend };

struct AttributeEntry {
  std::string name;
  std::uint32_t vendor = 0;
  std::uint8_t number = 0;    // the first of the path
  std::uint8_t extended = 0;  // a vendor's: the extended attribute that holds it (EVS); 0 = none
  std::vector<std::uint8_t> path;  // what follows in dotted numbers; empty for plain attributes
  ValueType type = ValueType::octets;
  bool has_tag = false;
  Hiding hiding = Hiding::none;
};

struct VendorEntry {
  std::string name;
  std::uint32_t number = 0;
  std::uint8_t type_size = 1;  // octets of a type and a length in its attributes
  std::uint8_t length_size = 1;
};

class Dictionary {
 public:
  const AttributeEntry* attribute(std::string_view name) const noexcept;
  // Plain attributes only.
  const AttributeEntry* attribute(std::uint32_t vendor, std::uint8_t number) const noexcept;
  const VendorEntry* vendor(std::string_view name) const noexcept;
  const VendorEntry* vendor(std::uint32_t number) const noexcept;

  // A named value of an attribute; nullptr = none.
  const std::uint64_t* value(const AttributeEntry& attribute, std::string_view name) const noexcept;
  // "" = that number has no name.
  std::string_view value_name(const AttributeEntry& attribute, std::uint64_t number) const noexcept;

  std::size_t size() const noexcept { return attributes_.size(); }

  // For the reader. A later definition of a name or number takes the place of an earlier one.
  void add(AttributeEntry entry);
  void add(VendorEntry entry);
  void add_value(const AttributeEntry& attribute, std::string_view name, std::uint64_t number);

 private:
  struct FoldedLess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept;
  };
  struct Values {
    std::map<std::string, std::uint64_t, FoldedLess> by_name;
    std::map<std::uint64_t, std::string> by_number;
  };

  std::map<std::string, AttributeEntry, FoldedLess> attributes_;
  std::map<std::uint64_t, std::string> by_number_;  // vendor << 8 | number -> name
  std::map<std::string, VendorEntry, FoldedLess> vendors_;
  std::map<std::uint32_t, std::string> vendor_numbers_;
  std::map<std::string, Values, FoldedLess> values_;  // by attribute name
};

}  // namespace postern::radius
