#pragma once
// Merge: what an accounting report changes about the newest session with its Acct-Session-Id at its
// NAS. Reports come late, twice and in any order, and a NAS that restarts counts its session ids
// from the beginning: the outcome depends on what happened when, not on the order of arrival, and a
// second arrival changes nothing. Thread: pure. Sources: RFC 2866 2, 5.2, 5.5, RFC 5080 2.2.2.

#include <optional>

#include "core/network/session.h"

namespace postern::core {

struct Merged {
  NetworkSession session;                // pk 0 = a new one
  std::optional<NetworkSession> closes;  // an older one whose id is used anew
};

// `newest` as stored, nullptr = none. For Start, Stop and Interim, and for any other status: such a
// report is noted as an interim one is. Accounting-On and -Off are close_by()'s.
Merged merge(const NetworkSession* newest, const AccountingRecord& record);

// Whether Accounting-On or -Off ends this session of its NAS; `session` is changed then.
bool close_by(const AccountingRecord& record, NetworkSession& session) noexcept;

}  // namespace postern::core
