// compile_catalog: stored configuration objects -> one immutable Catalog. The order is that of the
// references: policies, stages, flows, bindings, applications, providers. What does not resolve
// closes its door and is named in `problems`.

#include <algorithm>
#include <map>
#include <utility>

#include "core/access/catalog.h"
#include "core/access/compile_bindings.h"
#include "core/access/compile_prompt.h"
#include "core/access/compile_provider.h"
#include "core/access/compile_radius_provider.h"
#include "core/access/compile_stage.h"
#include "core/access/search_grants.h"
#include "core/access/stored_fields.h"
#include "core/policy/compile_policy.h"

namespace postern::core {
namespace {

namespace json = boost::json;
using GroupNumbers = std::function<GroupNumber(std::string_view)>;
using ProfileShapes = std::function<std::optional<DnShape>(std::string_view)>;

class Compiler {
 public:
  Compiler(const StoredConfig& config, const GroupNumbers& group_number,
           const ProfileShapes& shape_of)
      : config_(config),
        group_number_(group_number),
        shape_of_(shape_of),
        bindings_(group_number) {}

  std::shared_ptr<Catalog> compile(std::uint64_t version) {
    catalog_->version = version;
    sort_objects();
    bindings_.compile(config_, catalog_->problems);
    compile_stages();
    compile_flows();
    compile_applications();
    compile_providers();
    return std::move(catalog_);
  }

 private:
  using Rows = std::vector<const json::object*>;

  void problem(std::string text) { catalog_->problems.push_back(std::move(text)); }
  const Rows& rows(std::string_view model) { return objects_[std::string(model)]; }

  void sort_objects() {
    for (const json::value& item : config_.objects) {
      const json::object* entry = item.if_object();
      const json::value* body = entry == nullptr ? nullptr : member(*entry, "object");
      if (body == nullptr || !body->is_object()) {
        problem("an entry of the configuration is not an object");
        continue;
      }
      objects_[text_of(*entry, "model")].push_back(&body->get_object());
    }
  }

  void compile_stages();
  void check_password_stages();
  void find_related(Stage& stage);
  Bindings bindings_of(const std::string& target, std::string_view mode);
  static PasswordAge take_ages(Bindings& bindings);
  void compile_flows();
  void add_steps(Flow& flow);
  void compile_applications();
  void connect(Provider& provider, const json::object& row, std::string_view kind);
  void compile_providers();
  void find_groups(LdapProvider& provider);

