#pragma once
// Log: where net reports what an operator should know. The owner supplies the sink; it may be
// called from any loop or worker at once and must not throw. Events are constant ids
// ("net.accept.paused"); the text holds no octet of what a peer sent.

#include <functional>
#include <string_view>

namespace postern::net {

enum class Level { debug, info, warning, error };

using Log = std::function<void(Level level, std::string_view event, std::string_view text)>;

}  // namespace postern::net
