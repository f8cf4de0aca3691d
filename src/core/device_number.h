#pragma once
// The API knows devices by number; ours is the first 48 bits of their UUID. Thread: pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace postern::core {

std::int64_t device_number(std::string_view uuid);
std::string device_prefix(std::int64_t number);  // of all UUIDs with that number

}  // namespace postern::core
