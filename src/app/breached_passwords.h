#pragma once
// Lists of leaked passwords on disk, as haveibeenpwned.com gives them out (its downloader makes
// either): one file of lines `SHA-1:COUNT` in ascending order of the hash, or a folder of range
// files, each named by the first five digits (with or without .txt), of lines `REST:COUNT`. A line
// without a count counts once. Looked up by binary search, respectively by reading one range: no
// memory, no index. Opened anew each time, so that a list may be replaced at any time.
//
// Thread-safe. Errors: nothing = no such file, not readable, a range beyond 4 MiB.

#include "core/ports/breached_passwords.h"

namespace postern::app {

class BreachedPasswordFiles final : public core::BreachedPasswords {
 public:
  std::optional<std::uint64_t> count(std::string_view list, std::string_view sha1) const override;
};

}  // namespace postern::app