  const StoredConfig& config_;
  const GroupNumbers& group_number_;
  const ProfileShapes& shape_of_;
  std::shared_ptr<Catalog> catalog_ = std::make_shared<Catalog>();
  std::map<std::string, Rows, std::less<>> objects_;
  std::map<std::string, std::shared_ptr<Stage>, std::less<>> stages_;
  BindingCompiler bindings_;
  std::map<std::string, std::shared_ptr<const Flow>, std::less<>> flows_;  // by pk
  std::map<std::string, std::shared_ptr<const Application>, std::less<>> by_provider_;
};

void Compiler::compile_stages() {
  for (const auto& [model, list] : objects_) {
    if (!model.starts_with("authentik_stages_") || !model.ends_with("stage")) continue;
    for (const json::object* row : list) {
      auto stage = std::make_shared<Stage>();
      stage->pk = key_text(member(*row, "pk"));
      stage->name = text_of(*row, "name");
      if (read_stage(model, *row, *stage)) {
        if (stage->kind == StageKind::prompt) {
          read_prompt(*row, rows("authentik_stages_prompt.prompt"), bindings_.policies(), *stage,
                      catalog_->problems);
        }
      } else {
        problem("stage " + stage->name + ": " + model + " is not supported, flows through it deny");
      }
      stages_[stage->pk] = std::move(stage);
    }
  }
  check_password_stages();
  for (const auto& entry : stages_) find_related(*entry.second);
}

// The stages that it leads to. A missing one is no way out of it.
void Compiler::find_related(Stage& stage) {
  for (const std::string& pk : stage.configuration_stages) {
    const auto found = stages_.find(pk);
    if (found != stages_.end() && sets_up_device(found->second->kind)) {
      stage.configuration.push_back(found->second);
    } else {
      problem("stage " + stage.name + ": one of its configuration_stages sets up no device");
    }
  }
  if (stage.kind != StageKind::identification) return;
  const std::string captcha = key_text(member(*stage.row, "captcha_stage"));
  if (captcha.empty()) return;
  const auto found = stages_.find(captcha);
  if (found != stages_.end() && found->second->kind == StageKind::captcha) {
    stage.embedded_captcha = found->second;
    return;
  }
  problem("stage " + stage.name + ": its captcha_stage is missing, flows through it deny");
  stage.kind = StageKind::unsupported;
}

void Compiler::check_password_stages() {
  for (const auto& entry : stages_) {
    Stage& stage = *entry.second;
    if (stage.password_stage.empty()) continue;
    const auto target = stages_.find(stage.password_stage);
    if (target != stages_.end() && target->second->kind == StageKind::password) {
      stage.embedded_password = target->second;
      continue;
    }
    problem("stage " + stage.name + ": its password_stage is missing, flows through it deny");
    stage.kind = StageKind::unsupported;
  }
}

// An expiry policy that hangs on a login flow lets nobody pass or fail at that place: it says how
// old the password may be when the login is over.
PasswordAge Compiler::take_ages(Bindings& bindings) {
  PasswordAge age;
  std::erase_if(bindings.list, [&age](const Binding& binding) {
    const bool expiry =
        binding.rule != nullptr && binding.rule->kind == Policy::Kind::password_expiry;
    if (expiry && binding.enabled) age = stricter(age, age_of(*binding.rule));
    return expiry;
  });
  bindings.all_static = std::all_of(
      bindings.list.begin(), bindings.list.end(),
      [](const Binding& binding) { return binding.subject != Binding::Subject::policy; });
  return age;
}

Bindings Compiler::bindings_of(const std::string& target, std::string_view mode) {
  // An unknown mode is the strict one.
  const bool any = mode == "any" || mode.empty();
  return bindings_.of(target, any ? EngineMode::any : EngineMode::all);
}

void Compiler::add_steps(Flow& flow) {
  for (const json::object* row : rows("authentik_flows.flowstagebinding")) {
    if (key_text(member(*row, "target")) != flow.pk) continue;
    const auto stage = stages_.find(key_text(member(*row, "stage")));
    if (stage == stages_.end()) {
      problem("flow " + flow.slug + ": a bound stage is missing, the flow denies");
      flow.broken = true;
      continue;
    }
    FlowStep step;
    step.stage = stage->second;
    step.order = static_cast<int>(integer_of(*row, "order", 0));
    step.evaluate_on_plan = flag_of(*row, "evaluate_on_plan", false);
    step.re_evaluate_policies = flag_of(*row, "re_evaluate_policies", true);
    step.bindings = bindings_of(key_text(member(*row, "pk")), text_of(*row, "policy_engine_mode"));
    if (flow.designation == "authentication") {
      flow.password_age = stricter(flow.password_age, take_ages(step.bindings));
    }
    flow.all_static = flow.all_static && step.bindings.all_static;
    flow.steps.push_back(std::move(step));
  }
  std::stable_sort(flow.steps.begin(), flow.steps.end(),
                   [](const FlowStep& a, const FlowStep& b) { return a.order < b.order; });
}

void Compiler::compile_flows() {
  for (const json::object* row : rows("authentik_flows.flow")) {
    auto flow = std::make_shared<Flow>();
    flow->pk = key_text(member(*row, "pk"));
    flow->slug = text_of(*row, "slug");
    flow->title = text_of(*row, "title");
    flow->designation = text_of(*row, "designation");
    flow->authentication = text_of(*row, "authentication");
    flow->denied_action = text_of(*row, "denied_action");
    flow->layout = text_of(*row, "layout");
    flow->background = text_of(*row, "background");
    flow->bindings = bindings_of(flow->pk, text_of(*row, "policy_engine_mode"));
    if (flow->designation == "authentication") flow->password_age = take_ages(flow->bindings);
    flow->all_static = flow->bindings.all_static;
    add_steps(*flow);
    flows_[flow->pk] = flow;
    catalog_->flows[flow->slug] = flow;
  }
}

void Compiler::compile_applications() {
  for (const json::object* row : rows("authentik_core.application")) {
    auto application = std::make_shared<Application>();
    application->pk = key_text(member(*row, "pk"));
    application->slug = text_of(*row, "slug");
    application->name = text_of(*row, "name");
    application->bindings = bindings_of(application->pk, text_of(*row, "policy_engine_mode"));
    const std::string provider = key_text(member(*row, "provider"));
    if (!provider.empty()) by_provider_[provider] = application;
    const json::value* others = member(*row, "backchannel_providers");
    if (others != nullptr && others->is_array()) {
      // An application that names the provider as its own comes first.
      for (const json::value& one : others->get_array())
        by_provider_.emplace(key_text(&one), application);
    }
    catalog_->applications[application->slug] = application;
  }
}

// The flow and the application of a provider.
void Compiler::connect(Provider& provider, const json::object& row, std::string_view kind) {
  const std::string name = std::string(kind) + " provider " + provider.name + ": ";
  const std::string flow = key_text(member(row, "authorization_flow"));
  const auto found = flows_.find(flow);
  if (found != flows_.end()) provider.authentication_flow = found->second;
  provider.flow_missing = !flow.empty() && found == flows_.end();
  if (provider.flow_missing) {
    problem(name + "its authorization_flow is missing, logins are denied");
  }
  const auto application = by_provider_.find(key_text(member(row, "pk")));
  if (application != by_provider_.end()) provider.application = application->second;
  if (provider.application == nullptr) {
    problem(name + "no application uses it, nobody gets in");
  }
}

template <typename List>
void sort_by_pk(List& list) {
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a->pk < b->pk; });
}

