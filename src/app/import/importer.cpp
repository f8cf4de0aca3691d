#include "app/import/importer.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>

#include "core/ascii.h"
#include "protocols/ldap/string_prep.h"

namespace postern::app {
namespace {

using core::Object;
using core::Value;

constexpr std::chrono::milliseconds kBatch{40};
constexpr std::chrono::milliseconds kProgressEvery{500};
constexpr std::size_t kReportLines = 1000;
constexpr std::size_t kWorthBuilding = 5000;

bool is_text(std::string_view name) {
  return name.find('\0') == std::string_view::npos && ldap::is_utf8(name);
}

}  // namespace

Importer::Importer(CommandContext& context, const ImportOptions& options, std::uint64_t file_size)
    : context_(context), options_(options), file_size_(file_size) {
  began_ = shown_ = context.appliance.clock().now();
}

Importer::~Importer() = default;

Importer::Fingerprint Importer::fingerprint(char kind, std::string_view text) {
  std::string input(1, kind);
  input += text;
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  EVP_Digest(input.data(), input.size(), digest.data(), &size, EVP_sha256(), nullptr);
  Fingerprint out{};
  std::memcpy(out.data(), digest.data(), sizeof out);
  return out;
}

core::Objects& Importer::objects() {
  if (!transaction_) {
    transaction_ = context_.appliance.store().begin();
    objects_ = std::make_unique<core::Objects>(*transaction_, context_.appliance.tools());
    batch_began_ = context_.appliance.clock().now();
  }
  return *objects_;
}

void Importer::commit() {
  if (!transaction_) return;
  objects_.reset();
  const std::int64_t before = last_change_;
  if (!options_.dry_run) last_change_ = std::max(last_change_, transaction_->commit());
  transaction_.reset();
  // Beside a server the read model keeps up, at most a batch behind: logins must not find it stale.
  if (context_.beside_server) context_.appliance.wait_visible(before);
}

void Importer::note(std::uint64_t line, std::string_view name, std::string_view what) {
  if (lines_.size() >= kReportLines) return;
  std::string text = "line " + std::to_string(line) + ": ";
  name = name.substr(0, 150);
  const bool utf8 = ldap::is_utf8(name);  // a cut character makes it none, which costs only beauty
  for (const char c : name) {
    const auto octet = static_cast<unsigned char>(c);
    text += octet < 0x20 || octet == 0x7f || (octet > 0x7f && !utf8) ? '?' : c;
  }
  lines_.push_back(text + (name.empty() ? "" : ": ") + std::string(what));
}

void Importer::refuse(std::uint64_t line, std::string_view name, std::string_view why) {
  ++refused_;
  note(line, name, "not taken: " + std::string(why));
}

// Fixed numbers are kept; one that somebody else has already is only published as before.
void Importer::fix_numbers(const ImportEntry& entry, bool group, Object& fields) {
  const auto taken = [&](const core::Model& model, std::string_view field, std::int64_t number) {
    Object equals;
    equals[field] = number;
    return !transaction_->find(model, equals, 1).empty();
  };
  if (group) {
    if (entry.gid_number == 0) return;
    if (!taken(core::group_model(), "gid_number", entry.gid_number)) {
      fields["gid_number"] = entry.gid_number;
    } else {
      fields["attributes"].as_object()["gidNumber"] = entry.gid_number;
      ++noted_;
      note(entry.line, entry.name, "shares its gidNumber with another group");
    }
    return;
  }
  if (entry.uid_number != 0) {
    if (!taken(core::user_model(), "uid_number", entry.uid_number)) {
      fields["uid_number"] = entry.uid_number;
    } else {
      fields["attributes"].as_object()["uidNumber"] = entry.uid_number;
      ++noted_;
      note(entry.line, entry.name, "shares its uidNumber with another user");
    }
  }
  if (entry.gid_number != 0) fields["gid_number"] = entry.gid_number;
}

core::Outcome<Value> Importer::write(const core::Model& model, const ImportEntry& entry,
                                     Object fields) {
  const bool group = &model == &core::group_model();
  if (!is_text(entry.name)) {
    return core::Error{core::Error::Kind::invalid, "name", "is not UTF-8 text"};
  }
  const auto existing = objects().by_name(model, entry.name);
  core::WriteOptions trusted;
  trusted.trusted = true;
  if (!existing) {
    fix_numbers(entry, group, fields);
    const auto written = objects().create(model, fields, trusted);
    if (!written) return written.error();
    ++(group ? group_count_ : users_);
    return Value(written->pk);
  }
  if (!options_.update) {
    ++(group ? group_existing_ : user_existing_);
    return Value(existing->at("pk"));
  }
  for (const std::string_view fixed : {"pk", "uuid", "date_joined"}) fields.erase(fixed);
  const auto written = objects().update(model, existing->at("pk"), fields, trusted);
  if (!written) return written.error();
  ++(group ? group_updates_ : user_updates_);
  return Value(existing->at("pk"));
}

void Importer::take_user(const ImportEntry& entry) {
  const auto pk = write(core::user_model(), entry, entry.fields);
  if (!pk) {
    refuse(entry.line, entry.name, pk.error().field + " " + pk.error().message);
    return;
  }
  const auto index = static_cast<std::uint32_t>(user_pks_.size());
  user_pks_.push_back(pk->as_int64());
  if (!entry.dn.empty()) known_[fingerprint('d', entry.dn)] = {false, index};
  known_[fingerprint('u', core::ascii_lowered(entry.name))] = {false, index};
  for (const std::string& group : entry.group_names) {
    groups_[group_by_name(group)].users.push_back(index);
  }
}

// CSV names groups; one that is new is made.
std::uint32_t Importer::group_by_name(const std::string& name) {
  const Fingerprint key = fingerprint('g', core::ascii_lowered(name));
  if (const auto found = known_.find(key); found != known_.end()) return found->second.index;
  ImportEntry entry;
  entry.name = name;
  const auto pk = write(core::group_model(), entry, {{"name", name}, {"attributes", Object{}}});
  Group group;
  if (pk) {
    group.pk = pk->as_string();
  } else {
    refuse(0, name, pk.error().field + " " + pk.error().message);
  }
  const auto index = static_cast<std::uint32_t>(groups_.size());
  groups_.push_back(std::move(group));
  known_[key] = {true, index};
  return index;
}

void Importer::take_group(const ImportEntry& entry) {
  const auto pk = write(core::group_model(), entry, entry.fields);
  if (!pk) {
    refuse(entry.line, entry.name, pk.error().field + " " + pk.error().message);
    return;
  }
  Group group;
  group.pk = pk->as_string();
  group.line = entry.line;
  for (const std::string& dn : entry.member_dns) group.unresolved.push_back(fingerprint('d', dn));
  for (const std::string& name : entry.member_names) {
    group.unresolved.push_back(fingerprint('u', core::ascii_lowered(name)));
  }
  const auto index = static_cast<std::uint32_t>(groups_.size());
  groups_.push_back(std::move(group));
  if (!entry.dn.empty()) known_[fingerprint('d', entry.dn)] = {true, index};
  known_[fingerprint('g', core::ascii_lowered(entry.name))] = {true, index};
}

void Importer::take(const ImportEntry& entry, std::uint64_t octets_read) {
  octets_ = octets_read;
  for (const std::string& what : entry.notes) {
    ++noted_;
    note(entry.line, entry.name, what);
  }
  switch (entry.kind) {
    case ImportEntry::Kind::user:
      take_user(entry);
      break;
    case ImportEntry::Kind::group:
      take_group(entry);
      break;
    case ImportEntry::Kind::container:
      ++containers_;
      break;
    case ImportEntry::Kind::nothing:
      ++ignored_;
      note(entry.line, entry.dn, "is neither a user nor a group");
      break;
  }
  if (transaction_ && context_.appliance.clock().now() - batch_began_ > kBatch) commit();
  progress(false);
}

void Importer::write_group(Group& group) {
  boost::json::array parents_of;  // child groups are linked from their own side
  std::vector<core::UserId> users;
  for (const std::uint32_t index : group.users) users.push_back(user_pks_[index]);
  std::size_t lost = 0;
  for (const Fingerprint& key : group.unresolved) {
    const auto found = known_.find(key);
    if (found == known_.end()) {
      ++lost;
    } else if (!found->second.group) {
      users.push_back(user_pks_[found->second.index]);
    } else {
      const Value child(groups_[found->second.index].pk);
      const auto stored = transaction_->get(core::group_model(), child);
      boost::json::array parents = stored ? stored->at("parents").as_array() : boost::json::array{};
      parents.emplace_back(group.pk);
      const auto written =
          objects().update(core::group_model(), child, {{"parents", std::move(parents)}});
      if (!written) refuse(group.line, group.pk, "a nested group: " + written.error().message);
    }
  }
  if (lost != 0) {
    ++noted_;
    note(group.line, group.pk, std::to_string(lost) + " members are not in the file");
  }
  if (users.empty()) return;
  const auto stored = transaction_->get(core::group_model(), Value(group.pk));
  if (!stored) return;
  for (const Value& user : stored->at("users").as_array()) users.push_back(user.as_int64());
  std::ranges::sort(users);
  users.erase(std::unique(users.begin(), users.end()), users.end());
  const auto written =
      objects().update(core::group_model(), Value(group.pk),
                       {{"users", boost::json::array(users.begin(), users.end())}});
  if (!written) {
    refuse(group.line, group.pk, written.error().field + " " + written.error().message);
  } else {
    memberships_ += users.size();
  }
}

void Importer::write_memberships() {
  if (options_.dry_run) return;  // rolled-back entries have no members
  for (Group& group : groups_) {
    if (group.pk.empty()) continue;
    objects();
    write_group(group);
    if (context_.appliance.clock().now() - batch_began_ > kBatch) commit();
  }
  commit();
}

void Importer::progress(bool last) {
  const core::Instant now = context_.appliance.clock().now();
  if (!last && now - shown_ < kProgressEvery) return;
  shown_ = now;
  if (!context_.console.err_is_terminal()) return;
  const double seconds = std::chrono::duration<double>(now - began_).count();
  const std::size_t entries =
      users_ + user_updates_ + user_existing_ + group_count_ + group_updates_ + group_existing_;
  std::string bar = "\r";
  if (file_size_ != 0) {
    const auto done =
        static_cast<std::size_t>(std::min<std::uint64_t>(20, octets_ * 20 / file_size_));
    bar += "[" + std::string(done, '#') + std::string(20 - done, ' ') + "] ";
  }
  bar += std::to_string(entries) + " entries, " +
         std::to_string(
             static_cast<std::uint64_t>(static_cast<double>(entries) / std::max(seconds, 0.001))) +
         " a second ";
  context_.console.note(last ? bar + "\n" : bar);
}

// The projector may be behind by the whole file: wait as long as it gets nearer.
void Importer::wait_until_visible() {
  std::int64_t applied = -1;
  while (!context_.appliance.wait_visible(last_change_)) {
    const std::int64_t now = context_.appliance.directory().freshness().applied;
    if (now == applied) {
      context_.console.error("accepted, not yet visible to searches");
      return;
    }
    applied = now;
  }
}

int Importer::finish() {
  commit();
  write_memberships();
  progress(true);
  std::string report;
  const auto line = [&](std::string_view what, std::size_t count) {
    if (count != 0) report += std::to_string(count) + " " + std::string(what) + "\n";
  };
  report += std::to_string(users_) + " users and " + std::to_string(group_count_) +
            (options_.dry_run ? " groups would be imported\n" : " groups imported\n");
  line("users updated", user_updates_);
  line("groups updated", group_updates_);
  line("users exist already (left alone; --update changes them)", user_existing_);
  line("groups exist already (members added; --update changes them)", group_existing_);
  line("memberships", memberships_);
  line("containers left out", containers_);
  line("other entries left out", ignored_);
  line("notes", noted_);
  line("entries not taken", refused_);
  for (const std::string& text : lines_) report += text + "\n";
  context_.console.out(report);
  wait_until_visible();
  // A read model that grew entry by entry has half-empty pages; one built whole is far smaller.
  if (!context_.beside_server && users_ + group_count_ > kWorthBuilding) {
    context_.appliance.directory().rebuild();
  }
  return refused_ == 0 ? kDone : kRefused;
}

}  // namespace postern::app
