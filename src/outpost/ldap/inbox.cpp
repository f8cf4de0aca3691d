#include "outpost/ldap/inbox.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <cstring>
#include <utility>

namespace postern::outpost {
namespace {

constexpr std::size_t kFirstSize = 512;
constexpr std::size_t kKeptSize = 4096;  // an idle connection keeps no more than this
constexpr std::size_t kSpare = 1;

}  // namespace

Inbox::~Inbox() { clear(); }

void Inbox::append(OctetView input) {
  if (storage_.size() < tail_ + input.size() + kSpare) make_room(input.size());
  std::memcpy(storage_.data() + tail_, input.data(), input.size());
  tail_ += input.size();
}

OctetView Inbox::from(std::size_t offset) const noexcept {
  return {storage_.data() + head_ + offset, size() - offset};
}

void Inbox::wipe(std::size_t offset, std::size_t length) noexcept {
  explicit_bzero(storage_.data() + head_ + offset, length);
}

void Inbox::consume(std::size_t length) noexcept {
  head_ += length;
  if (head_ != tail_) return;
  head_ = tail_ = 0;
  if (storage_.size() > kKeptSize) Octets().swap(storage_);
}

void Inbox::clear() noexcept {
  if (!empty()) wipe(0, size());
  consume(size());
}

void Inbox::make_room(std::size_t needed) {
  const std::size_t unread = size();
  if (unread + needed + kSpare <= storage_.size()) {
    std::memmove(storage_.data(), storage_.data() + head_, unread);
    explicit_bzero(storage_.data() + unread, tail_ - unread);
  } else {
    Octets larger(std::max(kFirstSize, 2 * (unread + needed + kSpare)));
    if (unread != 0) {
      std::memcpy(larger.data(), storage_.data() + head_, unread);
      wipe(0, unread);
    }
    storage_ = std::move(larger);
  }
  head_ = 0;
  tail_ = unread;
}

}  // namespace postern::outpost
