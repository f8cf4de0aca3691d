#pragma once
// Evaluator: is a filter TRUE for an entry, exactly, by three-valued logic (RFC 4511 4.5.1.7), on
// what the viewer may see of it. Absent attributes are FALSE, what cannot be told is Undefined.
// Thread: the lease's; nothing allocated once its buffers are warm.

#include <string>

#include "directory/compiled_filter.h"
#include "directory/subject.h"

namespace postern::directory {

// Ordered so that AND is the least and OR the greatest.
enum class Truth : std::uint8_t { no, undefined, yes };

inline constexpr std::uint32_t kNoLeaf = 0xffffffffU;

class Evaluator {
 public:
  Evaluator(Lease& lease, const View& view, const CompiledFilter& filter, const Sight& sight,
            std::string& prepared, std::string& key)
      : lease_(lease),
        view_(view),
        filter_(filter),
        sight_(sight),
        prepared_(prepared),
        key_(key) {}

  // `proven`: a leaf that the index has shown to be TRUE for this entry.
  bool matches(const Subject& subject, std::uint32_t proven) {
    proven_ = proven;
    return truth(0, subject) == Truth::yes;
  }
  // Whether one value alone makes any of the filter's items TRUE (RFC 3876). REQUIRES: the root is
  // a disjunction of items.
  bool matches_value(AttributeId id, std::string_view value);

 private:
  Truth truth(std::uint32_t index, const Subject& subject);
  Truth leaf(const Leaf& leaf, const Subject& subject);
  Truth attribute(const Leaf& leaf, AttributeId id, const Subject& subject);
  Truth constructed(const Leaf& leaf, AttributeId id, const Subject& subject);
  Truth timestamp(const Leaf& leaf, std::uint32_t seconds);
  Truth any_attribute(const Leaf& leaf, const Subject& subject);
  Truth dn_parts(const Leaf& leaf, const Subject& subject);
  Truth member_of(const Leaf& leaf, const Subject& subject);
  Truth member(const Leaf& leaf, AttributeId id, const Subject& subject);
  Truth member_uid(const Leaf& leaf, const Subject& subject);
  Truth entry_dn(const Leaf& leaf, const Subject& subject);
  Truth value(const Leaf& leaf, std::string_view text);
  bool has_member(const Subject& subject, EntryId id, bool chain);
  bool has_members(const Subject& subject, bool users_only);
  bool in_some_group(const RecordView& record, AttributeId list) const;
  bool chain(const Leaf& leaf, AttributeId id, const RecordView& record, int depth);
  bool fits(const Leaf& leaf, AttributeId id) const noexcept;

  Lease& lease_;
  const View& view_;
  const CompiledFilter& filter_;
  const Sight& sight_;
  std::string& prepared_;
  std::string& key_;
  std::uint32_t proven_ = kNoLeaf;
};

}  // namespace postern::directory
