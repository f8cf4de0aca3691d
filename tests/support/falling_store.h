#pragma once
// A Store over another one that falls: `fall_at` counts its writes (commits and single statements);
// the one it names fails before it is made, or right after it, and so does every later one until
// `stand_up()`. That is what a crash leaves behind. `between` is called after each write that was
// made, from the midst of whoever made it.

#include <functional>
#include <memory>
#include <utility>

#include "core/ports/store.h"

namespace postern::core::fake {

class FallingStore final : public Store {
 public:
  explicit FallingStore(Store& inner) : inner_(inner) {}

  int fall_at = 0;  // 1 = the first write; 0 = never
  bool after = false;
  int writes = 0;
  std::function<void()> between;
  void stand_up() { fall_at = writes = 0; }
  bool fell() const noexcept { return fall_at != 0 && writes >= fall_at; }

  std::unique_ptr<Transaction> begin() override {
    return std::make_unique<Falling>(*this, inner_.begin());
  }
  std::vector<Object> list(const Model& model, const ListQuery& query) override {
    return inner_.list(model, query);
  }
  std::int64_t count(const Model& model, const ListQuery& query) override {
    return inner_.count(model, query);
  }
  std::string epoch() override { return inner_.epoch(); }
  std::int64_t last_change() override { return inner_.last_change(); }
  std::int64_t oldest_change() override { return inner_.oldest_change(); }
  std::vector<Change> changes_after(std::int64_t seq, std::size_t limit) override {
    return inner_.changes_after(seq, limit);
  }
  void trim_changes(std::int64_t up_to) override { inner_.trim_changes(up_to); }
  void on_commit(std::function<void(std::int64_t)> listener) override {
    inner_.on_commit(std::move(listener));
  }
  std::optional<StoredUser> load_user(UserId pk) override { return inner_.load_user(pk); }
  std::optional<StoredGroup> load_group(GroupNumber pk) override { return inner_.load_group(pk); }
  StoredConfig load_config() override { return inner_.load_config(); }
  void scan(const std::function<void(const StoredGroup&)>& group,
            const std::function<void(const StoredUser&)>& user) override {
    inner_.scan(group, user);
  }
  bool consume_totp_step(const Uuid& device, std::int64_t step) override {
    return write([&] { return inner_.consume_totp_step(device, step); });
  }
  bool consume_static_code(const Uuid& code, WallMs now) override {
    return write([&] { return inner_.consume_static_code(code, now); });
  }
  bool consume_token(const Uuid& token) override {
    return write([&] { return inner_.consume_token(token); });
  }
  std::vector<Uuid> idle_tokens(WallMs now, std::size_t limit) override {
    return inner_.idle_tokens(now, limit);
  }
  bool reserve_code_guess(const Uuid& device, WallMs now, int per_window, WallMs window_ms,
                          int per_day) override {
    return write(
        [&] { return inner_.reserve_code_guess(device, now, per_window, window_ms, per_day); });
  }
  void refund_code_guess(const Uuid& device) override {
    write([&] { return inner_.refund_code_guess(device), true; });
  }
  void note_device_use(const Uuid& device, WallMs now) override {
    write([&] { return inner_.note_device_use(device, now), true; });
  }
  bool advance_sign_count(const Uuid& device, std::int64_t counter, WallMs now) override {
    return write([&] { return inner_.advance_sign_count(device, counter, now); });
  }
  bool replace_password_hash(UserId user, std::string_view old_hash,
                             std::string_view new_hash) override {
    return write([&] { return inner_.replace_password_hash(user, old_hash, new_hash); });
  }
  std::optional<std::uint32_t> use_grace_login(UserId user, int allowed) override {
    return inner_.use_grace_login(user, allowed);
  }
  std::vector<std::string> password_history(UserId user, std::size_t limit) override {
    return inner_.password_history(user, limit);
  }
  void append_events(std::span<const Event> events,
                     std::span<const std::pair<UserId, WallMs>> logins,
                     std::span<const std::pair<Uuid, WallMs>> tokens) override {
    inner_.append_events(events, logins, tokens);
  }
  std::vector<Event> events(std::size_t limit, std::string_view action) override {
    return inner_.events(limit, action);
  }
  void save_throttle(std::span<const ThrottleRow> rows) override { inner_.save_throttle(rows); }
  std::vector<ThrottleRow> load_throttle() override { return inner_.load_throttle(); }

 private:
  template <typename Work>
  bool write(Work&& work) {
    ++writes;
    if (fell() && (!after || writes > fall_at)) fall();
    const bool done = work();
    if (fell()) fall();
    if (between) between();
    return done;
  }
  [[noreturn]] static void fall() { throw StoreError(StoreError::Kind::gone, "fell"); }

  class Falling final : public Transaction {
   public:
    Falling(FallingStore& store, std::unique_ptr<Transaction> inner)
        : store_(store), inner_(std::move(inner)) {}
    std::vector<Object> find(const Model& model, const Object& equals, std::size_t limit) override {
      return inner_->find(model, equals, limit);
    }
    std::optional<Object> get(const Model& model, const Value& pk) override {
      return inner_->get(model, pk);
    }
    const Model* owner_of(std::string_view family, const Value& pk) override {
      return inner_->owner_of(family, pk);
    }
    Value insert(const Model& model, const Object& object) override {
      return inner_->insert(model, object);
    }
    void update(const Model& model, const Value& pk, const Object& changed) override {
      inner_->update(model, pk, changed);
    }
    bool erase(const Model& model, const Value& pk) override { return inner_->erase(model, pk); }
    void bump_generation(UserId user) override { inner_->bump_generation(user); }
    std::int64_t allocate_number(Numbering which, std::int64_t floor) override {
      return inner_->allocate_number(which, floor);
    }
    void remember_password(UserId user, std::string_view hash, WallMs replaced,
                           std::size_t keep) override {
      inner_->remember_password(user, hash, replaced, keep);
    }
    void grant(const ObjectPermission& permission) override { inner_->grant(permission); }
    std::vector<ObjectPermission> object_permissions() override {
      return inner_->object_permissions();
    }
    std::optional<std::string> blueprint_hash(std::string_view path) override {
      return inner_->blueprint_hash(path);
    }
    void set_blueprint_hash(std::string_view path, std::string_view hash) override {
      inner_->set_blueprint_hash(path, hash);
    }
    std::int64_t commit() override {
      std::int64_t seq = 0;
      store_.write([&] {
        seq = inner_->commit();
        inner_.reset();  // the writer's turn is over
        return true;
      });
      return seq;
    }

   private:
    FallingStore& store_;
    std::unique_ptr<Transaction> inner_;
  };

  Store& inner_;
};

}  // namespace postern::core::fake
