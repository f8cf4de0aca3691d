#pragma once
// Object identifiers of controls, extended operations and features, by the name that the defining
// text gives them. What of these a server advertises is decided where it is dispatched, not here.

#include <string_view>

namespace postern::ldap::oid {

// Controls, request and (where the same OID answers) response.
inline constexpr std::string_view kPagedResults = "1.2.840.113556.1.4.319";       // RFC 2696
inline constexpr std::string_view kSortRequest = "1.2.840.113556.1.4.473";        // RFC 2891
inline constexpr std::string_view kSortResponse = "1.2.840.113556.1.4.474";       // RFC 2891
inline constexpr std::string_view kVlvRequest = "2.16.840.1.113730.3.4.9";        // vlv-09
inline constexpr std::string_view kVlvResponse = "2.16.840.1.113730.3.4.10";      // vlv-09
inline constexpr std::string_view kAssertion = "1.3.6.1.1.12";                    // RFC 4528
inline constexpr std::string_view kPreRead = "1.3.6.1.1.13.1";                    // RFC 4527
inline constexpr std::string_view kPostRead = "1.3.6.1.1.13.2";                   // RFC 4527
inline constexpr std::string_view kMatchedValues = "1.2.826.0.1.3344810.2.3";     // RFC 3876
inline constexpr std::string_view kPersistentSearch = "2.16.840.1.113730.3.4.3";  // psearch-03
inline constexpr std::string_view kEntryChange = "2.16.840.1.113730.3.4.7";       // psearch-03
inline constexpr std::string_view kPasswordPolicy = "1.3.6.1.4.1.42.2.27.8.5.1";  // behera-10, -11
inline constexpr std::string_view kAccountUsability =
    "1.3.6.1.4.1.42.2.27.9.5.8";  // Sun, also OpenLDAP and 389
inline constexpr std::string_view kPasswordExpired = "2.16.840.1.113730.3.4.4";   // vchu-pwd-policy
inline constexpr std::string_view kPasswordExpiring = "2.16.840.1.113730.3.4.5";  // vchu-pwd-policy
inline constexpr std::string_view kAuthorizationIdentityRequest =
    "2.16.840.1.113730.3.4.16";  // RFC 3829
inline constexpr std::string_view kAuthorizationIdentityResponse =
    "2.16.840.1.113730.3.4.15";                                                     // RFC 3829
inline constexpr std::string_view kSessionTracking = "1.3.6.1.4.1.21008.108.63.1";  // wahl-session
inline constexpr std::string_view kDeref = "1.3.6.1.4.1.4203.666.5.16";      // masarati-ldap-deref
inline constexpr std::string_view kManageDsaIt = "2.16.840.1.113730.3.4.2";  // RFC 3296
inline constexpr std::string_view kSubentries = "1.3.6.1.4.1.4203.1.10.1";   // RFC 3672
inline constexpr std::string_view kPermissiveModify = "1.2.840.113556.1.4.1413";       // MS-ADTS
inline constexpr std::string_view kDomainScope = "1.2.840.113556.1.4.1339";            // MS-ADTS
inline constexpr std::string_view kOtpRequired = "2.16.840.1.113730.3.8.10.7";         // FreeIPA
inline constexpr std::string_view kProxiedAuthorization = "2.16.840.1.113730.3.4.18";  // RFC 4370

// Extended operations.
inline constexpr std::string_view kNoticeOfDisconnection = "1.3.6.1.4.1.1466.20036";  // RFC 4511
inline constexpr std::string_view kStartTls = "1.3.6.1.4.1.1466.20037";               // RFC 4511
inline constexpr std::string_view kPasswordModify = "1.3.6.1.4.1.4203.1.11.1";        // RFC 3062
inline constexpr std::string_view kWhoAmI = "1.3.6.1.4.1.4203.1.11.3";                // RFC 4532
inline constexpr std::string_view kCancel = "1.3.6.1.1.8";                            // RFC 3909

// Features.
inline constexpr std::string_view kAllOperationalAttributes = "1.3.6.1.4.1.4203.1.5.1";  // RFC 3673
inline constexpr std::string_view kAttributesByClass = "1.3.6.1.4.1.4203.1.5.2";         // RFC 4529
inline constexpr std::string_view kTrueFalseFilters = "1.3.6.1.4.1.4203.1.5.3";          // RFC 4526
inline constexpr std::string_view kModifyIncrement = "1.3.6.1.1.14";                     // RFC 4525

}  // namespace postern::ldap::oid
