#pragma once
// Renderer: appends one SearchResultEntry. Pre-encoded attributes are copied; what holds DNs or
// names of other entries (memberOf, member, uniqueMember, memberUid, entryDN) is put together here,
// cut to what the viewer may see. Attributes without values are left out (4511-32). Thread: the
// lease's; nothing allocated once its buffers are warm, but for growing output.

#include <string>
#include <string_view>
#include <vector>

#include "directory/evaluate.h"
#include "directory/group_names.h"
#include "directory/selection.h"

namespace postern::directory {

struct RenderScratch {
  GroupNames group_names;
  std::string dn;
  std::string key;
  std::vector<std::string_view> parts;  // pre-encoded, to be copied
  Octets made;                          // attributes put together
  Octets values;
};

class Renderer {
 public:
  Renderer(Lease& lease, const View& view, const Sight& sight, const Selection& selection,
           RenderScratch& scratch)
      : lease_(lease), view_(view), sight_(sight), selection_(selection), scratch_(scratch) {}

  void entry(const Subject& subject, std::int32_t message_id, Octets& out);

 private:
  void set_dn(const Subject& subject);
  void stored_attributes(const RecordView& record);
  void stored_attribute(const RecordView& record, const Slot& slot);
  void made_attributes(const Subject& subject);
  void constructed(const Subject& subject);
  void timestamp(AttributeId id, std::uint32_t seconds);
  void groups(const Subject& subject);
  void members(const Subject& subject);
  void add_dn_of(EntryId id);
  void add_value(std::string_view first, char separator, std::string_view second);
  void add_value(std::string_view value);
  void close_attribute(AttributeId id);

  Lease& lease_;
  const View& view_;
  const Sight& sight_;
  const Selection& selection_;
  RenderScratch& scratch_;
};

}  // namespace postern::directory
