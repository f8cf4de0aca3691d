#pragma once
// What a new sealing key means for what an old one has made.
//
// reseal() opens a stored blob with the old key and seals it with the new one, in the context of
// its place. Every context under which something is sealed and stored is known here: a place that
// is missing would not survive a rotation, and the rotation refuses instead. "" = what was sealed
// may be forgotten (the step of a login in a browser that is under way). Nothing: no context of
// that place opens it.
//
// Some things cannot be made anew, because what they were made of is not kept: verifiers of static
// codes, the seals of events, identifiers that others have stored. Their subkeys stay: they are
// themselves sealed under the new key (pack, unpack). Pure functions.

#include <optional>
#include <string>
#include <string_view>

#include "core/credentials/sealer.h"
#include "core/credentials/sealing_key.h"

namespace postern::core {

struct SealedPlace {
  std::string_view table, pk, field;  // the innermost name, of a column or a JSON member
};

// `blob` and the answer in octets.
std::optional<std::string> reseal(const Sealer& from, const Sealer& to, const SealedPlace& place,
                                  std::string_view blob);

KeptSubkeys kept_subkeys(const Sealer& from);
std::string pack_subkeys(const KeptSubkeys& kept, const Sealer& to);  // hex
std::optional<KeptSubkeys> unpack_subkeys(std::string_view hex, const Sealer& from);

}  // namespace postern::core
