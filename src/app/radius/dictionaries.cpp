#include "app/radius/dictionaries.h"

#include <fstream>
#include <iterator>

#include "app/radius/builtin_dictionaries.h"
#include "app/state_dir.h"
#include "protocols/radius/dictionary_reader.h"

namespace postern::app {
namespace {

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void read(std::string_view text, const std::string& name, radius::Dictionary& out) {
  const auto open = [&name](std::string_view, std::string_view wanted) {
    return read_file(std::filesystem::path(name).parent_path() / wanted);
  };
  if (const auto error = radius::read_dictionary(text, name, out, open)) {
    throw StateError(error->file + ":" + std::to_string(error->line) + ": " + error->what);
  }
}

}  // namespace

radius::Dictionary load_dictionaries(const std::vector<std::filesystem::path>& files) {
  radius::Dictionary out;
  for (const BuiltinDictionary& one : builtin_dictionaries()) {
    read(one.text, std::string(one.name), out);
  }
  for (const std::filesystem::path& file : files) {
    const auto text = read_file(file);
    if (!text) throw StateError("cannot read the dictionary " + file.string());
    read(*text, file.string(), out);
  }
  return out;
}

std::optional<std::string> check_replies(const outpost::ReplyBook& book, const core::Model& model,
                                         std::string_view field, const core::Value& value) {
  if (model.name != "authentik_providers_radius.radiusprovider" || field != "attributes") return {};
  const auto* map = value.if_object();
  const auto* own = map == nullptr ? nullptr : map->if_contains("postern");
  const auto* settings = own == nullptr ? nullptr : own->if_object();
  const auto* replies = settings == nullptr ? nullptr : settings->if_contains("replies");
  if (replies == nullptr) return {};
  const auto parsed =
      core::parse_reply_rules(*replies, [](std::string_view) { return core::GroupNumber{0}; });
  return parsed.problem ? parsed.problem : book.problem(parsed.rules);
}

}  // namespace postern::app
