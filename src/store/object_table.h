#pragma once
// ObjectTable: one model's rows, read and written by statements that are built from the model's
// description. It knows columns, the settings text, link tables and the family's discriminator; it
// knows nothing of the feed or of generations (write_transaction.h does).
//
// Objects are in stored form: "pk", then every field but the virtual ones.
// Errors: StoreError; duplicate and foreign_key name the model, and the field where it is known.
// Thread: immutable after of(); the connection is the caller's.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/store.h"
#include "store/database.h"
#include "store/object_codec.h"

namespace postern::store {

class ObjectTable {
 public:
  static const ObjectTable& of(const core::Model& model);
  explicit ObjectTable(const core::Model& model);

  const core::Model& model() const noexcept { return model_; }

  enum class Links { with, without };
  std::optional<core::Object> get(Connection& connection, const core::Value& pk,
                                  Links links = Links::with) const;
  std::vector<core::Object> list(Connection& connection, const core::ListQuery& query) const;
  std::int64_t count(Connection& connection, const core::ListQuery& query) const;
  // As the Store's.
  std::vector<core::Store::SpanCount> count_by_span(Connection& connection,
                                                    const core::ListQuery& query,
                                                    std::string_view field, std::string_view time,
                                                    core::WallMs span) const;
  std::int64_t count_different(Connection& connection, const core::ListQuery& query,
                               std::string_view field) const;

  // The integer by which the feed knows the row: pk or num_pk; 0 for other models.
  struct Inserted {
    core::Value pk;
    std::int64_t number = 0;
  };
  Inserted insert(Connection& connection, const core::Object& object) const;

  // Writes the given column and settings fields; `current` is the row as it stands.
  void update(Connection& connection, const core::Object& current,
              const core::Object& changed) const;
  bool erase(Connection& connection, const core::Value& pk) const;

  // --- link tables ---
  std::vector<core::Value> linked(Connection& connection, const core::Field& field,
                                  const core::Value& pk) const;
  struct LinkChange {
    std::vector<core::Value> added, removed;
    bool empty() const { return added.empty() && removed.empty(); }
  };
  LinkChange replace_links(Connection& connection, const core::Field& field, const core::Value& pk,
                           const core::Value& targets) const;
  void add_links(Connection& connection, const core::Field& field, const core::Value& pk,
                 const std::vector<core::Value>& targets) const;

  // The named field; StoreError when the model has none, or it is never stored.
  const core::Field& stored_field(std::string_view name) const;

 private:
  struct Condition {
    std::string where;  // "" or " where ..."
    std::vector<Stored> values;
    std::vector<std::pair<const core::Field*, core::Value>> rest;  // compared after reading
    bool impossible = false;
  };
  Condition condition(const core::ListQuery& query) const;
  void add_where(Condition& out, const core::Where& where) const;
  void add_search(Condition& out, const std::string& search,
                  std::span<const std::string_view> fields) const;
  std::vector<std::string_view> searched_by_default() const;
  std::string order(const std::string& by) const;
  const core::Field& counted_field(std::string_view name) const;
  void each(Connection& connection, const Condition& condition, const std::string& tail,
            Links links, const std::function<bool(core::Object&&)>& use) const;
  core::Object read(Connection& connection, const Rows& rows, Links links) const;
  std::string settings_text(const core::Object& current, const core::Object& changed) const;
  [[noreturn]] void explain(const core::StoreError& error) const;

  const core::Model& model_;
  std::vector<const core::Field*> columns_, settings_, links_;
  std::string serial_;  // the column that the database counts up, "" = none
  std::string select_, get_, insert_, insert_keyed_, erase_;
  bool folded_ = false;  // the table has username_folded
};

}  // namespace postern::store
