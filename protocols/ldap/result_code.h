#pragma once
// LDAP result codes. Source: RFC 4511 Appendix A, RFC 3909 section 5, RFC 4370, RFC 4528,
// draft-ietf-ldapext-ldapv3-vlv-09 (60, 61; 76 as servers and clients number it).

#include <cstdint>

namespace postern::ldap {

enum class ResultCode : std::uint8_t {
  success = 0,
  operationsError = 1,
  protocolError = 2,
  timeLimitExceeded = 3,
  sizeLimitExceeded = 4,
  compareFalse = 5,
  compareTrue = 6,
  authMethodNotSupported = 7,
  strongerAuthRequired = 8,
  adminLimitExceeded = 11,
  unavailableCriticalExtension = 12,
  confidentialityRequired = 13,
  saslBindInProgress = 14,
  noSuchAttribute = 16,
  undefinedAttributeType = 17,
  inappropriateMatching = 18,
  constraintViolation = 19,
  attributeOrValueExists = 20,
  invalidAttributeSyntax = 21,
  noSuchObject = 32,
  aliasProblem = 33,
  invalidDNSyntax = 34,
  aliasDereferencingProblem = 36,
  inappropriateAuthentication = 48,
  invalidCredentials = 49,
  insufficientAccessRights = 50,
  busy = 51,
  unavailable = 52,
  unwillingToPerform = 53,
  sortControlMissing = 60,
  offsetRangeError = 61,
  namingViolation = 64,
  objectClassViolation = 65,
  notAllowedOnNonLeaf = 66,
  notAllowedOnRDN = 67,
  entryAlreadyExists = 68,
  objectClassModsProhibited = 69,
  affectsMultipleDSAs = 71,
  virtualListViewError = 76,
  other = 80,
  canceled = 118,
  noSuchOperation = 119,
  tooLate = 120,
  cannotCancel = 121,
  assertionFailed = 122,
  authorizationDenied = 123,
};

}  // namespace postern::ldap
