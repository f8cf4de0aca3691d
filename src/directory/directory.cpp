#include "directory/directory.h"

#include "core/log.h"
#include "directory/compare.h"
#include "directory/index_key.h"
#include "directory/locate.h"
#include "directory/login_pack.h"
#include "directory/projector.h"
#include "directory/search.h"
#include "protocols/ldap/string_prep.h"

namespace postern::directory {

struct ReadModel::Impl {
  Impl(core::Store& store, Options options)
      : shared{std::make_shared<MemoryBudget>(options.sort_octets), std::make_shared<ChangeRing>(),
               std::make_shared<SortCache>()},
        projector(store, std::move(options), readers, *shared.changes) {}
  const SearchShared shared;
  mutable Readers readers;
  Projector projector;
  // Before start there is no configuration, and no null either.
  const std::shared_ptr<const core::Catalog> nothing = std::make_shared<const core::Catalog>();
};

namespace {

char kind_of(core::UserField field) noexcept {
  switch (field) {
    case core::UserField::username:
      return kUsername;
    case core::UserField::email:
      return kEmail;
    case core::UserField::upn:
      return kUpn;
    case core::UserField::uuid:
    case core::UserField::uid_number:
      break;  // not in the names table
  }
  return kUsername;
}

// What an entry shows anyway is found by the index, which spares the names table two rows a user.
AttributeId indexed_as(core::UserField field) noexcept {
  if (field == core::UserField::uuid) return known().entryUUID;
  return field == core::UserField::uid_number ? known().uidNumber : kNoAttribute;
}

// The user among the postings of a value; users come before groups.
core::Lookup find_posted(Lease& lease, AttributeId attribute, std::string_view value, EntryId& id) {
  std::string prepared, key;
  if (value.size() > kMaxValue || !ldap::prepare(info_of(attribute).equality, value, prepared)) {
    return core::Lookup::missing;
  }
  equality_key(attribute, prepared, key);
  MDB_val k = to_val(key), posting{};
  MDB_cursor* cursor = lease.index();
  int rc = mdb_cursor_get(cursor, &k, &posting, MDB_SET);
  for (; rc == MDB_SUCCESS; rc = mdb_cursor_get(cursor, &k, &posting, MDB_NEXT_DUP)) {
    const EntryId found = read_id(from_val(posting).data());
    if (is_group(found)) break;
    if (id != 0) return core::Lookup::ambiguous;
    id = found;
  }
  if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND) check(rc, "mdb_cursor_get");
  return id == 0 ? core::Lookup::missing : core::Lookup::found;
}

core::Lookup read_login(const Lease& lease, EntryId id, core::LoginRecord& out) {
  const auto packed =
      id == 0 ? std::nullopt : get(lease.txn(), lease.tables().credentials, IdKey(id).view());
  if (!packed) return core::Lookup::missing;
  return unpack_login(*packed, out) ? core::Lookup::found : core::Lookup::unavailable;
}

void report(const char* where, const std::exception& trouble) {
  log::error("directory.read_failed", {{"in", where}, {"cause", trouble.what()}});
}

}  // namespace

ReadModel::ReadModel(core::Store& store, Options options)
    : impl_(std::make_unique<Impl>(store, std::move(options))) {
  known();  // a schema that lacks what we publish is found out now
}

ReadModel::~ReadModel() { stop(); }

void ReadModel::start() { impl_->projector.start(); }
void ReadModel::stop() { impl_->projector.stop(); }

bool ReadModel::wait_applied(std::int64_t seq, std::chrono::milliseconds timeout) {
  return impl_->projector.wait_applied(seq, timeout);
}

void ReadModel::rebuild() { impl_->projector.rebuild(); }

void ReadModel::reshape(std::shared_ptr<const Shapes> shapes) {
  impl_->projector.reshape(std::move(shapes));
}

Metrics ReadModel::metrics() const {
  Metrics metrics;
  impl_->projector.fill(metrics);
  metrics.oldest_reader_ms = impl_->readers.oldest_ms();
  try {
    if (const auto snapshot = impl_->readers.current(); snapshot && snapshot->environment) {
      metrics.entries = snapshot->environment->entries();
      metrics.file_octets = snapshot->environment->octets();
    }
  } catch (const LmdbError& trouble) {
    report("metrics", trouble);
  }
  return metrics;
}

