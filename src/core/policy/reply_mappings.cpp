#include "core/policy/reply_mappings.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/access/stored_fields.h"

namespace postern::core {
namespace {

constexpr std::string_view kProviderModel = "authentik_providers_radius.radiusprovider";
constexpr std::string_view kMappingModel =
    "authentik_providers_radius.radiusproviderpropertymapping";
constexpr std::chrono::milliseconds kTime{500};  // a NAS waits
constexpr std::size_t kMost = 1000;

// What a mapping returned as one reply rule.
Value rule_of(const Object& returned) {
  Object rule{{"continue", true}}, reply;
  for (const auto& item : returned) {
    const bool own = item.key() == "vlan" || item.key() == "roles";
    (own ? rule : reply)[item.key()] = item.value();
  }
  rule["reply"] = std::move(reply);
  return rule;
}

std::vector<Object> rows(Store& store, std::string_view model) {
  ListQuery query;
  query.limit = kMost;
  query.order = "name";
  return store.list(*find_model(model), query);
}

}  // namespace

bool ReplyMappings::may_have(ProviderId provider) const noexcept {
  const std::uint64_t version = parts_.directory.catalog_version();
  const std::lock_guard lock(mutex_);
  return loaded_ == nullptr || loaded_->version != version || loaded_->mappings.contains(provider);
}

std::shared_ptr<const ReplyMappings::Loaded> ReplyMappings::load(std::uint64_t version) const {
  auto out = std::make_shared<Loaded>();
  out->version = version;
  const std::vector<Object> mappings = rows(parts_.store, kMappingModel);
  for (const Object& provider : rows(parts_.store, kProviderModel)) {
    const auto& wanted = provider.at("property_mappings").as_array();
    for (const Object& mapping : mappings) {  // by name
      if (std::ranges::find(wanted, mapping.at("pk")) == wanted.end()) continue;
      out->mappings[provider.at("pk").to_number<ProviderId>()].push_back(
          {text_of(mapping, "name"), text_of(mapping, "expression")});
    }
  }
  return out;
}

std::shared_ptr<const ReplyMappings::Loaded> ReplyMappings::loaded() {
  const std::uint64_t version = parts_.directory.catalog_version();
  {
    const std::lock_guard lock(mutex_);
    if (loaded_ != nullptr && loaded_->version == version) return loaded_;
  }
  auto fresh = load(version);
  const std::lock_guard lock(mutex_);
  loaded_ = fresh;
  return fresh;
}

void ReplyMappings::tell(const ReplyAsked& asked, const std::string& mapping,
                         const std::string& why) {
  Event event;
  event.action = "property_mapping_exception";
  event.app = "postern.outpost.radius";
  event.user = asked.user;
  event.username = asked.username;
  event.client_ip = asked.client;
  event.created = parts_.clock.wall();
  event.context = {{"name", mapping}, {"message", why}, {"service", asked.provider}};
  parts_.events.record(std::move(event));
}

bool ReplyMappings::evaluate(const Mapping& mapping, const ReplyAsked& asked,
                             const LoginRecord& record, MappedReply& out) {
  PolicyCase facts;
  facts.record = &record;
  facts.identifier = asked.username;
  facts.client = asked.client;
  facts.protocol = "radius";
  facts.application = asked.application;
  facts.request_id = asked.request_id;
  const MappingAnswer answer = run_mapping(mapping.expression, facts, {{"packet", asked.packet}},
                                           {parts_.store, parts_.directory, parts_.geo}, kTime);
  std::string wrong = answer.error;
  if (wrong.empty() && !answer.value.is_null()) {
    if (!answer.value.is_object()) {
      wrong = "it has to return nil or a table of attributes";
    } else {
      auto parsed = parse_reply_rules(boost::json::array{rule_of(answer.value.get_object())},
                                      [](std::string_view) { return GroupNumber{0}; });
      wrong = parsed.problem.value_or("");
      std::move(parsed.rules.begin(), parsed.rules.end(), std::back_inserter(out.rules));
    }
  }
  if (!wrong.empty()) tell(asked, mapping.name, wrong);
  return wrong.empty();
}

MappedReply ReplyMappings::map(const ReplyAsked& asked) noexcept {
  MappedReply out;
  out.failed = true;
  try {
    const auto all = loaded();
    const auto mine = all->mappings.find(asked.provider);
    if (mine == all->mappings.end()) return {};
    LoginRecord record;
    if (parts_.directory.read_user(asked.user, record) != Lookup::found) return out;
    for (const Mapping& mapping : mine->second) {
      if (!evaluate(mapping, asked, record, out)) return out;
    }
    out.failed = false;
  } catch (const std::exception& error) {
    tell(asked, "", error.what());
  }
  return out;
}

}  // namespace postern::core
