#pragma once
// One-time codes that are sent: by mail or as a text message. A run has at most one that is good;
// it lies in the plan as a keyed hash, with the place it was sent to and its end, and is used up by
// the answer that is right. Sending is limited per place, guesses per device. Thread: blocking.

#include <string>
#include <string_view>

#include "core/flow/stages/page.h"

namespace postern::core {

struct CodePlace {
  std::string id;       // of the device, or of the address that is to become one
  std::string address;  // mail address or telephone number
  Object stage;         // stored, the one that sets such devices up: how codes are sent
};

// nothing = the code is on its way.
std::optional<std::string> send_code(const StageContext& context, const CodePlace& place,
                                     DeviceClass kind);
// Whether this is the code that was sent to this place.
bool is_sent_code(const StageContext& context, std::string_view place, std::string_view code);
void forget_sent_code(Plan& plan);
// The place of the code that is due; "" = none was sent.
std::string sent_to(const Plan& plan);

// Limits by what it is about: sending to a place, guessing at one.
bool may_try(const StageContext& context, std::string_view what, std::string_view place,
             int per_window = 5, WallMs window_ms = 300'000, int per_day = 20);

bool is_phone_number(std::string_view text) noexcept;  // +, then 5 to 15 digits

}  // namespace postern::core
