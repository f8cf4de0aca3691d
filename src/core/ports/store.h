#pragma once
// Store: the truth. Everything that must survive lives here; all writes of objects happen in a
// Transaction, which also appends to the change feed. The store room implements it over SQLite
// (PostgreSQL later) with one set of statements.
//
// Errors: StoreError is thrown for a broken environment (disk, database, schema) and for a violated
// constraint (kind says which); callers that talk to a person turn constraint kinds into Outcome.
// Thread: every method may be called from any thread that may block; never from a loop.
// Sources: design.md 2 ideas 3 and 4, design.md 7 (Feed, Login).

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ids.h"
#include "core/model/model.h"
#include "core/model/projection.h"
#include "core/ports/event_log.h"
#include "core/ports/network_session_store.h"
#include "core/time.h"

namespace postern::core {

class StoreError : public std::runtime_error {
 public:
  enum class Kind { duplicate, foreign_key, busy, gone, full, schema, other };
  StoreError(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

// One row of the feed. The projector re-reads the current state of (kind, id); a row that is gone
// means delete. kind: 'u' user (id = pk), 'g' group (id = num_pk), 'c' configuration (id = 0),
// 'v' everything (a change that touches all entries).
struct Change {
  std::int64_t seq = 0;
  char kind = 'u';
  std::int64_t id = 0;
};

// A write transaction, exclusive. Reads inside see its own writes. Destroyed without commit() =
// rolled back. Objects are in stored form (core/model/model.h): real columns, no virtual fields.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // Rows whose named fields equal the given values (ANDed; "pk" is allowed; an object value means
  // "contains", as in blueprints; folded compare for users.username). Ordered by key. In a family
  // only rows of `model` itself; family_find looks in the whole family ("stage", "provider").
  virtual std::vector<Object> find(const Model& model, const Object& equals,
                                   std::size_t limit = 1000) = 0;
  virtual std::optional<Object> get(const Model& model, const Value& pk) = 0;
  // Model that owns `pk` in a family or a pseudo target: "stage", "provider", "policy",
  // "policybindingmodel" (flow, flow stage binding, application). nullptr = nobody.
  virtual const Model* owner_of(std::string_view family, const Value& pk) = 0;

  // Writes and appends to the feed as model.feed says. insert gives the pk: taken from the object
  // when present (uuid keys), else assigned (integer keys).
  virtual Value insert(const Model& model, const Object& object) = 0;
  virtual void update(const Model& model, const Value& pk, const Object& changed) = 0;
  virtual bool erase(const Model& model, const Value& pk) = 0;  // cascades as the schema says

  virtual void bump_generation(UserId user) = 0;  // and feeds the user

  // The next free uid/gid number at or above `floor`, never one in use as either.
  enum class Numbering { uid, gid };
  virtual std::int64_t allocate_number(Numbering which, std::int64_t floor) = 0;

  // Keeps a hash that has just been replaced, and of this user's the newest `keep`.
  virtual void remember_password(UserId user, std::string_view hash, WallMs replaced,
                                 std::size_t keep) = 0;

  // Object-level grants: permission on (model, pk) held by a user.
  struct ObjectPermission {
    std::string permission;  // "authentik_providers_ldap.search_full_directory"
    std::string model;
    std::string object;  // pk as text
    UserId user = 0;
    bool operator==(const ObjectPermission&) const = default;
  };
  virtual void grant(const ObjectPermission& permission) = 0;  // idempotent; feeds config
  virtual std::vector<ObjectPermission> object_permissions() = 0;

  // Applied blueprints: path -> SHA-256 hex of the content last applied.
  virtual std::optional<std::string> blueprint_hash(std::string_view path) = 0;
  virtual void set_blueprint_hash(std::string_view path, std::string_view hash) = 0;

  // Commits; returns the sequence number of the last change appended (0 = none).
  virtual std::int64_t commit() = 0;
};

// A condition of a listing beyond equality. `linked`: the object's references hold one of `values`.
// `text_*` compare without regard to the case of ASCII letters.
struct Where {
  enum class Is : std::uint8_t { in, less, greater, null, not_null, prefix, linked, text_is };
  std::string field;  // "pk" is allowed
  Is is = Is::in;
  std::vector<Value> values;
};

// One page of a listing for people.
struct ListQuery {
  Object equals;             // field = value, as Transaction::find
  std::vector<Where> where;  // all of them hold
  std::string search;        // substring over the model's natural fields, name and email
  // The same over these fields; each of the words has to be in one of them.
  std::vector<std::string_view> search_in;
  std::string order = "";  // field name, "-" prefix = descending; "" = key
  std::size_t limit = 100;
  std::size_t offset = 0;
  bool links = true;  // false: without lists of other objects, such as the members of a group
};

struct TrailReport {
  std::int64_t sealed = 0;             // events whose seal was looked at and is right
  std::int64_t unsealed = 0;           // from before there were seals
  std::optional<std::int64_t> broken;  // the first event whose seal is wrong, or that is missing
  std::string head;  // seal of the newest: noted elsewhere it proves that none was taken away since
};

class Store {
 public:
  virtual ~Store() = default;

  virtual std::unique_ptr<Transaction> begin() = 0;  // waits for the writer's turn

