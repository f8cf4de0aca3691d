// The watching part of Search (draft-ietf-ldapext-psearch-03): looks at entries that changed
// instead of at all, and decides on what they are now; one that went, on what it was.

#include "directory/search.h"

namespace postern::directory {

using ldap::ResultCode;

// From now on changes are kept for this search; what it reads, it reads in a later turn, so nothing
// can fall between.
void Search::begin_watch() {
  auto watching = std::make_unique<Watching>(shared_.changes);
  watching->base = target_;
  cursor_.change = watching->changes->begin_watch();
  cursor_.state = std::move(watching);
}

ldap::Turn Search::watch() {
  const auto& watching = static_cast<const Watching&>(*cursor_.state);
  Change change;
  while (!turn_over()) {
    switch (watching.changes->next(cursor_.change, change)) {
      case ChangeRing::Next::none:
        return {.more = true, .idle = true};
      case ChangeRing::Next::lost:
        return {.code = ResultCode::adminLimitExceeded};
      case ChangeRing::Next::found:
        break;
    }
    ++cursor_.change;
    ++examined_;
    const bool mine = change.layout == view_.layout->number();
    if (!mine || !extras_.watch->wants(change.type)) continue;
    if (notify(change) != Step::next) {
      --cursor_.change;  // goes on with it
      break;
    }
  }
  return {.more = true};
}

// An entry, and the virtual group that is made of a user, as far as the scope has them.
Search::Step Search::notify(const Change& change) {
  notice_ = {.type = change.type, .previous_dn = {}, .change_number = change.applied};
  const bool removed = change.type == ldap::ChangeType::remove;
  const auto now =
      removed ? std::optional<std::string_view>(change.before) : read_record(lease_, change.id);
  if (!now) return Step::next;  // gone again: that is a change of its own
  const RecordView record(*now);
  if (change.id >= first_ && change.id <= last_ && sight_.stored(change.id, record)) {
    std::string previous;
    if (change.type == ldap::ChangeType::rename) {
      view_.dn_of(RecordView(change.before), previous);
      notice_.previous_dn = previous;
    }
    const Subject subject{.kind = record.kind(), .id = change.id, .record = record};
    if (const Step step = send_notice(subject); step != Step::next) return step;
  }
  const bool has_virtual = change.id >= first_virtual_ && change.id <= last_virtual_;
  if (!has_virtual || !sight_.user(change.id, record)) return Step::next;
  std::string previous;
  if (change.type == ldap::ChangeType::rename) {
    view_.virtual_dn_of(RecordView(change.before), previous);
    notice_.previous_dn = previous;
  }
  // It leads to one user only: this is no second turn's work.
  return send_notice(virtual_subject(view_, change.id, record, scratch_.subject));
}

Search::Step Search::send_notice(const Subject& subject) {
  if (!evaluator_.matches(subject, kNoLeaf)) return Step::next;
  if (const Step step = follow(subject); step != Step::next) return step;
  noticed_ = extras_.watch->return_notifications;
  const std::size_t start = out_.size();
  renderer_.entry(subject, message_id_, out_);
  if (decorated()) decorate(subject, start);
  noticed_ = false;
  ++cursor_.sent;
  return Step::next;
}

}  // namespace postern::directory
