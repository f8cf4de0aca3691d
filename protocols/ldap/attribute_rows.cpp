// Attribute types. Source: RFC 4512 (operational), 4519, 4524, 2798, 4523, 2307 and
// draft-howard-rfc2307bis, 4530, 5020, 3045, draft-behera-ldap-password-policy, MS-ADA, authentik.

#include <array>

#include "protocols/ldap/schema_rows.h"

namespace postern::ldap {
namespace {

constexpr MatchNames kNone{};
constexpr MatchNames kIgnore{"caseIgnoreMatch", "", "caseIgnoreSubstringsMatch"};
constexpr MatchNames kIgnoreOrdered{"caseIgnoreMatch", "caseIgnoreOrderingMatch",
                                    "caseIgnoreSubstringsMatch"};
constexpr MatchNames kExactOnly{"caseExactMatch", "", ""};
constexpr MatchNames kIgnoreIa5{"caseIgnoreIA5Match", "", "caseIgnoreIA5SubstringsMatch"};
constexpr MatchNames kExactIa5{"caseExactIA5Match", "", "caseExactIA5SubstringsMatch"};
constexpr MatchNames kExactIa5Only{"caseExactIA5Match", "", ""};
constexpr MatchNames kList{"caseIgnoreListMatch", "", "caseIgnoreListSubstringsMatch"};
constexpr MatchNames kNumeric{"numericStringMatch", "", "numericStringSubstringsMatch"};
constexpr MatchNames kPhone{"telephoneNumberMatch", "", "telephoneNumberSubstringsMatch"};
constexpr MatchNames kDn{"distinguishedNameMatch", "", ""};
constexpr MatchNames kOid{"objectIdentifierMatch", "", ""};
constexpr MatchNames kFirst{"objectIdentifierFirstComponentMatch", "", ""};
constexpr MatchNames kIntegerFirst{"integerFirstComponentMatch", "", ""};
constexpr MatchNames kInteger{"integerMatch", "", ""};
constexpr MatchNames kIntegerOrdered{"integerMatch", "integerOrderingMatch", ""};
constexpr MatchNames kBoolean{"booleanMatch", "", ""};
constexpr MatchNames kOctet{"octetStringMatch", "", ""};
constexpr MatchNames kBit{"bitStringMatch", "", ""};
constexpr MatchNames kTime{"generalizedTimeMatch", "generalizedTimeOrderingMatch", ""};
constexpr MatchNames kUuid{"uuidMatch", "uuidOrderingMatch", ""};
constexpr MatchNames kUniqueMember{"uniqueMemberMatch", "", ""};
constexpr MatchNames kCertificate{"certificateExactMatch", "", ""};

#define POSTERN_POLICY(number) "1.3.6.1.4.1.42.2.27.8.1." number
#define POSTERN_SYNTAX(number) "1.3.6.1.4.1.1466.115.121.1." number  // literals join only as tokens
constexpr std::string_view kString = POSTERN_SYNTAX("15");
constexpr std::string_view kIa5 = POSTERN_SYNTAX("26");
constexpr std::string_view kDnSyntax = POSTERN_SYNTAX("12");
constexpr std::string_view kInt = POSTERN_SYNTAX("27");
constexpr std::string_view kBool = POSTERN_SYNTAX("7");
constexpr std::string_view kTimeSyntax = POSTERN_SYNTAX("24");
constexpr std::string_view kOidSyntax = POSTERN_SYNTAX("38");
constexpr std::string_view kOctets = POSTERN_SYNTAX("40");
constexpr std::string_view kTelephone = POSTERN_SYNTAX("50");
constexpr std::string_view kPostal = POSTERN_SYNTAX("41");
constexpr std::string_view kUuidSyntax = "1.3.6.1.1.16.1";

constexpr bool kSingle = true;
constexpr bool kMany = false;
constexpr bool kFixed = true;
constexpr bool kFree = false;
constexpr Usage kDirectory = Usage::directory;
constexpr Usage kDsa = Usage::dsa;

constexpr auto kRows = std::to_array<AttributeRow>({
    // RFC 4512
    {"2.5.4.0", "objectClass", "", kOid, kOidSyntax},
    {"2.5.18.1", "createTimestamp", "", kTime, kTimeSyntax, kSingle, kFixed, kDirectory},
    {"2.5.18.2", "modifyTimestamp", "", kTime, kTimeSyntax, kSingle, kFixed, kDirectory},
    {"2.5.18.3", "creatorsName", "", kDn, kDnSyntax, kSingle, kFixed, kDirectory},
    {"2.5.18.4", "modifiersName", "", kDn, kDnSyntax, kSingle, kFixed, kDirectory},
    {"2.5.18.9", "hasSubordinates", "", kBoolean, kBool, kSingle, kFixed, kDirectory},
    {"2.5.18.10", "subschemaSubentry", "", kDn, kDnSyntax, kSingle, kFixed, kDirectory},
    {"2.5.21.9", "structuralObjectClass", "", kOid, kOidSyntax, kSingle, kFixed, kDirectory},
    {"2.5.21.10", "governingStructureRule", "", kInteger, kInt, kSingle, kFixed, kDirectory},
    {"2.5.21.1", "dITStructureRules", "", kIntegerFirst, POSTERN_SYNTAX("17"), kMany, kFree,
     kDirectory},
    {"2.5.21.2", "dITContentRules", "", kFirst, POSTERN_SYNTAX("16"), kMany, kFree, kDirectory},
    {"2.5.21.4", "matchingRules", "", kFirst, POSTERN_SYNTAX("30"), kMany, kFree, kDirectory},
    {"2.5.21.5", "attributeTypes", "", kFirst, POSTERN_SYNTAX("3"), kMany, kFree, kDirectory},
    {"2.5.21.6", "objectClasses", "", kFirst, POSTERN_SYNTAX("37"), kMany, kFree, kDirectory},
    {"2.5.21.7", "nameForms", "", kFirst, POSTERN_SYNTAX("35"), kMany, kFree, kDirectory},
    {"2.5.21.8", "matchingRuleUse", "", kFirst, POSTERN_SYNTAX("31"), kMany, kFree, kDirectory},
    {"1.3.6.1.4.1.1466.101.120.16", "ldapSyntaxes", "", kFirst, POSTERN_SYNTAX("54"), kMany, kFree,
     kDirectory},
    {"1.3.6.1.4.1.1466.101.120.5", "namingContexts", "", kNone, kDnSyntax, kMany, kFree, kDsa},
    {"1.3.6.1.4.1.1466.101.120.6", "altServer", "", kNone, kIa5, kMany, kFree, kDsa},
    {"1.3.6.1.4.1.1466.101.120.7", "supportedExtension", "", kNone, kOidSyntax, kMany, kFree, kDsa},
    {"1.3.6.1.4.1.1466.101.120.13", "supportedControl", "", kNone, kOidSyntax, kMany, kFree, kDsa},
    {"1.3.6.1.4.1.1466.101.120.14", "supportedSASLMechanisms", "", kNone, kString, kMany, kFree,
     kDsa},
    {"1.3.6.1.4.1.1466.101.120.15", "supportedLDAPVersion", "", kNone, kInt, kMany, kFree, kDsa},
    {"1.3.6.1.4.1.4203.1.3.5", "supportedFeatures", "", kOid, kOidSyntax, kMany, kFree, kDsa},
    // RFC 3672
    {"2.5.18.6", "subtreeSpecification", "", kNone, POSTERN_SYNTAX("45"), kSingle, kFree,
     kDirectory},
    // RFC 3045, 4530, 5020
    {"1.3.6.1.1.4", "vendorName", "", kExactIa5Only, kString, kSingle, kFixed, kDsa},
    {"1.3.6.1.1.5", "vendorVersion", "", kExactIa5Only, kString, kSingle, kFixed, kDsa},
    {"1.3.6.1.1.16.4", "entryUUID", "", kUuid, kUuidSyntax, kSingle, kFixed, kDirectory},
    {"1.3.6.1.1.20", "entryDN", "", kDn, kDnSyntax, kSingle, kFixed, kDirectory},
    // Password policy. An administrator may delete a lock and set a reset (behera 5.3.3, 5.3.7).
    {POSTERN_POLICY("16"), "pwdChangedTime", "", kTime, kTimeSyntax, kSingle, kFixed, kDirectory},
    {POSTERN_POLICY("17"), "pwdAccountLockedTime", "", kTime, kTimeSyntax, kSingle, kFree,
     kDirectory},
    {POSTERN_POLICY("19"), "pwdFailureTime", "", kTime, kTimeSyntax, kMany, kFixed, kDirectory},
    {POSTERN_POLICY("20"), "pwdHistory", "", kOctet, kOctets, kMany, kFixed, kDirectory},
    {POSTERN_POLICY("21"), "pwdGraceUseTime", "", kTime, kTimeSyntax, kMany, kFixed, kDirectory},
    {POSTERN_POLICY("22"), "pwdReset", "", kBoolean, kBool, kSingle, kFree, kDirectory},
    {POSTERN_POLICY("23"), "pwdPolicySubentry", "", kDn, kDnSyntax, kSingle, kFree, kDirectory},
    {POSTERN_POLICY("27"), "pwdStartTime", "", kTime, kTimeSyntax, kSingle, kFixed, kDirectory},
    {POSTERN_POLICY("28"), "pwdEndTime", "", kTime, kTimeSyntax, kSingle, kFixed, kDirectory},
    {POSTERN_POLICY("29"), "pwdLastSuccess", "", kTime, kTimeSyntax, kSingle, kFixed, kDirectory},
    {POSTERN_POLICY("33"), "pwdAccountTmpLockoutEnd", "", kTime, kTimeSyntax, kSingle, kFixed,
     kDirectory},
    // Numbers of changes: 389 Directory Server's pair and Active Directory's
    {"2.16.840.1.113730.3.1.606", "entryUSN", "", kIntegerOrdered, kInt, kSingle, kFixed,
     kDirectory},
    {POSTERN_ARC("1.2"), "lastUSN", "", kInteger, kInt, kSingle, kFixed, kDsa},
    {"1.2.840.113556.1.2.19", "uSNCreated", "", kIntegerOrdered, kInt, kSingle, kFixed, kDirectory},
    {"1.2.840.113556.1.2.120", "uSNChanged", "", kIntegerOrdered, kInt, kSingle, kFixed,
     kDirectory},
    {POSTERN_ARC("1.3"), "highestCommittedUSN", "", kInteger, kInt, kSingle, kFixed, kDsa},
    // RFC 4519
    {"2.5.4.41", "name", "", kIgnore, kString},
    {"2.5.4.3", "cn commonName", "name", kNone, ""},
    {"2.5.4.4", "sn surname", "name", kNone, ""},
    {"2.5.4.5", "serialNumber", "", kIgnore, POSTERN_SYNTAX("44")},
    {"2.5.4.6", "c countryName", "name", kNone, POSTERN_SYNTAX("11"), kSingle},
    {"2.5.4.7", "l localityName", "name", kNone, ""},
    {"2.5.4.8", "st stateOrProvinceName", "name", kNone, ""},
    {"2.5.4.9", "street streetAddress", "", kIgnore, kString},
    {"2.5.4.10", "o organizationName", "name", kNone, ""},
    {"2.5.4.11", "ou organizationalUnitName", "name", kNone, ""},
    {"2.5.4.12", "title", "name", kNone, ""},
    {"2.5.4.13", "description", "", kIgnore, kString},
    {"2.5.4.14", "searchGuide", "", kNone, POSTERN_SYNTAX("25")},
    {"2.5.4.15", "businessCategory", "", kIgnore, kString},
    {"2.5.4.16", "postalAddress", "", kList, kPostal},
    {"2.5.4.17", "postalCode", "", kIgnore, kString},
    {"2.5.4.18", "postOfficeBox", "", kIgnore, kString},
    {"2.5.4.19", "physicalDeliveryOfficeName", "", kIgnore, kString},
    {"2.5.4.20", "telephoneNumber", "", kPhone, kTelephone},
    {"2.5.4.21", "telexNumber", "", kNone, POSTERN_SYNTAX("52")},
    {"2.5.4.22", "teletexTerminalIdentifier", "", kNone, POSTERN_SYNTAX("51")},
    {"2.5.4.23", "facsimileTelephoneNumber fax", "", kNone, POSTERN_SYNTAX("22")},
    {"2.5.4.24", "x121Address", "", kNumeric, POSTERN_SYNTAX("36")},
    {"2.5.4.25", "internationalISDNNumber", "", kNumeric, POSTERN_SYNTAX("36")},
    {"2.5.4.26", "registeredAddress", "postalAddress", kNone, kPostal},
    {"2.5.4.27", "destinationIndicator", "", kIgnore, POSTERN_SYNTAX("44")},
    {"2.5.4.28", "preferredDeliveryMethod", "", kNone, POSTERN_SYNTAX("14"), kSingle},
    {"2.5.4.49", "distinguishedName", "", kDn, kDnSyntax},
    {"2.5.4.31", "member", "distinguishedName", kNone, ""},
    {"2.5.4.32", "owner", "distinguishedName", kNone, ""},
    {"2.5.4.33", "roleOccupant", "distinguishedName", kNone, ""},
    {"2.5.4.34", "seeAlso", "distinguishedName", kNone, ""},
    {"2.5.4.35", "userPassword", "", kOctet, kOctets},
    {"2.5.4.42", "givenName gn", "name", kNone, ""},
    {"2.5.4.43", "initials", "name", kNone, ""},
    {"2.5.4.44", "generationQualifier", "name", kNone, ""},
    {"2.5.4.45", "x500UniqueIdentifier", "", kBit, POSTERN_SYNTAX("6")},
    {"2.5.4.46", "dnQualifier", "", kIgnoreOrdered, POSTERN_SYNTAX("44")},
    {"2.5.4.47", "enhancedSearchGuide", "", kNone, POSTERN_SYNTAX("21")},
    {"2.5.4.50", "uniqueMember", "", kUniqueMember, POSTERN_SYNTAX("34")},
    {"2.5.4.51", "houseIdentifier", "", kIgnore, kString},
    {"0.9.2342.19200300.100.1.1", "uid userid", "", kIgnore, kString},
    {"0.9.2342.19200300.100.1.25", "dc domainComponent", "", kIgnoreIa5, kIa5, kSingle},
    // RFC 4524, 2798, 4523, 2079
    {"0.9.2342.19200300.100.1.3", "mail rfc822Mailbox", "", kIgnoreIa5, POSTERN_SYNTAX("26{256}")},
    {"0.9.2342.19200300.100.1.4", "info", "", kIgnore, POSTERN_SYNTAX("15{2048}")},
    {"0.9.2342.19200300.100.1.6", "roomNumber", "", kIgnore, POSTERN_SYNTAX("15{256}")},
    {"0.9.2342.19200300.100.1.7", "photo", "", kNone, POSTERN_SYNTAX("23{25000}")},
    {"0.9.2342.19200300.100.1.9", "host", "", kIgnore, POSTERN_SYNTAX("15{256}")},
    {"0.9.2342.19200300.100.1.10", "manager", "", kDn, kDnSyntax},
    {"0.9.2342.19200300.100.1.20", "homePhone homeTelephoneNumber", "", kPhone, kTelephone},
    {"0.9.2342.19200300.100.1.21", "secretary", "", kDn, kDnSyntax},
    {"0.9.2342.19200300.100.1.37", "associatedDomain", "", kIgnoreIa5, kIa5},
    {"0.9.2342.19200300.100.1.38", "associatedName", "", kDn, kDnSyntax},
    {"0.9.2342.19200300.100.1.39", "homePostalAddress", "", kList, kPostal},
    {"0.9.2342.19200300.100.1.41", "mobile mobileTelephoneNumber", "", kPhone, kTelephone},
    {"0.9.2342.19200300.100.1.42", "pager pagerTelephoneNumber", "", kPhone, kTelephone},
    {"0.9.2342.19200300.100.1.55", "audio", "", kNone, POSTERN_SYNTAX("4{250000}")},
    {"0.9.2342.19200300.100.1.60", "jpegPhoto", "", kNone, POSTERN_SYNTAX("28")},
    {"1.3.6.1.4.1.250.1.57", "labeledURI", "", kExactOnly, kString},
    {"2.16.840.1.113730.3.1.1", "carLicense", "", kIgnore, kString},
    {"2.16.840.1.113730.3.1.2", "departmentNumber", "", kIgnore, kString},
    {"2.16.840.1.113730.3.1.3", "employeeNumber", "", kIgnore, kString, kSingle},
    {"2.16.840.1.113730.3.1.4", "employeeType", "", kIgnore, kString},
    {"2.16.840.1.113730.3.1.39", "preferredLanguage", "", kIgnore, kString, kSingle},
    {"2.16.840.1.113730.3.1.40", "userSMIMECertificate", "", kNone, POSTERN_SYNTAX("5")},
    {"2.16.840.1.113730.3.1.216", "userPKCS12", "", kNone, POSTERN_SYNTAX("5")},
    {"2.16.840.1.113730.3.1.241", "displayName", "", kIgnore, kString, kSingle},
    {"2.5.4.36", "userCertificate", "", kCertificate, POSTERN_SYNTAX("8")},
    // RFC 2307 and bis
    {"1.3.6.1.1.1.1.0", "uidNumber", "", kIntegerOrdered, kInt, kSingle},
    {"1.3.6.1.1.1.1.1", "gidNumber", "", kIntegerOrdered, kInt, kSingle},
    {"1.3.6.1.1.1.1.2", "gecos", "", kIgnoreIa5, kIa5, kSingle},
    {"1.3.6.1.1.1.1.3", "homeDirectory", "", kExactIa5Only, kIa5, kSingle},
    {"1.3.6.1.1.1.1.4", "loginShell", "", kExactIa5Only, kIa5, kSingle},
    {"1.3.6.1.1.1.1.5", "shadowLastChange", "", kInteger, kInt, kSingle},
    {"1.3.6.1.1.1.1.6", "shadowMin", "", kInteger, kInt, kSingle},
    {"1.3.6.1.1.1.1.7", "shadowMax", "", kInteger, kInt, kSingle},
    {"1.3.6.1.1.1.1.8", "shadowWarning", "", kInteger, kInt, kSingle},
    {"1.3.6.1.1.1.1.9", "shadowInactive", "", kInteger, kInt, kSingle},
    {"1.3.6.1.1.1.1.10", "shadowExpire", "", kInteger, kInt, kSingle},
    {"1.3.6.1.1.1.1.11", "shadowFlag", "", kInteger, kInt, kSingle},
    {"1.3.6.1.1.1.1.12", "memberUid", "", kExactIa5, kIa5},
    {"1.3.6.1.4.1.24552.500.1.1.1.13", "sshPublicKey", "", kOctet, kOctets},
    // Active Directory
    {"1.2.840.113556.1.2.102", "memberOf", "", kDn, kDnSyntax},
    {"1.2.840.113556.1.4.221", "sAMAccountName", "", kIgnore, kString, kSingle},
    {"1.2.840.113556.1.4.656", "userPrincipalName", "", kIgnore, kString, kSingle},
    {"1.2.840.113556.1.4.2", "objectGUID", "", kOctet, kOctets, kSingle},
    {"1.2.840.113556.1.4.146", "objectSid", "", kOctet, kOctets, kSingle},
    {"1.2.840.113556.1.4.8", "userAccountControl", "", kIntegerOrdered, kInt, kSingle},
    {"1.2.840.113556.1.4.96", "pwdLastSet", "", kIntegerOrdered, kInt, kSingle},
    {"1.2.840.113556.1.4.98", "primaryGroupID", "", kIntegerOrdered, kInt, kSingle},
    {"1.2.840.113556.1.4.302", "sAMAccountType", "", kIntegerOrdered, kInt, kSingle},
    {"1.2.840.113556.1.4.750", "groupType", "", kIntegerOrdered, kInt, kSingle},
    {"1.2.840.113556.1.2.2", "whenCreated", "", kTime, kTimeSyntax, kSingle},
    {"1.2.840.113556.1.2.3", "whenChanged", "", kTime, kTimeSyntax, kSingle},
    {"1.2.840.113556.1.4.159", "accountExpires", "", kIntegerOrdered, kInt, kSingle},
    {"1.2.840.113556.1.4.662", "lockoutTime", "", kIntegerOrdered, kInt, kSingle},
    {"1.2.840.113556.1.2.141", "department", "", kIgnore, kString, kSingle},
    {"1.2.840.113556.1.2.146", "company", "", kIgnore, kString, kSingle},
    {"1.2.840.113556.1.4.1765", "supportedCapabilities", "", kOid, kOidSyntax, kMany, kFree, kDsa},
    {POSTERN_ARC("1.1"), "rootDomainNamingContext", "", kDn, kDnSyntax, kMany, kFree, kDsa},
    // authentik
    {"1.3.6.1.4.1.26027.1.1.2", "ak-superuser goauthentik.io/ldap/superuser", "", kBoolean, kBool,
     kSingle},
    {"1.3.6.1.4.1.26027.1.1.3", "ak-active goauthentik.io/ldap/active", "", kBoolean, kBool,
     kSingle},
    {"1.3.6.1.4.1.26027.1.1.4", "goauthentikio-user-sources", "", kIgnore, kString},
});

}  // namespace

std::span<const AttributeRow> attribute_rows() noexcept { return kRows; }

}  // namespace postern::ldap
