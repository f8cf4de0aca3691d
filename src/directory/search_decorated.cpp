// What controls make of an entry once it is rendered: values that do not match are taken out again
// (RFC 3876), entries that its DNs lead to are added in a control (draft-masarati-ldap-deref), and
// so is what became of it (draft-ietf-ldapext-psearch). All work on what the viewer was going to be
// shown, so nothing else can come to light.

#include "directory/login_pack.h"
#include "directory/members.h"
#include "directory/search.h"
#include "protocols/ldap/dn.h"
#include "protocols/ldap/encode.h"

namespace postern::directory {
namespace {

constexpr std::size_t kFollowedAtOnce = 16;                   // between two looks at the clock
constexpr std::size_t kMostFollowed = std::size_t{32} << 20;  // octets about one entry

// The entry that was rendered as a PDU of its own. `octets` gets the spare octet decoders want.
Result<ldap::Entry> decode_rendered(Octets& octets) {
  octets.push_back(0);
  const auto envelope =
      ldap::decode_response_envelope(ldap::OctetPiece(octets).first(octets.size() - 1));
  if (!envelope) return envelope.error();
  return ldap::decode_entry(envelope->body);
}

}  // namespace

void Search::prepare_decoration() {
  if (extras_.values == nullptr) return;
  compile(*extras_.values, lease_, view_, sight_, scratch_.decorate.values);
}

// What may be said of an account is said to itself and to who sees everything.
bool Search::may_note(const Subject& subject) const noexcept {
  if (subject.kind != EntryKind::user) return false;
  return sight_.whole() || subject.id == user_entry(viewer_);
}

void Search::note(EntryId user) {
  DecorateScratch& scratch = scratch_.decorate;
  const auto packed = get(lease_.txn(), lease_.tables().credentials, IdKey(user).view());
  if (!packed || !unpack_login(*packed, scratch.login)) return;
  const core::LoginRecord& login = scratch.login;
  extras_.notes->append({.user = login.pk,
                         .is_active = login.is_active,
                         .password_must_change = login.password_must_change,
                         .not_before = login.not_before,
                         .not_after = login.not_after,
                         .password_changed = login.password_changed},
                        scratch.controls);
}

void Search::decorate(const Subject& subject, std::size_t start) {
  DecorateScratch& scratch = scratch_.decorate;
  scratch.controls.clear();
  if (noticed_) ldap::append_entry_change(scratch.controls, notice_);
  if (extras_.notes != nullptr && may_note(subject)) note(subject.id);
  if (!scratch.results.empty()) ldap::append_deref_response(scratch.controls, scratch.results);
  scratch.rendered.assign(out_.begin() + static_cast<std::ptrdiff_t>(start), out_.end());
  const auto entry = decode_rendered(scratch.rendered);
  if (!entry) return;
  scratch.attributes.clear();
  match_values(*entry, scratch.attributes);
  out_.resize(start);
  ldap::append_entry_header(out_, message_id_, entry->dn, scratch.attributes.size(),
                            scratch.controls.size());
  ber::append_raw(out_, scratch.attributes);
  if (scratch.controls.empty()) return;
  ldap::append_controls_header(out_, scratch.controls.size());
  ber::append_raw(out_, scratch.controls);
}

// An attribute of which no value is left is left out; one without values to begin with (typesOnly)
// stays.
void Search::match_values(const ldap::Entry& entry, Octets& attributes) {
  DecorateScratch& scratch = scratch_.decorate;
  const Dictionary& dictionary = *lease_.snapshot().dictionary;
  Evaluator evaluator(lease_, view_, scratch.values, sight_, scratch_.prepared, scratch_.key);
  std::vector<std::string_view> kept;
  for (const auto& attribute : entry.attributes) {
    kept.assign(attribute.values.begin(), attribute.values.end());
    if (extras_.values != nullptr && !kept.empty()) {
      const AttributeId id = find_attribute_id(attribute.type, dictionary, scratch.value);
      std::erase_if(kept,
                    [&](std::string_view value) { return !evaluator.matches_value(id, value); });
      if (kept.empty()) continue;
    }
    ldap::append_partial_attribute(attributes, attribute.type, kept);
  }
}

// The entries that this one leads to, before it is rendered itself. A group may lead to more than a
// turn can look at: what there is by then waits in the cursor.
Search::Step Search::follow(const Subject& subject) {
  DecorateScratch& scratch = scratch_.decorate;
  scratch.results.clear();
  if (extras_.dereference.empty()) return Step::next;
  Following work;
  if (auto* begun = static_cast<Following*>(cursor_.entry.get())) {
    if (begun->id == subject.id && begun->kind == subject.kind) work = std::move(*begun);
    cursor_.entry.reset();
  }
  work.id = subject.id;
  work.kind = subject.kind;
  std::size_t steps = 0;
  for (; work.spec < extras_.dereference.size(); ++work.spec) {
    const ldap::DerefSpec& spec = extras_.dereference[work.spec];
    const Dictionary& dictionary = *lease_.snapshot().dictionary;
    select(spec.attributes, false, dictionary, sight_, scratch.value, scratch.wanted);
    if (!work.gathered && !gather(spec, subject, work.ids)) {
      follow_values(spec, subject, work.results);
    }
    work.gathered = true;
    const Step step = follow_ids(spec, work, steps);
    if (step == Step::turn_over) cursor_.entry = std::make_unique<Following>(std::move(work));
    if (step != Step::next) return step;
    work.gathered = false;
    work.at = 0;
    work.ids.clear();
  }
  scratch.results.swap(work.results);
  return Step::next;
}

// `steps`: of this turn, over all attributes.
Search::Step Search::follow_ids(const ldap::DerefSpec& spec, Following& work, std::size_t& steps) {
  DecorateScratch& scratch = scratch_.decorate;
  for (; work.at < work.ids.size(); ++work.at) {
    if (++steps % kFollowedAtOnce == 0 &&
        std::chrono::steady_clock::now() - start_ >= ldap::kTurnTime) {
      --cursor_.examined;  // this entry is looked at once more
      return Step::turn_over;
    }
    const EntryId id = work.ids[work.at];
    const auto octets = read_record(lease_, id);
    if (!octets) continue;
    view_.dn_of(RecordView(*octets), scratch.dn);
    scratch.attributes.clear();
    append_wanted({.kind = is_group(id) ? Target::Kind::group : Target::Kind::user, .id = id},
                  scratch.attributes);
    ldap::append_deref_result(work.results, spec.attribute, scratch.dn, scratch.attributes);
    if (work.results.size() > kMostFollowed) return finish(ldap::ResultCode::adminLimitExceeded);
  }
  return Step::next;
}

// The ids that lists of entries hold; false = the attribute is none of these.
bool Search::gather(const ldap::DerefSpec& spec, const Subject& subject,
                    std::vector<EntryId>& ids) {
  DecorateScratch& scratch = scratch_.decorate;
  const AttributeId id =
      find_attribute_id(spec.attribute, *lease_.snapshot().dictionary, scratch.value);
  const bool members = is_member_like(id);
  if (!members && id != known().memberOf) return false;
  select({spec.attribute}, false, *lease_.snapshot().dictionary, sight_, scratch.value,
         scratch.followed);
  if (!scratch.followed.wants(id, false) || !view_.layout->shows(id)) return true;
  if (members && subject.kind == EntryKind::virtual_group) ids.push_back(subject.id);
  if (members && subject.kind == EntryKind::group) {
    for_each_member(lease_, view_, sight_, subject.id, false, scratch.key, [&ids](EntryId member) {
      ids.push_back(member);
      return true;
    });
  }
  Slot slot;
  const bool grouped = subject.kind == EntryKind::user || subject.kind == EntryKind::group;
  if (members || !grouped || !subject.record.find(view_.member_of_list(), slot)) return true;
  for (std::size_t i = 0; i < slot.size / sizeof(EntryId); ++i) {
    const EntryId group = subject.record.id_at(slot, i);
    if (sight_.group(group)) ids.push_back(group);
  }
  return true;
}

// DNs that lie in the entry itself, as text: a few.
void Search::follow_values(const ldap::DerefSpec& spec, const Subject& subject, Octets& results) {
  DecorateScratch& scratch = scratch_.decorate;
  const Dictionary& dictionary = *lease_.snapshot().dictionary;
  select({spec.attribute}, false, dictionary, sight_, scratch.value, scratch.followed);
  scratch.entry.clear();
  Renderer(lease_, view_, sight_, scratch.followed, scratch.render)
      .entry(subject, 1, scratch.entry);
  const auto entry = decode_rendered(scratch.entry);
  if (!entry) return;
  for (const auto& attribute : entry->attributes) {
    for (const std::string_view value : attribute.values) {
      if (!ldap::normalise_dn(value, scratch.dn)) continue;  // no DN-valued attribute
      const Target target = resolve(lease_, view_, scratch.dn, scratch.value, scratch.key);
      if (target.kind == Target::Kind::outside) continue;
      scratch.attributes.clear();
      append_wanted(target, scratch.attributes);
      ldap::append_deref_result(results, spec.attribute, value, scratch.attributes);
    }
  }
}

void Search::append_wanted(const Target& target, Octets& attributes) {
  if (!sight_.target(target)) return;
  const auto subject = load_subject(lease_, view_, target, scratch_.decorate.subject);
  if (!subject) return;
  DecorateScratch& scratch = scratch_.decorate;
  scratch.rendered.clear();
  Renderer(lease_, view_, sight_, scratch.wanted, scratch.render)
      .entry(*subject, 1, scratch.rendered);
  const auto entry = decode_rendered(scratch.rendered);
  if (!entry) return;
  for (const auto& attribute : entry->attributes) {
    ldap::append_partial_attribute(attributes, attribute.type, attribute.values);
  }
}

}  // namespace postern::directory
