#include "app/config/transport_values.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "app/config/setting_values.h"
#include "net/network_list.h"

namespace postern::app {
namespace {

constexpr std::string_view kClientNames = "a list of email, upn, uri and cn, each once";

// Octal, as chmod takes it.
std::optional<unsigned> parse_mode(const std::string& text) {
  unsigned mode = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, mode, 8);
  if (error != std::errc() || stop != end || text.size() < 3 || mode > 0777) return std::nullopt;
  return mode;
}

void read_mode(MapReader& map, LdapiConfig& out, ConfigContext& context) {
  std::string text;
  const YamlNode* node = map.text("mode", text);
  if (node == nullptr) return;
  if (const auto mode = parse_mode(text)) {
    out.mode = *mode;
  } else {
    context.error(node->mark, "`listen.ldapi.mode` is " + in_quotes(text) +
                                  "; allowed is an octal number such as 0660");
  }
}

void read_users(const YamlNode& node, LdapiConfig& out, ConfigContext& context) {
  out.users.clear();
  if (node.is_null()) return;
  constexpr std::string_view kAllowed =
      "allowed is a map of uids and user names, and `others: uidNumber`";
  if (!node.is_map()) {
    return context.error(node.mark, "`listen.ldapi.users` is " + std::string(kind_text(node)) +
                                        "; " + std::string(kAllowed));
  }
  for (const YamlMember& member : node.members) {
    if (member.key == "others" && member.value.is_scalar() && member.value.text == "uidNumber") {
      out.others_by_number = true;
      continue;
    }
    std::uint32_t uid = 0;
    const char* end = member.key.data() + member.key.size();
    const auto [stop, error] = std::from_chars(member.key.data(), end, uid);
    const bool good = error == std::errc() && stop == end && member.value.is_scalar() &&
                      member.value.tag.empty() && !member.value.text.empty();
    if (!good) {
      context.error(member.mark, "`listen.ldapi.users` holds " + in_quotes(member.key) + "; " +
                                     std::string(kAllowed));
      continue;
    }
    out.users[uid] = member.value.text;
  }
}

std::optional<CertificateName> client_name(const YamlNode& node) {
  static constexpr std::array<std::pair<std::string_view, CertificateName>, 4> kWords{
      {{"email", CertificateName::email},
       {"upn", CertificateName::upn},
       {"uri", CertificateName::uri},
       {"cn", CertificateName::common_name}}};
  for (const auto& [word, name] : kWords) {
    if (node.is_scalar() && node.tag.empty() && node.text == word) return name;
  }
  return std::nullopt;
}

}  // namespace

void read_ldapi(const YamlNode& node, std::optional<LdapiConfig>& out, ConfigContext& context) {
  if (node.is_null()) return;
  LdapiConfig read;
  if (node.is_scalar() && node.tag.empty()) {
    if (node.is_plain() && parse_switch(node.text) == std::optional<bool>(false)) return;
    read.path = context.absolute(node.text);
  } else {
    MapReader map(node, "listen.ldapi", context);
    std::optional<std::filesystem::path> path;
    map.path("path", path);
    read_mode(map, read, context);
    if (const YamlNode* users = map.take("users")) read_users(*users, read, context);
    map.finish();
    if (!path) return context.error(node.mark, "`listen.ldapi` needs a `path`");
    read.path = *path;
  }
  out = std::move(read);
}

void read_networks(const YamlNode& node, const std::string& name, std::vector<std::string>& out,
                   ConfigContext& context) {
  if (node.is_null()) return;
  if (node.is_plain() && parse_switch(node.text) == std::optional<bool>(false)) return;
  const std::vector<YamlNode> one{node};
  for (const YamlNode& item : node.is_sequence() ? node.items : one) {
    const std::string text = item.is_scalar() && item.tag.empty() ? item.text : std::string();
    const auto parsed = net::NetworkList::parse({text});
    if (parsed) {
      out.push_back(text);
    } else {
      context.error(item.mark, "`" + name + "`: " + parsed.fault().text);
    }
  }
}

void read_client_names(const YamlNode& node, std::vector<CertificateName>& out,
                       ConfigContext& context) {
  std::vector<CertificateName> names;
  for (const YamlNode& item : node.items) {
    const auto name = client_name(item);
    if (!name || std::find(names.begin(), names.end(), *name) != names.end()) {
      names.clear();
      break;
    }
    names.push_back(*name);
  }
  if (names.empty()) {
    return context.error(
        node.mark, "`tls.client_names` is not usable; allowed is " + std::string(kClientNames));
  }
  out = std::move(names);
}

}  // namespace postern::app
