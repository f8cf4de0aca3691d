#pragma once
// The models by authentik's applications, one file each; models.cpp puts them together. Only the
// files models*.cpp include this. Static data.

#include <span>

#include "core/model/model.h"

namespace postern::core {

std::span<const Model* const> models_of_core() noexcept;
std::span<const Model* const> models_of_providers() noexcept;
std::span<const Model* const> models_of_policies() noexcept;
std::span<const Model* const> models_of_flows() noexcept;
std::span<const Model* const> models_of_stages() noexcept;
std::span<const Model* const> models_of_setup_stages() noexcept;
std::span<const Model* const> models_of_devices() noexcept;
std::span<const Model* const> models_of_crypto() noexcept;
std::span<const Model* const> models_of_web() noexcept;
std::span<const Model* const> models_of_rbac() noexcept;
std::span<const Model* const> models_of_outposts() noexcept;
std::span<const Model* const> models_of_events() noexcept;
std::span<const Model* const> models_of_mappings() noexcept;

}  // namespace postern::core
