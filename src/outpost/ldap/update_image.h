#pragma once
// EntryImage: the attributes of one entry that an update may touch, as values. The changes of a
// Modify are applied to it in order; only what stands at the end is looked at and written. A plain
// value; no Store, no rights.
//
// Values are compared by the attribute's equality rule, by octets where it has none. An attribute
// that the schema does not know is told apart by its name in lower case and matched as caseIgnore.
// Result codes: RFC 4511 4.6 (16, 20), 4525 (increment), MS-ADTS permissive modify.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/ldap/result_code.h"
#include "protocols/ldap/schema.h"
#include "protocols/ldap/update.h"

namespace postern::outpost {

// Why an update is not carried out. `text` is for the client.
struct UpdateFault {
  ldap::ResultCode code = ldap::ResultCode::unwillingToPerform;
  std::string text;
};
using MaybeFault = std::optional<UpdateFault>;

class EntryImage {
 public:
  struct Attribute {
    std::string name;   // canonical spelling
    std::string lower;  // key
    const ldap::AttributeType* type = nullptr;
    std::vector<std::string> values;
    bool touched = false;
  };

  // As stored (binary values as base64); an attribute without values is left out.
  void load(std::string_view name, std::vector<std::string> values);

  // One change. A fault leaves the image half changed: throw it away. With `permissive` an absent
  // value may be removed and a present one added.
  MaybeFault apply(const ldap::Modification& change, bool permissive);

  // By any of its names; nullptr = no values.
  const Attribute* find(std::string_view name) const noexcept;
  // Its only value; "" when there is none.
  std::string_view first(std::string_view name) const noexcept;
  const std::vector<Attribute>& all() const noexcept { return attributes_; }

 private:
  Attribute& slot(std::string_view name);
  static MaybeFault add(Attribute& attribute, const std::vector<std::string_view>& values,
                        bool permissive);
  static MaybeFault remove(Attribute& attribute, const std::vector<std::string_view>& values,
                           bool permissive);
  static MaybeFault replace(Attribute& attribute, const std::vector<std::string_view>& values);
  static MaybeFault increment(Attribute& attribute, std::string_view by);

  std::vector<Attribute> attributes_;
};

// A description without the option of RFC 4522, which says how the value travels.
std::string_view without_binary(std::string_view description) noexcept;
// The key of an attribute: the schema's lower-case name, else the given one in lower case.
std::string attribute_key(std::string_view name);
// Whether two values of the attribute are the same; false also when one does not fit the syntax.
bool same_value(const ldap::AttributeType* type, std::string_view a, std::string_view b);

}  // namespace postern::outpost
