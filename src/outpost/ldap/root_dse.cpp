#include "outpost/ldap/root_dse.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "outpost/ldap/extended.h"
#include "outpost/ldap/naming.h"
#include "outpost/ldap/request_controls.h"
#include "outpost/ldap/sasl.h"
#include "protocols/ldap/schema_extension.h"

namespace postern::outpost {
namespace {

using Shown = VirtualEntry::Shown;

std::vector<std::string> copies(std::span<const std::string> values) {
  return {values.begin(), values.end()};
}

VirtualEntry make_subschema(const ldap::SchemaExtension& more) {
  VirtualEntry entry(kSubschemaDn);
  entry.add("objectClass", Shown::always, {"top", "subentry", "subschema"});
  entry.add("cn", Shown::always, {"subschema"});
  // A subentry says for which part of the tree it holds (RFC 3672 2.1): all of it.
  entry.add("subtreeSpecification", Shown::on_request, {"{ }"});
  entry.add("subschemaSubentry", Shown::on_request, {std::string(kSubschemaDn)});
  entry.add("attributeTypes", Shown::on_request, ldap::subschema_attribute_types(more));
  entry.add("objectClasses", Shown::on_request, ldap::subschema_object_classes(more));
  entry.add("ldapSyntaxes", Shown::on_request, copies(ldap::subschema_syntaxes()));
  entry.add("matchingRules", Shown::on_request, copies(ldap::subschema_matching_rules()));
  entry.add("matchingRuleUse", Shown::on_request, ldap::subschema_matching_rule_use(more));
  return entry;
}

}  // namespace

VirtualEntry make_root_dse(Conversation& conversation) {
  VirtualEntry entry("");
  entry.add("objectClass", Shown::always, {"top"});
  std::vector<std::string> contexts;
  for (const NamingContext& context : conversation.naming().all()) contexts.push_back(context.base);
  entry.add("namingContexts", Shown::on_request, std::move(contexts));
  entry.add("supportedLDAPVersion", Shown::on_request, {"3"});
  entry.add("supportedControl", Shown::on_request, supported_controls());
  entry.add("supportedExtension", Shown::on_request, supported_extensions(conversation));
  entry.add("supportedSASLMechanisms", Shown::on_request, supported_mechanisms(conversation));
  // All operational attributes by "+" (RFC 3673), those of a class by "@" (RFC 4529), absolute true
  // and false filters (RFC 4526).
  entry.add("supportedFeatures", Shown::on_request,
            {"1.3.6.1.4.1.4203.1.5.1", "1.3.6.1.4.1.4203.1.5.2", "1.3.6.1.4.1.4203.1.5.3"});
  entry.add("subschemaSubentry", Shown::on_request, {std::string(kSubschemaDn)});
  // What entryUSN counts up to: clients ask for it before they read what has changed.
  entry.add("highestCommittedUSN", Shown::on_request,
            {std::to_string(conversation.services.directory.freshness().applied)});
  entry.add("vendorName", Shown::on_request, {conversation.settings->vendor_name});
  entry.add("vendorVersion", Shown::on_request, {conversation.settings->vendor_version});
  return entry;
}

std::shared_ptr<const VirtualEntry> subschema_entry(Conversation& conversation) {
  static const auto kBuiltIn =
      std::make_shared<const VirtualEntry>(make_subschema(ldap::SchemaExtension()));
  const auto more = conversation.services.tree.schema();
  if (more == nullptr || more->empty()) return kBuiltIn;
  return std::make_shared<const VirtualEntry>(make_subschema(*more));
}

}  // namespace postern::outpost
