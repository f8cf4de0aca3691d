#pragma once
// Extended operations: one table of what is implemented, from which both the dispatch and the root
// DSE's supportedExtension are made. An unknown operation is a protocolError and harms nothing.
// Source: RFC 4511 4.12, 4.14; RFC 4513 3.1.1; RFC 4532.

#include <string>
#include <string_view>
#include <vector>

#include "outpost/ldap/conversation.h"
#include "outpost/ldap/pending.h"
#include "outpost/ldap/request_controls.h"
#include "protocols/ldap/message.h"
#include "protocols/session.h"

namespace postern::outpost {

inline constexpr std::string_view kStartTlsOid = "1.3.6.1.4.1.1466.20037";
inline constexpr std::string_view kWhoAmIOid = "1.3.6.1.4.1.4203.1.11.3";

// What the session does next. Without anything here the request has been answered.
struct AfterExtended {
  bool start_tls = false;
  Pending pending{};  // answers later
};

// What else goes on in the session.
struct Meanwhile {
  bool searches = false;       // other operations are under way
  bool sasl_exchange = false;  // between two steps of a Bind
};

AfterExtended answer_extended(Conversation& conversation, Io& io, const ldap::Envelope& envelope,
                              const RequestControls& controls, Meanwhile meanwhile);

// OIDs of what this session could ask for now.
std::vector<std::string> supported_extensions(const Conversation& conversation);

}  // namespace postern::outpost