core::Lookup ReadModel::find_user(core::UserField field, std::string_view value,
                                  core::LoginRecord& out) const {
  try {
    Lease lease(impl_->readers);
    if (const AttributeId attribute = indexed_as(field); attribute != kNoAttribute) {
      EntryId id = 0;
      const core::Lookup lookup = find_posted(lease, attribute, value, id);
      return lookup == core::Lookup::found ? read_login(lease, id, out) : lookup;
    }
    if (!name_key(kind_of(field), value, lease.text())) return core::Lookup::missing;
    MDB_val key = to_val(lease.text()), first{};
    MDB_cursor* cursor = lease.names();
    const int rc = mdb_cursor_get(cursor, &key, &first, MDB_SET);
    if (rc == MDB_NOTFOUND) return core::Lookup::missing;
    check(rc, "mdb_cursor_get");
    const EntryId id = read_id(from_val(first).data());
    std::size_t count = 0;
    check(mdb_cursor_count(cursor, &count), "mdb_cursor_count");
    if (count > 1) return core::Lookup::ambiguous;
    return read_login(lease, id, out);
  } catch (const std::exception& trouble) {
    report("find_user", trouble);
    return core::Lookup::unavailable;
  }
}

core::Lookup ReadModel::read_user(core::UserId pk, core::LoginRecord& out) const {
  try {
    const Lease lease(impl_->readers);
    return read_login(lease, user_entry(pk), out);
  } catch (const std::exception& trouble) {
    report("read_user", trouble);
    return core::Lookup::unavailable;
  }
}

std::uint64_t ReadModel::generation(core::UserId pk) const {
  try {
    const Lease lease(impl_->readers);
    const EntryId id = user_entry(pk);
    if (id == 0) return 0;
    const auto packed = get(lease.txn(), lease.tables().credentials, IdKey(id).view());
    return packed ? packed_generation(*packed) : 0;
  } catch (const std::exception& trouble) {
    report("generation", trouble);
    return 0;
  }
}

std::uint64_t ReadModel::security_epoch() const noexcept {
  return impl_->projector.security_epoch();
}

std::shared_ptr<const core::Catalog> ReadModel::catalog() const {
  const auto snapshot = impl_->readers.current();
  return snapshot != nullptr && snapshot->catalog != nullptr ? snapshot->catalog : impl_->nothing;
}

std::uint64_t ReadModel::catalog_version() const noexcept {
  return impl_->projector.catalog_version();
}

core::Directory::Freshness ReadModel::freshness() const noexcept {
  return impl_->projector.freshness();
}

std::shared_ptr<const ldap::SchemaExtension> ReadModel::schema() const {
  const auto snapshot = impl_->readers.current();
  return snapshot != nullptr && snapshot->dictionary != nullptr ? snapshot->dictionary->schema()
                                                                : nullptr;
}

ldap::Turn ReadModel::search(const ldap::SearchRequest& request, std::int32_t message_id,
                             const ldap::Viewer& viewer, const ldap::SearchLimits& limits,
                             const ldap::SearchExtras& extras, ldap::SearchCursor& cursor,
                             Octets& out) {
  const std::size_t before = out.size();
  try {
    Lease lease(impl_->readers);
    const View* view = lease.snapshot().view(viewer.provider);
    if (view == nullptr) return {.code = ldap::ResultCode::unavailable};
    lease.use(*view->layout);
    const SearchCall call{request, message_id, viewer, limits, extras, cursor, out};
    return Search(lease, *view, call, impl_->shared).run();
  } catch (const std::exception& trouble) {
    out.resize(before);  // whole entries only
    report("search", trouble);
    return {.code = ldap::ResultCode::unavailable};
  }
}

ldap::Turn ReadModel::compare(const ldap::CompareRequest& request, const ldap::Viewer& viewer) {
  try {
    Lease lease(impl_->readers);
    const View* view = lease.snapshot().view(viewer.provider);
    if (view == nullptr) return {.code = ldap::ResultCode::unavailable};
    lease.use(*view->layout);
    return directory::compare(lease, *view, request, viewer);
  } catch (const std::exception& trouble) {
    report("compare", trouble);
    return {.code = ldap::ResultCode::unavailable};
  }
}

std::uint64_t ReadModel::last_change() const noexcept { return impl_->shared.changes->last(); }

bool ReadModel::has_lost_changes(const ldap::SearchCursor& cursor) const noexcept {
  return impl_->shared.changes->has_lost(cursor.change);
}

ldap::SortVerdict ReadModel::judge_sort(std::span<const ldap::SortKey> keys) {
  try {
    const Lease lease(impl_->readers);
    SortKeys resolved;
    return resolved.resolve(keys, *lease.snapshot().dictionary);
  } catch (const std::exception& trouble) {
    report("judge_sort", trouble);
    return {ldap::ResultCode::unavailable, 0};
  }
}

ldap::Located ReadModel::locate(std::string_view dn, std::int64_t provider) {
  try {
    Lease lease(impl_->readers);
    const View* view = lease.snapshot().view(provider);
    if (view == nullptr) return {};
    lease.use(*view->layout);
    return directory::locate(lease, *view, dn);
  } catch (const std::exception& trouble) {
    report("locate", trouble);
    return {};
  }
}

}  // namespace postern::directory
