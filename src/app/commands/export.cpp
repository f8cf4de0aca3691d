#include "app/commands/export.h"

#include <limits>
#include <optional>

#include "app/ldif_writer.h"
#include "protocols/ber/frame.h"
#include "protocols/ldap/decode.h"
#include "protocols/ldap/decode_response.h"
#include "protocols/ldap/dn.h"
#include "protocols/ldap/filter_text.h"
#include "protocols/ldap/tree.h"

namespace postern::app {
namespace {

constexpr std::size_t kMaxEntry = 64 * 1024 * 1024;

const core::LdapProvider* find_provider(const core::Catalog& catalog, const std::string& name) {
  for (const auto& provider : catalog.ldap_providers) {
    if (name.empty() || provider->name == name) return provider.get();
  }
  return nullptr;
}

// The form in which other servers, and our import, take a hash.
std::string as_user_password(const std::string& hash) {
  return hash.starts_with("$argon2") ? "{ARGON2}" + hash : hash;
}

class Export {
 public:
  Export(CommandContext& context, const core::LdapProvider& provider, bool hashes)
      : context_(context), provider_(provider), hashes_(hashes) {}

  int run() {
    const auto filter = ldap::parse_filter("(objectClass=*)");
    if (!filter) return kRefused;
    ldap::SearchRequest request;
    request.base = provider_.base_dn;
    request.scope = ldap::Scope::sub;
    request.filter = filter->filter;
    request.attributes = {"*", "entryUUID"};
    ldap::Viewer viewer;
    viewer.provider = provider_.pk;
    viewer.sees = ldap::Sees::everything;
    ldap::SearchLimits limits;
    limits.deadline = Instant::max();
    ldap::SearchCursor cursor;
    context_.console.out("version: 1\n");
    for (;;) {
      Octets pdus;
      const auto turn =
          context_.appliance.directory().search(request, 1, viewer, limits, {}, cursor, pdus);
      if (!write(pdus)) return kRefused;
      if (turn.more) continue;
      if (turn.code == ldap::ResultCode::success) return kDone;
      context_.console.error("the read model cannot be read");
      return kRefused;
    }
  }

 private:
  bool write(Octets& pdus) {
    const std::size_t size = pdus.size();
    pdus.push_back(0);  // decoders may look one octet ahead
    std::string text;
    for (std::size_t at = 0; at < size;) {
      const auto frame = ber::frame({pdus.data() + at, size - at}, kMaxEntry);
      if (frame.state != ber::Frame::State::complete) return false;
      const auto envelope = ldap::decode_response_envelope({pdus.data() + at, frame.length});
      if (!envelope) return false;
      const auto entry = ldap::decode_entry(envelope->body);
      if (!entry) return false;
      append(text, *entry);
      at += frame.length;
    }
    context_.console.out(text);
    return true;
  }

  void append(std::string& out, const ldap::Entry& entry) const {
    out += '\n';
    append_ldif(out, "dn", entry.dn);
    for (const auto& attribute : entry.attributes) {
      for (const auto value : attribute.values) append_ldif(out, attribute.type, value);
    }
    if (!hashes_) return;
    std::string dn;
    if (!ldap::normalise_dn(entry.dn, dn)) return;
    const auto at = context_.appliance.directory().locate(dn, provider_.pk);
    if (at.kind != ldap::Located::Kind::user) return;
    const auto user = context_.appliance.store().load_user(at.pk);
    if (user && !user->password_hash.empty()) {
      append_ldif(out, "userPassword", as_user_password(user->password_hash));
    }
  }

  CommandContext& context_;
  const core::LdapProvider& provider_;
  const bool hashes_;
};

}  // namespace

int export_ldif(CommandContext& context, const ExportOptions& options) {
  const auto catalog = context.appliance.directory().catalog();
  const auto* provider = find_provider(*catalog, options.provider);
  if (provider == nullptr) {
    context.console.error(options.provider.empty()
                              ? "there is no LDAP provider"
                              : "there is no LDAP provider " + options.provider);
    return kRefused;
  }
  return Export(context, *provider, options.hashes).run();
}

}  // namespace postern::app
