#pragma once
// What the stages of people's flows share: challenges made of fields, answers read by name,
// settings as the stage stores them, and what follows a write. Thread: as the stage's.

#include <optional>
#include <string>
#include <string_view>

#include "core/flow/stages/stage.h"
#include "core/flow/web_visit.h"

namespace postern::core {

// Settings of the due stage.
std::string setting(const Stage& stage, std::string_view name);
std::int64_t setting(const Stage& stage, std::string_view name, std::int64_t fallback);
bool setting_flag(const Stage& stage, std::string_view name, bool fallback);
std::int64_t setting_duration(const Stage& stage, std::string_view name, std::int64_t fallback_ms);

// Text of the answer; "" = absent or something else. A number counts as its digits.
std::string answered(const Answer& answer, std::string_view name);
// An object of the answer; null when there is none.
const boost::json::object* answered_object(const Answer& answer, std::string_view name);

Challenge page(std::string_view component, boost::json::object fields, bool of_user = true);
// The same challenge again, with what is wrong; the text lives in the plan.
Challenge complaint(const StageContext& context, Challenge again, std::string_view field,
                    std::string text, Reason reason = Reason::flow_denied);

// Whether this run may set up something for the pending user: it is vouched for, or has shown the
// account's password or key.
bool proven(const Plan& plan) noexcept;
// nothing = the stage may go on: a person's front, a user, proof, a lane that may block.
std::optional<StageResult> refuse_setup(const StageContext& context);

// nothing = other services may be asked here. To be looked at before a stage has had any effect.
std::optional<WouldBlock> call_out_elsewhere(const StageContext& context);

// The pending user as it is after a write; Passed when it could be read.
StageResult reread(const StageContext& context);

// Tells the trail what a stage did to the pending user.
void note(const StageContext& context, std::string_view action, boost::json::object details);

}  // namespace postern::core
