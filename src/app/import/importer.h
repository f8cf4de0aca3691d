#pragma once
// Importer: writes entries through core Objects in short transactions, remembers who is who by DN
// to resolve memberships once all entries are there, and keeps the report. Memory: about 50 octets
// an entry and 16 a membership. Thread: the command's.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/import/csv.h"
#include "app/import/entry.h"
#include "app/import/import.h"
#include "app/import/ldif.h"

namespace postern::app {

class Importer {
 public:
  Importer(CommandContext& context, const ImportOptions& options, std::uint64_t file_size);
  ~Importer();
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  void take(const ImportEntry& entry, std::uint64_t octets_read);
  void refuse(std::uint64_t line, std::string_view name, std::string_view why);
  // Memberships, the last commit, the report; the exit code.
  int finish();

 private:
  using Fingerprint = std::array<std::uint64_t, 2>;
  struct FingerprintHash {
    std::size_t operator()(const Fingerprint& f) const noexcept { return f[0]; }
  };
  struct Target {  // what a DN or name stands for
    bool group = false;
    std::uint32_t index = 0;  // into user_pks_ or groups_
  };
  struct Group {
    core::Uuid pk;
    std::vector<std::uint32_t> users;  // indexes
    std::vector<Fingerprint> unresolved;
    std::uint64_t line = 0;
  };

  static Fingerprint fingerprint(char kind, std::string_view text);
  core::Objects& objects();
  void commit();
  void take_user(const ImportEntry& entry);
  void take_group(const ImportEntry& entry);
  void fix_numbers(const ImportEntry& entry, bool group, core::Object& fields);
  std::uint32_t group_by_name(const std::string& name);
  void write_memberships();
  void write_group(Group& group);
  void progress(bool last);
  void wait_until_visible();
  void note(std::uint64_t line, std::string_view name, std::string_view what);
  core::Outcome<core::Value> write(const core::Model& model, const ImportEntry& entry,
                                   core::Object fields);

  CommandContext& context_;
  const ImportOptions& options_;
  const std::uint64_t file_size_;
  std::uint64_t octets_ = 0;
  std::unique_ptr<core::Transaction> transaction_;
  std::unique_ptr<core::Objects> objects_;
  core::Instant batch_began_{}, began_{}, shown_{};
  std::int64_t last_change_ = 0;

  std::unordered_map<Fingerprint, Target, FingerprintHash> known_;
  std::vector<core::UserId> user_pks_;
  std::vector<Group> groups_;

  std::size_t users_ = 0, user_updates_ = 0, user_existing_ = 0;
  std::size_t group_count_ = 0, group_updates_ = 0, group_existing_ = 0;
  std::size_t memberships_ = 0, containers_ = 0, ignored_ = 0, refused_ = 0, noted_ = 0;
  std::vector<std::string> lines_;  // of the report, the first thousand
};

}  // namespace postern::app
