#pragma once
// Controls that cut and order a result set: simple paging (RFC 2696), server-side sorting
// (RFC 2891), virtual list views (draft-ietf-ldapext-ldapv3-vlv-09).
//
// decode_* read a control value; an error is protocolError in the answer. append_* append a whole
// response control to a run of controls. Views point into the request. Any thread.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocols/ldap/control_value.h"
#include "protocols/ldap/result_code.h"

namespace postern::ldap {

struct PagedResults {
  std::uint32_t size = 0;   // request: entries of a page, 0 ends the series; response: estimate
  std::string_view cookie;  // empty: first request, last response
};
Result<PagedResults> decode_paged_results(ControlValue value);
void append_paged_results(Octets& controls, const PagedResults& page);

struct SortKey {
  std::string_view attribute;      // description as sent
  std::string_view ordering_rule;  // name or OID; empty = the attribute's own
  bool reverse = false;
};
// As many as are read at all; how many are served is the server's choice.
inline constexpr std::size_t kMaxSortKeys = 32;
Result<std::vector<SortKey>> decode_sort_request(ControlValue value);  // at least one key
// `attribute`: the first one that offended, as sent; empty = none named.
void append_sort_response(Octets& controls, ResultCode code, std::string_view attribute = {});

struct VlvRequest {
  std::uint32_t before = 0;  // entries wanted before the target
  std::uint32_t after = 0;
  // Exactly one of the two targets: by value (the first entry that is not less), or by offset,
  // which is 1 for the first entry; 0 is left to the server (offsetRangeError).
  std::optional<std::string_view> assertion;
  std::uint32_t offset = 0;
  std::uint32_t content_count = 0;  // the client's idea of the size of the list, 0 = none
  std::optional<std::string_view> context;
};
Result<VlvRequest> decode_vlv_request(ControlValue value);

struct VlvResponse {
  std::uint32_t target_position = 0;  // from 1; one behind the last if nothing is as large
  std::uint32_t content_count = 0;
  ResultCode code = ResultCode::success;
  std::optional<std::string_view> context;
};
void append_vlv_response(Octets& controls, const VlvResponse& response);

}  // namespace postern::ldap
