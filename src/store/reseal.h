#pragma once
// A new sealing key for a whole database, in one transaction: every value that begins with the mark
// of the old key (core::sealing_mark, in hex), wherever it stands - as a column's text, behind
// "sealed:", or inside JSON - is replaced by what `reseal` makes of it. Nothing that is sealed can
// be passed over, since all columns of all tables are looked at. The database says under which key
// it is
// (`meta`), and gets a new epoch, because read models hold sealed blobs too.
//
// When a value does not open, nothing is changed at all and `unopened` names the places, unless
// they are to be left as they are. Errors: core::StoreError. The caller holds the state lock.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/credentials/reseal.h"

namespace postern::store {

// As `meta` has them; "" = it says nothing.
struct SealingState {
  std::string mark;     // of the key that the database is under
  std::string subkeys;  // core::pack_subkeys
};
// Of a database that is not there: nothing said.
SealingState sealing_state(std::string_view url);
void note_sealing_mark(std::string_view url, std::string_view mark);

// Octets to octets; nothing = it does not open.
using Reseal =
    std::function<std::optional<std::string>(const core::SealedPlace&, std::string_view blob)>;

struct ResealReport {
  std::size_t resealed = 0;
  std::vector<std::string> unopened;  // "table.column of pk"
  bool committed = false;
};
ResealReport reseal_database(std::string_view url, std::string_view old_mark,
                             const SealingState& next, const Reseal& reseal, bool leave_unopened);

}  // namespace postern::store
