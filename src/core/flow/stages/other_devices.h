#pragma once
// The devices of authenticator_validate that give no codes of their own: keys, mail, text messages,
// Duo. What they are asked, and what they answer. For fronts of people; blocking.

#include <optional>
#include <variant>
#include <vector>

#include "core/flow/stages/page.h"

namespace postern::core {

// One challenge per class of those that the user owns and the stage accepts; keys are one.
std::vector<DeviceChallenge> other_challenges(const StageContext& context);

// What an answer came to: right; the challenge again, with or without a complaint; a refusal; that
// another service has to be asked for it, elsewhere.
struct Right {
  UserId user = 0;
  Uuid device;
};
using DeviceAnswer = std::variant<Right, Challenge, Denied, WouldBlock>;

DeviceAnswer answer_key(const StageContext& context, const boost::json::object& assertion,
                        UserId user, const Challenge& again);
// `selected_challenge`: sends a code, or a push.
DeviceAnswer select_device(const StageContext& context, const boost::json::object& selected,
                           const Challenge& again);
// Whether `code` is the one that was sent; it is used up then. Gives the device it was sent to.
std::optional<Uuid> take_sent_code(const StageContext& context, std::string_view code);
// A wrong code is a guess at the device that the last one was sent to. False: too many.
bool count_sent_guess(const StageContext& context);
DeviceAnswer answer_duo(const StageContext& context, std::int64_t number, const Challenge& again);
// Whether the pending user owns this device, confirmed, of a class that the stage accepts.
bool owns_device(const StageContext& context, const Uuid& device);

}  // namespace postern::core
