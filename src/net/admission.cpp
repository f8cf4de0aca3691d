#include "net/admission.h"

#include <utility>

namespace postern::net {

Admission::Ticket::Ticket(Ticket&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)), source_(other.source_) {}

Admission::Ticket& Admission::Ticket::operator=(Ticket&& other) noexcept {
  if (this == &other) return *this;
  release();
  admission_ = std::exchange(other.admission_, nullptr);
  source_ = other.source_;
  return *this;
}

void Admission::Ticket::release() noexcept {
  if (Admission* admission = std::exchange(admission_, nullptr)) admission->leave(source_);
}

Admission::Ticket Admission::admit(const SourceKey& source, Refusal& refusal) {
  const std::lock_guard lock(mutex_);
  if (open_ >= total_cap_) {
    refusal = Refusal::total;
    return {};
  }
  if (source.kind != SourceKey::Kind::local) {
    const auto found = sources_.find(source);
    if ((found == sources_.end() ? 0 : found->second) >= source_cap_) {
      refusal = Refusal::source;
      return {};
    }
    ++sources_[source];
  }
  ++open_;
  refusal = Refusal::none;
  return Ticket(*this, source);
}

std::size_t Admission::open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

void Admission::leave(const SourceKey& source) noexcept {
  const std::lock_guard lock(mutex_);
  --open_;
  if (source.kind == SourceKey::Kind::local) return;
  const auto found = sources_.find(source);
  if (found != sources_.end() && --found->second == 0) sources_.erase(found);
}

}  // namespace postern::net
