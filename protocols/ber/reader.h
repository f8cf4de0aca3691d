#pragma once
// Reader: takes BER elements one by one from a piece of a PDU, with liblber, in the profile of
// LDAP.
//
// SPARE OCTET: one readable octet must lie behind the PDU (its value does not matter), because
// liblber looks ahead for the next tag. Pieces inside a PDU have it by nature. Nothing is ever
// written, so the octets may be read-only; returned views point into them.
//
// Every element is bounded by the piece it was taken from: a child cannot reach beyond its parent.
// Tags are compared in full before anything is read, so constructed strings are refused; indefinite
// lengths are refused. Integers have 1 to 4 octets, booleans exactly one (any non-zero is TRUE).
//
// A failed read returns false, leaves its result alone and stores the first error; all later reads
// fail too. No allocation: all readers of a thread share one liblber element, which is re-armed for
// each read, so readers are plain values that can be copied and nested freely. A reader stays on
// the thread that made it. Source: RFC 4511 5.1.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocols/ber/tag.h"
#include "protocols/result.h"

struct berelement;  // liblber's

namespace postern::ber {

class Reader {
 public:
  Reader() noexcept = default;  // empty
  explicit Reader(OctetPiece piece);

  bool at_end() const noexcept { return position_ == end_; }
  bool ok() const noexcept { return error_.what.empty(); }
  // First identifier octet of the next element, 0 at the end (0 is no tag of LDAP).
  Tag peek() const noexcept { return at_end() ? Tag{0} : *position_; }
  OctetPiece rest() const noexcept { return {position_, end_}; }

  bool element(Tag tag, OctetPiece& contents);
  bool any(Tag& tag, OctetPiece& contents);
  bool enter(Tag tag, Reader& inside);  // constructed element as a reader of its own
  bool skip();                          // any one element, multi-octet tags included
  bool skip_rest();                     // trailing extensions: each must be well-formed

  bool string(std::string_view& value, Tag tag = kOctetString);
  bool integer(std::int32_t& value, Tag tag = kInteger);
  bool enumerated(std::int32_t& value) { return integer(value, kEnumerated); }
  bool boolean(bool& value, Tag tag = kBoolean);

  // Records an error of the caller's at the current position; returns false.
  bool fail(std::string_view what) noexcept;
  // Takes over the error of a nested reader; returns false.
  bool fail(const Reader& inside) noexcept;
  // Offset counts from the start of the outermost piece.
  const DecodeError& error() const noexcept { return error_; }

 private:
  Reader(berelement* element, const std::uint8_t* origin, OctetPiece piece) noexcept;
  bool take(OctetPiece& contents);

  berelement* element_ = nullptr;
  const std::uint8_t* origin_ = nullptr;
  const std::uint8_t* position_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  DecodeError error_{};
};

// Contents of an INTEGER or ENUMERATED: false unless 1 to 4 octets.
bool integer_contents(OctetPiece contents, std::int32_t& value) noexcept;

}  // namespace postern::ber
