// What controls make of an entry once it is rendered: values that do not match are taken out again
// (RFC 3876), entries that its DNs lead to are added in a control (draft-masarati-ldap-deref), and
// so is what became of it (draft-ietf-ldapext-psearch). All work on what the viewer was going to be
// shown, so nothing else can come to light.

#include "directory/search.h"
#include "protocols/ldap/dn.h"
#include "protocols/ldap/encode.h"

namespace postern::directory {
namespace {

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

void Search::decorate(const Subject& subject, std::size_t start) {
  DecorateScratch& scratch = scratch_.decorate;
  scratch.results.clear();
  scratch.controls.clear();
  if (noticed_) ldap::append_entry_change(scratch.controls, notice_);
  for (const ldap::DerefSpec& spec : extras_.dereference) dereference(spec, subject);
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

void Search::dereference(const ldap::DerefSpec& spec, const Subject& subject) {
  DecorateScratch& scratch = scratch_.decorate;
  const Dictionary& dictionary = *lease_.snapshot().dictionary;
  select({spec.attribute}, false, dictionary, sight_, scratch.value, scratch.followed);
  select(spec.attributes, false, dictionary, sight_, scratch.value, scratch.wanted);
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
      ldap::append_deref_result(scratch.results, spec.attribute, value, scratch.attributes);
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
