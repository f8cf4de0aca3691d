// The models of this version, put together from the files of authentik's applications. What is our
// own sits under attributes (`postern:`), see design.md 7.

#include <vector>

#include "core/model/model_lists.h"

namespace postern::core {
namespace {

std::vector<const Model*> collect() {
  std::vector<const Model*> all;
  for (const auto list :
       {models_of_core(), models_of_providers(), models_of_policies(), models_of_flows(),
        models_of_stages(), models_of_setup_stages(), models_of_devices(), models_of_crypto(),
        models_of_web(), models_of_rbac(), models_of_outposts(), models_of_events(),
        models_of_mappings()}) {
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

}  // namespace

std::span<const Model* const> models() noexcept {
  static const std::vector<const Model*> all = collect();
  return all;
}

const Model* find_model(std::string_view name) noexcept {
  for (const Model* model : models()) {
    if (model->name == name) return model;
  }
  return nullptr;
}

const Model& user_model() noexcept { return *find_model("authentik_core.user"); }
const Model& group_model() noexcept { return *find_model("authentik_core.group"); }
const Model& token_model() noexcept { return *find_model("authentik_core.token"); }

const Field* Model::field(std::string_view field_name) const noexcept {
  for (const Field& candidate : fields) {
    if (candidate.name == field_name) return &candidate;
  }
  return nullptr;
}

}  // namespace postern::core
