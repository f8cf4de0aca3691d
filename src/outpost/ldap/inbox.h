#pragma once
// Inbox: octets that arrived and are not yet done with, in one piece, with the spare octet behind
// them that decoding needs (protocols/ber/reader.h). Bounds are the session's business.
//
// Views are valid until the next append(), consume() or clear(). What moves or goes away unread is
// wiped, since it may hold a password; whoever reads a password calls wipe(). Thread: the loop's.

#include <cstddef>
#include <vector>

#include "protocols/session.h"

namespace postern::outpost {

class Inbox {
 public:
  Inbox() = default;
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  void append(OctetView input);
  std::size_t size() const noexcept { return tail_ - head_; }
  bool empty() const noexcept { return head_ == tail_; }
  OctetView from(std::size_t offset) const noexcept;  // REQUIRES: offset <= size()
  void wipe(std::size_t offset, std::size_t length) noexcept;
  void consume(std::size_t length) noexcept;  // REQUIRES: length <= size()
  void clear() noexcept;

 private:
  void make_room(std::size_t needed);

  Octets storage_;  // storage_.size() > tail_ whenever there is anything
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

}  // namespace postern::outpost
