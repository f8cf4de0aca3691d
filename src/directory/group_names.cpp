#include "directory/group_names.h"

#include "directory/reader.h"
#include "directory/target.h"

namespace postern::directory {

void GroupNames::forget_older(const Lease& lease) {
  const std::uint64_t version = lease.slot().version;
  const std::size_t transaction = mdb_txn_id(lease.txn());
  if (version == version_ && transaction == transaction_) return;
  for (Row& row : rows_) row.group = 0;
  version_ = version;
  transaction_ = transaction;
}

std::string_view GroupNames::rdn(Lease& lease, EntryId group) {
  forget_older(lease);
  Row& row = rows_[group % kRows];
  if (row.group == group && row.layout == lease.layout()) return row.rdn;
  const auto octets = read_record(lease, group);
  if (!octets) return {};
  row.group = group;
  row.layout = lease.layout();
  row.rdn.assign(RecordView(*octets).rdn());
  return row.rdn;
}

}  // namespace postern::directory
