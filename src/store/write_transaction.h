#pragma once
// WriteTransaction: core::Transaction over a connection that holds the right to write. Each write
// is all or nothing (a savepoint), so a caller may go on after a refused one on every back end.
//
// Errors: StoreError; after `busy`, `full` or `gone` the transaction is best dropped.
// Thread: one at a time, begun and destroyed anywhere.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/operation_meter.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "store/change_log.h"
#include "store/database.h"
#include "store/effects.h"
#include "store/numbering.h"

namespace postern::store {

class WriteTransaction final : public core::Transaction {
 public:
  // `committed` is called after a commit that fed something, with the connection returned already.
  // `meter` may be null.
  WriteTransaction(Database::Lease connection, const core::Clock& clock,
                   std::function<void(std::int64_t)> committed,
                   core::OperationMeter* meter = nullptr);

  std::vector<core::Object> find(const core::Model& model, const core::Object& equals,
                                 std::size_t limit) override;
  std::optional<core::Object> get(const core::Model& model, const core::Value& pk) override;
  const core::Model* owner_of(std::string_view family, const core::Value& pk) override;
  core::Value insert(const core::Model& model, const core::Object& object) override;
  void update(const core::Model& model, const core::Value& pk,
              const core::Object& changed) override;
  bool erase(const core::Model& model, const core::Value& pk) override;
  void bump_generation(core::UserId user) override;
  std::int64_t allocate_number(Numbering which, std::int64_t floor) override;
  void remember_password(core::UserId user, std::string_view hash, core::WallMs replaced,
                         std::size_t keep) override;
  void grant(const ObjectPermission& permission) override;
  std::vector<ObjectPermission> object_permissions() override;
  std::optional<std::string> blueprint_hash(std::string_view path) override;
  void set_blueprint_hash(std::string_view path, std::string_view hash) override;
  std::int64_t commit() override;

 private:
  Connection& connection();
  void check_references(const core::Model& model, const core::Object& object);
  core::Object difference(const ObjectTable& table, const core::Object& current,
                          const core::Object& wanted) const;
  void keep_generation_growing(const core::Object& current, core::Object& changed) const;

  Database::Lease lease_;
  const core::Clock& clock_;
  std::function<void(std::int64_t)> committed_;
  core::OperationMeter* const meter_;
  ChangeLog log_;
  store::Numbering numbering_;
};

// All object-level grants, ordered.
std::vector<core::Transaction::ObjectPermission> read_object_permissions(Connection& connection);

}  // namespace postern::store
