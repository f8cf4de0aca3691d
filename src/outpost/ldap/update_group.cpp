#include "outpost/ldap/update_group.h"

#include "outpost/ldap/update_values.h"

namespace postern::outpost {
namespace {

using core::Object;
using core::Value;
using ldap::ResultCode;

MaybeFault superuser_field(const EntryImage::Attribute& attribute, Object& fields) {
  const std::string text = attribute.values.empty() ? "FALSE" : attribute.values.front();
  if (text != "TRUE" && text != "FALSE") {
    return UpdateFault{ResultCode::invalidAttributeSyntax, attribute.name + ": TRUE or FALSE"};
  }
  fields["is_superuser"] = text == "TRUE";
  return std::nullopt;
}

MaybeFault check_name(const EntryImage::Attribute& attribute, std::string_view name, bool in_rdn) {
  if (attribute.values.size() == 1 && same_value(attribute.type, attribute.values.front(), name)) {
    return std::nullopt;
  }
  return UpdateFault{in_rdn ? ResultCode::notAllowedOnRDN : ResultCode::constraintViolation,
                     attribute.name + ": is the name of the group; rename the entry instead"};
}

}  // namespace

EntryImage group_image(const Object& stored, std::string_view rdn) {
  EntryImage image;
  const std::string name(stored.at("name").as_string());
  image.load(rdn, {name});
  image.load("sAMAccountName", {name});
  image.load("uid", {std::string(stored.at("pk").as_string())});
  const Value& number = stored.at("gid_number");
  if (number.is_int64()) image.load("gidNumber", {std::to_string(number.get_int64())});
  image.load("ak-superuser", {stored.at("is_superuser").as_bool() ? "TRUE" : "FALSE"});
  load_custom(stored.at("attributes").as_object(), image);
  return image;
}

MaybeFault group_fields(const EntryImage& image, const Object* stored, std::string_view name,
                        std::string_view rdn, Object& fields) {
  boost::json::object custom;
  if (stored != nullptr) custom = stored->at("attributes").as_object();
  const boost::json::object before = custom;
  for (const EntryImage::Attribute& attribute : image.all()) {
    if (!attribute.touched) continue;
    const std::string_view key = attribute.lower;
    MaybeFault bad = check_single(attribute);
    if (bad) return bad;
    if (key == rdn || key == "samaccountname") {
      bad = check_name(attribute, name, key == rdn);
    } else if (key == "uid") {
      bad = UpdateFault{ResultCode::constraintViolation, "uid: no user modification allowed"};
    } else if (key == "gidnumber") {
      bad = number_field(attribute, "gid_number", fields);
    } else if (key == "ak-superuser") {
      bad = superuser_field(attribute, fields);
    } else {
      bad = store_custom(attribute, custom);
    }
    if (bad) return bad;
  }
  if (stored == nullptr || custom != before) fields["attributes"] = std::move(custom);
  return std::nullopt;
}

}  // namespace postern::outpost
