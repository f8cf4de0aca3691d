#pragma once
// Accounting: what an Accounting-Request says of a session, ready to be stored, or why it says
// nothing that can be stored. When it happened is told by Acct-Delay-Time, else by Event-Timestamp
// if that is plausible, else by the arrival. Who the user is comes from the Class of our own
// Access-Accept where the NAS gives it back; the caller looks up a name otherwise.
//
// Discarded: no or an unknown kind of report without a session id, and what may not stand in
// accounting: passwords, State, Reply-Message. Thread: pure. Sources: RFC 2866 4.1, 5, 5.13,
// RFC 2869 5.1-5.3, RFC 3162, RFC 6911.

#include <string_view>
#include <variant>

#include "core/network/session.h"
#include "outpost/radius/intake.h"
#include "outpost/radius/login_class.h"

namespace postern::outpost {

std::variant<core::AccountingRecord, Dropped> read_accounting(const radius::Packet& packet,
                                                              const DatagramPeer& from,
                                                              core::ProviderId provider,
                                                              const LoginClass& classes,
                                                              core::WallMs now);

}  // namespace postern::outpost
