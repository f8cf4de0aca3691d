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
  return take_touched(
      image, stored, fields,
      [&](const EntryImage::Attribute& attribute, boost::json::object& custom) -> MaybeFault {
        const std::string_view key = attribute.lower;
        if (key == rdn || key == "samaccountname") return check_name(attribute, name, key == rdn);
        if (key == "gidnumber") return number_field(attribute, "gid_number", fields);
        if (key == "ak-superuser") return superuser_field(attribute, fields);
        if (key != "uid") return store_custom(attribute, custom);
        return UpdateFault{ResultCode::constraintViolation, "uid: no user modification allowed"};
      });
}

}  // namespace postern::outpost
