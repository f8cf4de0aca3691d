#pragma once
// Values: how stored fields become values of attributes: parts of names, JSON of custom attributes,
// times in their several forms, UUIDs as octets. Pure.

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::directory {

// Of a display name: all words but the last, and the last one ("" and the word when it is one).
std::string_view first_names(std::string_view name);
std::string_view last_name(std::string_view name);
std::string_view trimmed(std::string_view text);

// Keys of custom attributes that are never published: passwords in any spelling, settings.
bool is_private(std::string_view key);

// What a JSON value of a custom attribute says, each text once: lists item by item, nulls and
// objects left out, booleans TRUE/FALSE, numbers plain, `%s` the username (null = stays as it is).
void append_values(const boost::json::value& value, const std::string* username,
                   std::vector<std::string>& out);

std::string generalized_time(std::uint32_t seconds);  // "20260131120000Z"
std::string filetime(std::uint32_t seconds);          // Windows: 100 ns since 1601
// A UUID as Active Directory sends it in objectGUID: the first three fields little-endian, so that
// clients which write it out as text get the UUID. Empty when it is none.
void guid_octets(std::string_view uuid, std::string& out);
// And back, in lower case; false = not 16 octets.
bool uuid_of_guid(std::string_view octets, std::string& out);

}  // namespace postern::directory
