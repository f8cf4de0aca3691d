#pragma once
// CompiledFilter: a request's filter made ready for one turn: attributes resolved to ids, assertion
// values prepared by their rules, DNs resolved to entries. What cannot be evaluated is Undefined
// here already (RFC 4511 4.5.1.7): unknown attribute or rule, a value that does not fit.
//
// Leaves run parallel to the filter's nodes. Buffers are kept from request to request.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "directory/sight.h"
#include "protocols/ldap/filter.h"

namespace postern::directory {

enum class Test : std::uint8_t {
  undefined,
  present,
  equal,
  substrings,
  greater_or_equal,
  less_or_equal,
  less,
  bit_and,
  bit_or,
  in_chain,
};

struct Leaf {
  Test test = Test::undefined;
  bool any_attribute = false;  // extensible without a type: all that the rule applies to
  const ldap::NamedRule* named = nullptr;  // with any_attribute
  bool dn_attributes = false;
  ldap::Rule rule = ldap::Rule::none;  // prepares values to be compared with `value`
  AttributeId own = kNoAttribute;      // the attribute when it has no subtypes of its own
  std::span<const AttributeId> subtypes;
  std::uint32_t value = 0;  // index into `texts`
  std::uint32_t first_piece = 0, pieces = 0;
  Target target;  // of a DN or a member's name
  // objectClass=x: users, groups and virtual groups have fixed classes, so it is decided by the
  // kind.
  bool by_kind = false;
  std::uint8_t kinds = 0;  // bit: EntryKind

  std::span<const AttributeId> attributes() const noexcept {
    return subtypes.empty() ? std::span<const AttributeId>(&own, 1) : subtypes;
  }
};

struct PreparedPiece {
  ldap::SubstringPiece::Place place{};
  std::uint32_t text = 0;
};

// A pool of strings that keep their capacity.
class TextPool {
 public:
  void clear() noexcept { used_ = 0; }
  std::uint32_t take() {
    if (used_ == texts_.size()) texts_.emplace_back();
    return static_cast<std::uint32_t>(used_++);
  }
  std::string& operator[](std::uint32_t index) { return texts_[index]; }
  const std::string& operator[](std::uint32_t index) const { return texts_[index]; }

 private:
  std::vector<std::string> texts_;
  std::size_t used_ = 0;
};

struct CompiledFilter {
  const ldap::Filter* source = nullptr;
  const Sight* sight = nullptr;  // what it does not show, no leaf speaks of
  std::vector<Leaf> leaves;
  std::vector<PreparedPiece> pieces;
  TextPool texts;
  std::string normal, buffer, key;  // while compiling

  const ldap::FilterNode& node(std::uint32_t index) const noexcept { return source->nodes[index]; }
  std::string_view value(const Leaf& leaf) const noexcept { return texts[leaf.value]; }
};

// Whether the filter may be TRUE for entries of this kind at all, judged by object classes.
bool may_match(const CompiledFilter& filter, std::uint32_t node, EntryKind kind,
               bool wanted = true);

// Attributes that the viewer may not see are unknown ones; DNs of hidden entries name nothing.
// REQUIRES: at least one node. The filter and `sight` must outlive its use.
void compile(const ldap::Filter& filter, Lease& lease, const View& view, const Sight& sight,
             CompiledFilter& out);

// Resolves an attribute description as it stands in filters and attribute lists.
AttributeId find_attribute_id(std::string_view description, const Dictionary& dictionary,
                              std::string& buffer);
std::span<const AttributeId> subtypes_of(AttributeId id) noexcept;

}  // namespace postern::directory