  // Reads outside a transaction, from a consistent snapshot of committed state.
  virtual std::vector<Object> list(const Model& model, const ListQuery& query) = 0;
  virtual std::int64_t count(const Model& model, const ListQuery& query) = 0;

  // Figures over all rows of a listing, whatever its order, limit and offset.
  struct SpanCount {
    WallMs begin = 0;  // of the span
    std::string value;
    std::int64_t count = 0;
  };
  // How many there are of each value of a text field in each span of time; by time, then value.
  virtual std::vector<SpanCount> count_by_span(const Model&, const ListQuery&,
                                               std::string_view /*field*/,
                                               std::string_view /*time*/, WallMs /*span*/) {
    throw StoreError(StoreError::Kind::other, "this store keeps no figures");
  }
  // How many different values a field has.
  virtual std::int64_t count_different(const Model&, const ListQuery&, std::string_view /*field*/) {
    throw StoreError(StoreError::Kind::other, "this store keeps no figures");
  }
  // The service of an event is the provider in its context.
  struct ServiceUse {
    ProviderId service = 0;
    std::int64_t logins = 0, users = 0;
  };
  virtual std::vector<ServiceUse> logins_by_service() {  // the most used first
    throw StoreError(StoreError::Kind::other, "this store keeps no figures");
  }

  // --- the feed ---
  virtual std::string epoch() = 0;  // new at creation, restore, promotion
  virtual std::int64_t last_change() = 0;
  virtual std::int64_t oldest_change() = 0;  // 0 = feed is empty; smaller ones are trimmed
  virtual std::vector<Change> changes_after(std::int64_t seq, std::size_t limit) = 0;
  virtual void trim_changes(std::int64_t up_to) = 0;
  // Called after each commit with changes, from the committing thread; must not block.
  virtual void on_commit(std::function<void(std::int64_t seq)> listener) = 0;

  // --- projections: what the Directory is made of ---
  virtual std::optional<StoredUser> load_user(UserId pk) = 0;
  virtual std::optional<StoredGroup> load_group(GroupNumber num_pk) = 0;
  virtual StoredConfig load_config() = 0;
  // Streams everything in key order from one snapshot, bounded memory: all groups first.
  virtual void scan(const std::function<void(const StoredGroup&)>& group,
                    const std::function<void(const StoredUser&)>& user) = 0;

  // --- single-use facts: one statement each, true exactly once ---
  virtual bool consume_totp_step(const Uuid& device, std::int64_t step) = 0;
  virtual bool consume_static_code(const Uuid& code, WallMs now) = 0;
  virtual bool consume_token(const Uuid& token) = 0;  // recovery keys: deletes the row
  // App passwords that were not used, or made, within their idle_days and have not expired.
  virtual std::vector<Uuid> idle_tokens(WallMs now, std::size_t limit) = 0;
  // Reserves one guess at a code device: at most per_window in window_ms and per_day in 24 h.
  virtual bool reserve_code_guess(const Uuid& device, WallMs now, int per_window, WallMs window_ms,
                                  int per_day) = 0;
  virtual void refund_code_guess(const Uuid& device) = 0;
  // A device of any class was used to log in; outside the feed.
  virtual void note_device_use(const Uuid&, WallMs /*now*/) {}
  // A WebAuthn key has signed with this counter. False: it is not above the one before, and not
  // both are 0 (keys without a counter).
  virtual bool advance_sign_count(const Uuid&, std::int64_t /*counter*/, WallMs /*now*/) {
    throw StoreError(StoreError::Kind::other, "this store keeps no keys");
  }
  // Re-hash without touching the generation: update ... where password_hash = $old.
  virtual bool replace_password_hash(UserId user, std::string_view old_hash,
                                     std::string_view new_hash) = 0;

  // One login with an expired password: how many are left behind it, nothing when none was.
  virtual std::optional<std::uint32_t> use_grace_login(UserId user, int allowed) = 0;
  // Hashes of passwords that were replaced, newest first.
  virtual std::vector<std::string> password_history(UserId user, std::size_t limit) = 0;

  // --- outside the feed ---
  virtual void append_events(std::span<const Event> events,
                             std::span<const std::pair<UserId, WallMs>> logins,
                             std::span<const std::pair<Uuid, WallMs>> tokens) = 0;
  virtual std::vector<Event> events(std::size_t limit,
                                    std::string_view action) = 0;  // newest first

  // Whether the trail of events is whole, and its oldest part erased: at most `limit` events from
  // before a time. A store without a trail has nothing to show.
  virtual TrailReport verify_events() { return {}; }
  virtual std::size_t prune_events(WallMs, std::size_t) { return 0; }
  virtual void add_reputation(std::span<const ReputationChange>) {}

  struct ThrottleRow {
    std::string key;
    std::string state;  // opaque to the Store, owned by core/credentials/throttle
    WallMs expires = 0;
  };
  virtual void save_throttle(std::span<const ThrottleRow> rows) = 0;  // upsert; expired rows go
  virtual std::vector<ThrottleRow> load_throttle() = 0;

  // Sessions of users in networks; lives as long as the Store.
  virtual NetworkSessionStore& network_sessions() {
    throw StoreError(StoreError::Kind::other, "this store keeps no network sessions");
  }
};

}  // namespace postern::core
