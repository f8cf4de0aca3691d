#pragma once
// The texts of a challenge in the language of who reads it: what the request asks for, else what
// the user has chosen. A text that no catalogue has - an administrator's own - stays as it is.
// The web interface asks for English, and puts it into the language of the page by itself.
// Thread: any.

#include "core/texts/texts.h"
#include "http/context.h"

namespace postern::http {

core::Language reading_language(const Context& context);

void put_into_language(core::Language language, core::Object& challenge);

}  // namespace postern::http
