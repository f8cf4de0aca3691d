#include "http/flow/in_language.h"

#include <array>

namespace postern::http {
namespace {

using core::Language;
using core::Object;
using core::Value;

void put_text(Language language, Value& value) {
  if (!value.is_string()) return;
  const std::string_view text = value.get_string();
  const std::string_view other = core::translated(language, text);
  if (other.data() != text.data()) value = other;
}

template <std::size_t kCount>
void put_members(Language language, Object& object,
                 const std::array<std::string_view, kCount>& names) {
  for (const std::string_view name : names) {
    if (Value* value = object.if_contains(name)) put_text(language, *value);
  }
}

// Each object of the list that is a member.
template <std::size_t kCount>
void put_list(Language language, Object& object, std::string_view member,
              const std::array<std::string_view, kCount>& names) {
  Value* list = object.if_contains(member);
  if (list == nullptr || !list->is_array()) return;
  for (Value& one : list->get_array()) {
    if (one.is_object()) put_members(language, one.get_object(), names);
  }
}

void put_errors(Language language, Object& challenge) {
  Value* errors = challenge.if_contains("response_errors");
  if (errors == nullptr || !errors->is_object()) return;
  for (auto& field : errors->get_object()) {
    put_list(language, errors->get_object(), field.key(),
             std::array<std::string_view, 1>{"string"});
  }
}

// What is typed into a field is the user's; a text that only stands there is the flow's.
void put_fields(Language language, Object& challenge) {
  put_list(language, challenge, "fields",
           std::array<std::string_view, 3>{"label", "placeholder", "sub_text"});
  Value* fields = challenge.if_contains("fields");
  if (fields == nullptr || !fields->is_array()) return;
  for (Value& one : fields->get_array()) {
    if (!one.is_object()) continue;
    const Value* type = one.get_object().if_contains("type");
    if (type != nullptr && *type == "static") {
      put_members(language, one.get_object(), std::array<std::string_view, 1>{"initial_value"});
    }
  }
}

}  // namespace

Language reading_language(const Context& context) {
  const Language wanted = core::wanted_language(context.request.header("accept-language"));
  return wanted != Language::unset ? wanted : context.who.record.language;
}

void put_into_language(Language language, Object& challenge) {
  if (language == Language::unset || language == Language::en) return;
  put_members(
      language, challenge,
      std::array<std::string_view, 4>{"error_message", "primary_action", "header_text", "title"});
  if (Value* info = challenge.if_contains("flow_info"); info != nullptr && info->is_object()) {
    put_members(language, info->get_object(), std::array<std::string_view, 1>{"title"});
  }
  put_errors(language, challenge);
  put_fields(language, challenge);
  put_list(language, challenge, "configuration_stages",
           std::array<std::string_view, 1>{"verbose_name"});
  put_list(language, challenge, "permissions", std::array<std::string_view, 1>{"name"});
  put_list(language, challenge, "additional_permissions", std::array<std::string_view, 1>{"name"});
}

}  // namespace postern::http
