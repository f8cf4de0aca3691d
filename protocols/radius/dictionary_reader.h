#pragma once
// Dictionary files in the common text format (FreeRADIUS, pyrad, radcli and others):
//   VENDOR name number [format=T,L]          BEGIN-VENDOR name [format=EVS] ... END-VENDOR name
//   ATTRIBUTE name number type [flags]       number: decimal, 0x hex, dotted for nested ones;
//   VALUE attribute name number              flags: has_tag, encrypt=1..3, others are ignored
//   $INCLUDE file                            blocks of other kinds (BEGIN-TLV, FLAGS ...): skipped
//   # to the end of the line
// Attributes whose number does not fit an octet are those of a server's own book-keeping and are
// left out, with their values. A VALUE of an unknown attribute is left out too: files may stand
// before the one that they refine.
//
// Reading stops at the first error of a file, which names file and line. Files are opened by the
// caller's function. Bounds: 16 MiB and 200,000 lines a file, 8 files deep. Thread: pure.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/radius/dictionary.h"

namespace postern::radius {

struct DictionaryError {
  std::string file;
  std::size_t line = 0;
  std::string what;
};

// The content of an included file, or nothing when it cannot be read. `from` is the including file.
using OpenDictionary =
    std::function<std::optional<std::string>(std::string_view from, std::string_view name)>;

// Adds to `dictionary`. Nothing = no error.
std::optional<DictionaryError> read_dictionary(std::string_view text, std::string_view file,
                                               Dictionary& dictionary, const OpenDictionary& open);

}  // namespace postern::radius