// The groups that search rules name. One that is not there fits nobody and is seen by nobody.
void Compiler::find_groups(LdapProvider& provider) {
  const auto number_of = [&](const std::string& name) {
    const GroupNumber number = group_number_(name);
    if (number == 0) {
      problem("LDAP provider " + provider.name + ": a search rule names the group " + name +
              ", which is not there");
    }
    return number;
  };
  for (SearchRule& rule : provider.search.list) {
    if (rule.who == SearchRule::Who::group) rule.group = number_of(rule.group_name);
    if (rule.right.groups == nullptr) continue;
    std::vector<GroupNumber> numbers;
    for (const std::string& name : rule.group_names) {
      if (const GroupNumber number = number_of(name)) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    rule.right.groups = std::make_shared<const std::vector<GroupNumber>>(std::move(numbers));
  }
}

void Compiler::compile_providers() {
  const GrantRows grants{config_.permissions, rows("authentik_rbac.role"),
                         rows("authentik_rbac.roleobjectpermission")};
  for (const json::object* row : rows("authentik_providers_ldap.ldapprovider")) {
    auto provider = std::make_shared<LdapProvider>();
    read_ldap_provider(*row, *provider, catalog_->problems);
    if (shape_of_) provider->names = shape_of_(provider->profile);
    if (!provider->names) {
      problem("LDAP provider " + provider->name + ": there is no profile " + provider->profile +
              ", nobody can use it");
    }
    connect(*provider, *row, "LDAP");
    add_search_grants(grants, group_number_, *provider);
    find_groups(*provider);
    catalog_->ldap_providers.push_back(std::move(provider));
  }
  for (const json::object* row : rows("authentik_providers_radius.radiusprovider")) {
    auto provider = std::make_shared<RadiusProvider>();
    read_radius_provider(*row, group_number_, *provider, catalog_->problems);
    connect(*provider, *row, "RADIUS");
    catalog_->radius_providers.push_back(std::move(provider));
  }
  sort_by_pk(catalog_->ldap_providers);
  sort_by_pk(catalog_->radius_providers);
}

template <typename List>
auto find_by_pk(const List& list, ProviderId pk) noexcept -> decltype(list.front().get()) {
  const auto found =
      std::lower_bound(list.begin(), list.end(), pk,
                       [](const auto& provider, ProviderId key) { return provider->pk < key; });
  return found != list.end() && (*found)->pk == pk ? found->get() : nullptr;
}

}  // namespace

const LdapProvider* Catalog::ldap_provider(ProviderId pk) const noexcept {
  return find_by_pk(ldap_providers, pk);
}

const RadiusProvider* Catalog::radius_provider(ProviderId pk) const noexcept {
  return find_by_pk(radius_providers, pk);
}

const Provider* Catalog::provider(ProviderId pk) const noexcept {
  if (const Provider* ldap = ldap_provider(pk)) return ldap;
  return radius_provider(pk);
}

std::shared_ptr<const Catalog> compile_catalog(const StoredConfig& config, std::uint64_t version,
                                               const GroupNumbers& group_number,
                                               const ProfileShapes& shape_of) {
  return Compiler(config, group_number, shape_of).compile(version);
}

}  // namespace postern::core
