#include "core/access/update_settings.h"

#include <array>

namespace postern::core {
namespace {

bool read_writes(const boost::json::value& value, LdapProvider& provider) {
  // YAML 1.1 writers turn bare `off` and `on` into false and true.
  if (const bool* flag = value.if_bool()) {
    provider.writes = *flag ? LdapWrites::on : LdapWrites::off;
    return true;
  }
  const boost::json::string* text = value.if_string();
  provider.writes = LdapWrites::off;  // what cannot be read is the strict one
  if (text == nullptr) return false;
  if (*text == "on") provider.writes = LdapWrites::on;
  if (*text == "self") provider.writes = LdapWrites::self;
  return *text == "on" || *text == "self" || *text == "off";
}

bool read_list(const boost::json::value& value, std::vector<std::string>& out) {
  out.clear();
  const boost::json::array* list = value.if_array();
  if (list == nullptr) return false;
  for (const boost::json::value& item : *list) {
    const boost::json::string* text = item.if_string();
    if (text == nullptr || text->empty()) return false;
    out.emplace_back(text->data(), text->size());
  }
  return true;
}

}  // namespace

bool read_update_setting(std::string_view key, const boost::json::value& value,
                         LdapProvider& provider) {
  if (key == "writes") return read_writes(value, provider);
  if (key == "self_write") return read_list(value, provider.self_write);
  struct Flag {
    std::string_view name;
    bool LdapProvider::*field;
  };
  constexpr std::array<Flag, 4> kFlags{
      {{"password_without_old", &LdapProvider::password_without_old},
       {"must_change_after_reset", &LdapProvider::must_change_after_reset},
       {"reveal_lock", &LdapProvider::reveal_lock},
       {"netscape_controls", &LdapProvider::netscape_controls}}};
  const bool* wanted = value.if_bool();
  for (const Flag& flag : kFlags) {
    if (flag.name != key || wanted == nullptr) continue;
    provider.*flag.field = *wanted;
    return true;
  }
  return false;
}

}  // namespace postern::core
