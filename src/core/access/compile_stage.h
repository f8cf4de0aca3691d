#pragma once
// Stored stage objects -> Stage: what a stage says of itself, without the objects it refers to.
// Part of compile_catalog. An unknown word is taken as the strict one. Thread: pure.

#include <boost/json/object.hpp>

#include <string_view>

#include "core/access/catalog.h"

namespace postern::core {

// Kind and settings by the stored model. false = no stage of this version.
bool read_stage(std::string_view model, const boost::json::object& row, Stage& stage);

}  // namespace postern::core
