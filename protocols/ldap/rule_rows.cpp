// Matching rules and syntaxes by name and OID. Source: RFC 4517 3.3 and 4.2, RFC 4530, RFC 4523,
// MS-ADTS 3.1.1.3.4.4 for the rules of extensible filters.

#include <array>

#include "protocols/ldap/schema_rows.h"
#include "protocols/ldap/string_prep.h"

namespace postern::ldap {
namespace {

constexpr std::string_view kBits = "1.3.6.1.4.1.1466.115.121.1.6";
constexpr std::string_view kBool = "1.3.6.1.4.1.1466.115.121.1.7";
constexpr std::string_view kDn = "1.3.6.1.4.1.1466.115.121.1.12";
constexpr std::string_view kString = "1.3.6.1.4.1.1466.115.121.1.15";
constexpr std::string_view kTime = "1.3.6.1.4.1.1466.115.121.1.24";
constexpr std::string_view kIa5 = "1.3.6.1.4.1.1466.115.121.1.26";
constexpr std::string_view kInt = "1.3.6.1.4.1.1466.115.121.1.27";
constexpr std::string_view kNameAndUid = "1.3.6.1.4.1.1466.115.121.1.34";
constexpr std::string_view kNumeric = "1.3.6.1.4.1.1466.115.121.1.36";
constexpr std::string_view kOid = "1.3.6.1.4.1.1466.115.121.1.38";
constexpr std::string_view kOctets = "1.3.6.1.4.1.1466.115.121.1.40";
constexpr std::string_view kList = "1.3.6.1.4.1.1466.115.121.1.41";
constexpr std::string_view kPhone = "1.3.6.1.4.1.1466.115.121.1.50";
constexpr std::string_view kPrintable = "1.3.6.1.4.1.1466.115.121.1.44";
constexpr std::string_view kCountry = "1.3.6.1.4.1.1466.115.121.1.11";
constexpr std::string_view kPieces = "1.3.6.1.4.1.1466.115.121.1.58";
constexpr std::string_view kUuid = "1.3.6.1.1.16.1";
constexpr std::string_view kCertificateAssertion = "1.3.6.1.1.15.1";

constexpr RuleUse kEq = RuleUse::equality;
constexpr RuleUse kOrd = RuleUse::ordering;
constexpr RuleUse kSub = RuleUse::substrings;

constexpr auto kRules = std::to_array<NamedRule>({
    {"objectIdentifierMatch", "2.5.13.0", kOid, Rule::objectIdentifier, kEq},
    {"distinguishedNameMatch", "2.5.13.1", kDn, Rule::distinguishedName, kEq},
    {"caseIgnoreMatch", "2.5.13.2", kString, Rule::caseIgnore, kEq},
    {"caseIgnoreOrderingMatch", "2.5.13.3", kString, Rule::caseIgnore, kOrd},
    {"caseIgnoreSubstringsMatch", "2.5.13.4", kPieces, Rule::caseIgnore, kSub},
    {"caseExactMatch", "2.5.13.5", kString, Rule::caseExact, kEq},
    {"caseExactOrderingMatch", "2.5.13.6", kString, Rule::caseExact, kOrd},
    {"caseExactSubstringsMatch", "2.5.13.7", kPieces, Rule::caseExact, kSub},
    {"numericStringMatch", "2.5.13.8", kNumeric, Rule::numericString, kEq},
    {"numericStringOrderingMatch", "2.5.13.9", kNumeric, Rule::numericString, kOrd},
    {"numericStringSubstringsMatch", "2.5.13.10", kPieces, Rule::numericString, kSub},
    {"caseIgnoreListMatch", "2.5.13.11", kList, Rule::caseIgnoreList, kEq},
    {"caseIgnoreListSubstringsMatch", "2.5.13.12", kPieces, Rule::caseIgnoreList, kSub},
    {"booleanMatch", "2.5.13.13", kBool, Rule::boolean, kEq},
    {"integerMatch", "2.5.13.14", kInt, Rule::integer, kEq},
    {"integerOrderingMatch", "2.5.13.15", kInt, Rule::integer, kOrd},
    {"bitStringMatch", "2.5.13.16", kBits, Rule::bitString, kEq},
    {"octetStringMatch", "2.5.13.17", kOctets, Rule::octetString, kEq},
    {"octetStringOrderingMatch", "2.5.13.18", kOctets, Rule::octetString, kOrd},
    {"telephoneNumberMatch", "2.5.13.20", kPhone, Rule::telephoneNumber, kEq},
    {"telephoneNumberSubstringsMatch", "2.5.13.21", kPieces, Rule::telephoneNumber, kSub},
    {"uniqueMemberMatch", "2.5.13.23", kNameAndUid, Rule::uniqueMember, kEq},
    {"generalizedTimeMatch", "2.5.13.27", kTime, Rule::generalizedTime, kEq},
    {"generalizedTimeOrderingMatch", "2.5.13.28", kTime, Rule::generalizedTime, kOrd},
    {"integerFirstComponentMatch", "2.5.13.29", kInt, Rule::integerFirstComponent, kEq},
    {"objectIdentifierFirstComponentMatch", "2.5.13.30", kOid, Rule::objectIdentifierFirstComponent,
     kEq},
    {"certificateExactMatch", "2.5.13.34", kCertificateAssertion, Rule::none, kEq},
    {"caseExactIA5Match", "1.3.6.1.4.1.1466.109.114.1", kIa5, Rule::caseExactIA5, kEq},
    {"caseIgnoreIA5Match", "1.3.6.1.4.1.1466.109.114.2", kIa5, Rule::caseIgnoreIA5, kEq},
    {"caseIgnoreIA5SubstringsMatch", "1.3.6.1.4.1.1466.109.114.3", kPieces, Rule::caseIgnoreIA5,
     kSub},
    {"caseExactIA5SubstringsMatch", "1.3.6.1.4.1.4203.1.2.1", kPieces, Rule::caseExactIA5, kSub},
    {"uuidMatch", "1.3.6.1.1.16.2", kUuid, Rule::uuid, kEq},
    {"uuidOrderingMatch", "1.3.6.1.1.16.3", kUuid, Rule::uuid, kOrd},
    {"integerBitAndMatch", "1.2.840.113556.1.4.803", kInt, Rule::integer, RuleUse::bit_and},
    {"integerBitOrMatch", "1.2.840.113556.1.4.804", kInt, Rule::integer, RuleUse::bit_or},
    {"inChainMatch", "1.2.840.113556.1.4.1941", kDn, Rule::distinguishedName, RuleUse::in_chain},
});

constexpr auto kSyntaxes = std::to_array<SyntaxRow>({
    {"1.3.6.1.4.1.1466.115.121.1.3", "Attribute Type Description"},
    {"1.3.6.1.4.1.1466.115.121.1.4", "Audio"},
    {"1.3.6.1.4.1.1466.115.121.1.5", "Binary"},
    {kBits, "Bit String"},
    {kBool, "Boolean"},
    {"1.3.6.1.4.1.1466.115.121.1.8", "Certificate"},
    {kCountry, "Country String"},
    {kDn, "DN"},
    {"1.3.6.1.4.1.1466.115.121.1.14", "Delivery Method"},
    {kString, "Directory String"},
    {"1.3.6.1.4.1.1466.115.121.1.16", "DIT Content Rule Description"},
    {"1.3.6.1.4.1.1466.115.121.1.17", "DIT Structure Rule Description"},
    {"1.3.6.1.4.1.1466.115.121.1.21", "Enhanced Guide"},
    {"1.3.6.1.4.1.1466.115.121.1.22", "Facsimile Telephone Number"},
    {"1.3.6.1.4.1.1466.115.121.1.23", "Fax"},
    {kTime, "Generalized Time"},
    {"1.3.6.1.4.1.1466.115.121.1.25", "Guide"},
    {kIa5, "IA5 String"},
    {kInt, "INTEGER"},
    {"1.3.6.1.4.1.1466.115.121.1.28", "JPEG"},
    {"1.3.6.1.4.1.1466.115.121.1.30", "Matching Rule Description"},
    {"1.3.6.1.4.1.1466.115.121.1.31", "Matching Rule Use Description"},
    {kNameAndUid, "Name And Optional UID"},
    {"1.3.6.1.4.1.1466.115.121.1.35", "Name Form Description"},
    {kNumeric, "Numeric String"},
    {"1.3.6.1.4.1.1466.115.121.1.37", "Object Class Description"},
    {kOid, "OID"},
    {kOctets, "Octet String"},
    {kList, "Postal Address"},
    {kPrintable, "Printable String"},
    {"1.3.6.1.4.1.1466.115.121.1.45", "Subtree Specification"},
    {kPhone, "Telephone Number"},
    {"1.3.6.1.4.1.1466.115.121.1.51", "Teletex Terminal Identifier"},
    {"1.3.6.1.4.1.1466.115.121.1.52", "Telex Number"},
    {"1.3.6.1.4.1.1466.115.121.1.54", "LDAP Syntax Description"},
    {kPieces, "Substring Assertion"},
    {kCertificateAssertion, "X.509 Certificate Exact Assertion"},
    {kUuid, "UUID"},
});

}  // namespace

std::span<const SyntaxRow> syntax_rows() noexcept { return kSyntaxes; }
std::span<const NamedRule> rule_rows() noexcept { return kRules; }

const NamedRule* find_rule(std::string_view name_or_oid) noexcept {
  for (const NamedRule& rule : kRules) {
    if (rule.oid == name_or_oid || equal_ascii_case(rule.name, name_or_oid)) return &rule;
  }
  return nullptr;
}

bool applies_to(const NamedRule& rule, std::string_view syntax) noexcept {
  switch (rule.rule) {
    case Rule::caseIgnore:
    case Rule::caseExact:
      // Directory String and its alternatives.
      return syntax == kString || syntax == kPrintable || syntax == kCountry || syntax == kPhone;
    case Rule::caseIgnoreIA5:
    case Rule::caseExactIA5:
      return syntax == kIa5;
    case Rule::caseIgnoreList:
      return syntax == kList;
    case Rule::numericString:
      return syntax == kNumeric;
    case Rule::telephoneNumber:
      return syntax == kPhone;
    case Rule::objectIdentifierFirstComponent:
    case Rule::integerFirstComponent:
      return true;  // of descriptions in the subschema; elsewhere no value has the form
    default:
      return syntax == rule.syntax;
  }
}

}  // namespace postern::ldap
