#pragma once
// The sealing key of a node and its change. Files, beside each other:
//
//   sealing.key                the key, 32 octets
//   sealing.key.next           during a rotation: the new one
//   sealing.key.before-<time>  after it: the former one, for copies of the database made before
//
// The database says under which key it is, so that a rotation that was ended at any point leaves
// one of two states: its transaction was not committed, then the old key counts and .next is
// removed; or it was, then .next counts, and takes the name of the old one as soon as the files may
// be written. open_sealing_key() settles which, at each start.
//
// Errors: StateError, core::StoreError. The state lock is held. Thread: one.

#include <filesystem>

#include "app/config/config.h"
#include "app/state_dir.h"
#include "core/credentials/sealing_key.h"

namespace postern::app {

// Its kept subkeys are known from then on.
core::SealingKey open_sealing_key(const StateDir& state, const Config& config,
                                  core::Random& random);
// As the database writes it: hex.
std::string mark_text(const core::SealingKey& key);

// Where the key lies.
std::filesystem::path sealing_key_file(const Config& config);

// The new key under the name .next, with owner and rights of the old one.
core::SealingKey write_next_key(const std::filesystem::path& file, core::Random& random);
void remove_next_key(const std::filesystem::path& file) noexcept;
// .next takes the place of the key; gives the name under which the former one is kept.
std::filesystem::path take_next_key(const std::filesystem::path& file);

}  // namespace postern::app
