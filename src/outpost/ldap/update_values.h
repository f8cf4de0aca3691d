#pragma once
// Values of custom attributes between an entry image and the JSON in which they are kept, and the
// checks that users and groups share. Binary values are base64 there, and so they are in images.
// Pure functions.

#include <boost/json/object.hpp>

#include <functional>
#include <string>
#include <string_view>

#include "core/model/model.h"
#include "outpost/ldap/update_image.h"

namespace postern::outpost {

// jpegPhoto, certificates, ...: `name` in any case, without options.
bool is_binary_attribute(std::string_view name) noexcept;
std::string base64(std::string_view octets);

// A secret by another name (lmPassword, ...), or a setting: never published, so never written.
bool is_secret_name(std::string_view lower) noexcept;

// The key under which the JSON keeps the attribute; "" = it does not.
std::string json_key(const boost::json::object& attributes, std::string_view lower);

// Custom attributes -> image. What cannot be a value (maps, nulls) stays out of it.
void load_custom(const boost::json::object& attributes, EntryImage& image);
// One attribute -> JSON, under its key there or a new one; without values the key goes.
MaybeFault store_custom(const EntryImage::Attribute& attribute, boost::json::object& attributes);

// A positive number below 2^31, into a field; without values nothing.
MaybeFault number_field(const EntryImage::Attribute& attribute, std::string_view field,
                        core::Object& fields);
// Calls `take` for every attribute that the update has touched, together with the attributes that
// are kept by their own names; then `last`. Those go into `fields` if the entry is new, or they
// have changed.
using TakeAttribute =
    std::function<MaybeFault(const EntryImage::Attribute&, boost::json::object& custom)>;
MaybeFault take_touched(const EntryImage& image, const core::Object* stored, core::Object& fields,
                        const TakeAttribute& take,
                        const std::function<void(boost::json::object& custom)>& last = {});

// More values than the schema allows, or values that are not of its syntax.
MaybeFault check_single(const EntryImage::Attribute& attribute);

}  // namespace postern::outpost
