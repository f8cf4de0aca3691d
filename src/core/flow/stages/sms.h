#pragma once
// Text messages through a provider: Twilio's API, or a POST of JSON to any address. As authentik's
// stage says: `account_sid` is the account (or its whole address, for providers shaped as Twilio),
// for the generic one the address. Blocking. False: not taken; the log says by what.

#include <string_view>

#include "core/credentials/sealer.h"
#include "core/model/model.h"
#include "core/ports/http_client.h"

namespace postern::core {

bool send_sms(HttpClient& http, const Sealer& sealer, const Object& stage, std::string_view number,
              const Secret& code);

}  // namespace postern::core
