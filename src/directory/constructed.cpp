#include "directory/constructed.h"

#include <algorithm>

#include "directory/values.h"

namespace postern::directory {
namespace {

constexpr std::uint32_t kDay = 86'400;
// MS-ADA3 2.342: an ordinary account, and a disabled one.
constexpr const char* kNormalAccount = "512";
constexpr const char* kDisabledAccount = "514";

}  // namespace

const std::array<AttributeId, 6>& constructed_attributes() noexcept {
  static const std::array<AttributeId, 6> all{known().objectGUID,   known().userAccountControl,
                                              known().pwdLastSet,   known().shadowLastChange,
                                              known().shadowExpire, known().entryUSN};
  return all;
}

bool is_constructed(AttributeId id) noexcept {
  const auto& all = constructed_attributes();
  return std::find(all.begin(), all.end(), id) != all.end();
}

bool construct(AttributeId id, const RecordView& record, std::uint64_t built, std::string& out) {
  const Known& k = known();
  const RecordHeader& header = record.header();
  out.clear();
  if (header.kind == EntryKind::domain || header.kind == EntryKind::container) return false;
  if (id == k.objectGUID && header.kind != EntryKind::virtual_group) {
    guid_octets(record.first_value(k.entryUUID), out);
  } else if (id == k.entryUSN) {
    out = std::to_string(header.usn() != 0 ? header.usn() : built);
  } else if (header.kind != EntryKind::user) {
    return false;
  } else if (id == k.userAccountControl) {
    out = header.inactive() ? kDisabledAccount : kNormalAccount;
  } else if (id == k.pwdLastSet) {
    out = header.password_changed == 0 ? "0" : filetime(header.password_changed);
  } else if (id == k.shadowLastChange && header.password_changed != 0) {
    out = std::to_string(header.password_changed / kDay);
  } else if (id == k.shadowExpire && header.not_after != 0) {
    out = std::to_string(header.not_after / kDay);
  }
  return !out.empty();
}

}  // namespace postern::directory
