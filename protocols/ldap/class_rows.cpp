// Object classes. Source: RFC 4512, 4519, 4524, 2798, 2307 and draft-howard-rfc2307bis, MS-ADSC,
// authentik.

#include <array>

#include "protocols/ldap/schema_rows.h"

namespace postern::ldap {
namespace {

constexpr std::string_view kAny = "businessCategory seeAlso owner ou o description";

#define POSTERN_POSTAL "street postOfficeBox postalCode postalAddress physicalDeliveryOfficeName"
#define POSTERN_TELECOM                                                                     \
  "x121Address registeredAddress destinationIndicator preferredDeliveryMethod telexNumber " \
  "teletexTerminalIdentifier telephoneNumber internationalISDNNumber facsimileTelephoneNumber"
#define POSTERN_ORGANIZATION                                                              \
  "userPassword searchGuide seeAlso businessCategory " POSTERN_TELECOM " " POSTERN_POSTAL \
  " st l description"

constexpr auto kTop = ClassKind::abstract;
constexpr auto kStructural = ClassKind::structural;
constexpr auto kAuxiliary = ClassKind::auxiliary;

// Classes that entries carry beside their RFC one (user, group and authentik's) are auxiliary, so
// that an entry has one structural chain.
constexpr auto kClasses = std::to_array<ClassRow>({
    {"2.5.6.0", "top", "", kTop, "objectClass", ""},
    {"2.5.17.0", "subentry", "top", kStructural, "cn subtreeSpecification", ""},
    {"2.5.20.1", "subschema", "", kAuxiliary, "",
     "dITStructureRules nameForms dITContentRules objectClasses attributeTypes matchingRules "
     "matchingRuleUse"},
    {"1.3.6.1.4.1.1466.101.120.111", "extensibleObject", "top", kAuxiliary, "", ""},
    {"2.5.6.2", "country", "top", kStructural, "c", "searchGuide description"},
    {"2.5.6.3", "locality", "top", kStructural, "", "street seeAlso searchGuide st l description"},
    {"2.5.6.4", "organization", "top", kStructural, "o", POSTERN_ORGANIZATION},
    {"2.5.6.5", "organizationalUnit", "top", kStructural, "ou", POSTERN_ORGANIZATION},
    {"2.5.6.6", "person", "top", kStructural, "sn cn",
     "userPassword telephoneNumber seeAlso description"},
    {"2.5.6.7", "organizationalPerson", "person", kStructural, "",
     "title " POSTERN_TELECOM " " POSTERN_POSTAL " ou st l"},
    {"2.5.6.8", "organizationalRole", "top", kStructural, "cn",
     POSTERN_TELECOM " seeAlso roleOccupant " POSTERN_POSTAL " ou st l description"},
    {"2.5.6.9", "groupOfNames", "top", kStructural, "member cn", kAny},
    {"2.5.6.10", "residentialPerson", "person", kStructural, "l",
     "businessCategory " POSTERN_TELECOM " " POSTERN_POSTAL " st l"},
    {"2.5.6.11", "applicationProcess", "top", kStructural, "cn", "seeAlso ou l description"},
    {"2.5.6.14", "device", "top", kStructural, "cn",
     "serialNumber seeAlso owner ou o l description"},
    {"2.5.6.17", "groupOfUniqueNames", "top", kStructural, "uniqueMember cn", kAny},
    {"1.3.6.1.4.1.1466.344", "dcObject", "top", kAuxiliary, "dc", ""},
    {"1.3.6.1.1.3.1", "uidObject", "top", kAuxiliary, "uid", ""},
    {"0.9.2342.19200300.100.4.5", "account", "top", kStructural, "uid",
     "description seeAlso l o ou host"},
    {"0.9.2342.19200300.100.4.13", "domain", "top", kStructural, "dc",
     POSTERN_ORGANIZATION " o associatedName"},
    {"0.9.2342.19200300.100.4.17", "domainRelatedObject", "top", kAuxiliary, "associatedDomain",
     ""},
    {"0.9.2342.19200300.100.4.19", "simpleSecurityObject", "top", kAuxiliary, "userPassword", ""},
    {"2.16.840.1.113730.3.2.2", "inetOrgPerson", "organizationalPerson", kStructural, "",
     "audio businessCategory carLicense departmentNumber displayName employeeNumber employeeType "
     "givenName homePhone homePostalAddress initials jpegPhoto labeledURI mail manager mobile o "
     "pager "
     "photo roomNumber secretary uid userCertificate x500UniqueIdentifier preferredLanguage "
     "userSMIMECertificate userPKCS12"},
    {"1.3.6.1.1.1.2.0", "posixAccount", "top", kAuxiliary,
     "cn uid uidNumber gidNumber homeDirectory", "userPassword loginShell gecos description"},
    {"1.3.6.1.1.1.2.1", "shadowAccount", "top", kAuxiliary, "uid",
     "userPassword shadowLastChange shadowMin shadowMax shadowWarning shadowInactive shadowExpire "
     "shadowFlag description"},
    {"1.3.6.1.1.1.2.2", "posixGroup", "top", kAuxiliary, "gidNumber",
     "userPassword memberUid description"},
    {"1.3.6.1.1.1.2.18", "groupOfMembers", "top", kStructural, "cn",
     "businessCategory seeAlso owner ou o description member"},
    {"1.3.6.1.4.1.24552.500.1.1.2.0", "ldapPublicKey", "top", kAuxiliary, "", "sshPublicKey uid"},
    {"2.16.840.1.113730.3.2.104", "nsContainer", "top", kStructural, "cn", "distinguishedName"},
    {"1.2.840.113556.1.5.9", "user", "top", kAuxiliary, "",
     "name displayName uid mail sAMAccountName userPrincipalName objectGUID objectSid "
     "userAccountControl "
     "pwdLastSet primaryGroupID sAMAccountType memberOf whenCreated whenChanged department company "
     "accountExpires lockoutTime "
     "distinguishedName"},
    {"1.2.840.113556.1.5.8", "group", "top", kAuxiliary, "",
     "name displayName uid mail sAMAccountName objectGUID objectSid groupType sAMAccountType "
     "member memberOf "
     "whenCreated whenChanged distinguishedName"},
    {"1.3.6.1.4.1.26027.1.1.1", "goauthentik.io/ldap/user goauthentikio-ldap-user", "top",
     kAuxiliary, "",
     "ak-active ak-superuser goauthentikio-user-sources memberOf name sAMAccountName sshPublicKey"},
    {POSTERN_ARC("2.1"), "goauthentik.io/ldap/group goauthentikio-ldap-group", "top", kAuxiliary,
     "", "ak-superuser member uniqueMember memberOf memberUid name sAMAccountName uid"},
    {POSTERN_ARC("2.2"), "goauthentik.io/ldap/virtual-group goauthentikio-ldap-virtual-group",
     "top", kAuxiliary, "",
     "ak-superuser member uniqueMember memberOf memberUid name sAMAccountName uid"},
});

}  // namespace

std::span<const ClassRow> class_rows() noexcept { return kClasses; }

const ClassRow& structural_posix_group() noexcept {
  static constexpr ClassRow kRow{
      "1.3.6.1.1.1.2.2", "posixGroup",   "top",
      kStructural,       "cn gidNumber", "userPassword memberUid description"};
  return kRow;
}

}  // namespace postern::ldap
