#pragma once
// VirtualEntry: an entry that lies in no provider's tree (the root DSE, the subschema), held in
// memory: three-valued filter evaluation, attribute selection, encoding, comparison.
//
// Built rarely, so it may allocate; const use is safe from any thread.
// Source: RFC 4511 4.5.1.7, 4.5.1.8, 4.10; RFC 4512 2.5.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/ldap/message.h"
#include "protocols/ldap/schema.h"
#include "protocols/session.h"

namespace postern::outpost {

class VirtualEntry {
 public:
  enum class Truth : std::uint8_t { no, yes, undefined };
  enum class Shown : std::uint8_t { always, on_request };  // user or operational attribute

  explicit VirtualEntry(std::string_view dn) : dn_(dn) {}

  // An attribute without values is left out.
  void add(std::string_view name, Shown shown, std::vector<std::string> values);

  Truth matches(const ldap::Filter& filter) const;
  // One SearchResultEntry with what the request selects.
  void append_to(Octets& out, std::int32_t message_id, const ldap::SearchRequest& request) const;
  ldap::ResultCode compare(std::string_view attribute, std::string_view value) const;

 private:
  struct Attribute {
    std::string name;
    const ldap::AttributeType* type;  // nullptr: not in the schema; then no filter reaches it
    Shown shown;
    std::vector<std::string> values;
  };

  Truth evaluate(const ldap::Filter& filter, const ldap::FilterNode& node) const;
  Truth evaluate_all(const ldap::Filter& filter, const ldap::FilterNode& node,
                     Truth decisive) const;
  Truth evaluate_item(const ldap::Filter& filter, const ldap::FilterNode& node) const;
  Truth evaluate_extensible(const ldap::FilterNode& node) const;
  template <typename Test>
  Truth any_value(const ldap::AttributeType& type, ldap::Rule rule, const Test& test) const;
  static bool selected(const Attribute& attribute, std::span<const std::string_view> requested);

  std::string dn_;
  std::vector<Attribute> attributes_;
};

}  // namespace postern::outpost
