#pragma once
// A captcha's token held against its provider (any "siteverify" endpoint: reCAPTCHA, hCaptcha,
// Turnstile, ...). Blocking. What the provider does not confirm is refused.

#include <string_view>

#include "core/flow/stages/page.h"

namespace postern::core {

boost::json::object captcha_fields(const Stage& stage);
bool captcha_passes(const StageContext& context, const Stage& stage, std::string_view token);

}  // namespace postern::core
