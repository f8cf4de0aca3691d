#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <set>

#include "core/model/model.h"

namespace postern::core {
namespace {

TEST(Models, NamesAreUniqueAndFound) {
  std::set<std::string_view> names;
  for (const Model* model : models()) {
    EXPECT_TRUE(names.insert(model->name).second) << model->name;
    EXPECT_EQ(find_model(model->name), model);
  }
  EXPECT_EQ(find_model("authentik_core.nothing"), nullptr);
}

TEST(Models, FieldsAreUniqueAndTheirDefaultsParse) {
  for (const Model* model : models()) {
    std::set<std::string_view> names;
    for (const Field& field : model->fields) {
      EXPECT_TRUE(names.insert(field.name).second) << model->name << "." << field.name;
      if (field.fallback.empty()) continue;
      boost::json::error_code error;
      boost::json::parse({field.fallback.data(), field.fallback.size()}, error);
      EXPECT_FALSE(error) << model->name << "." << field.name;
    }
  }
}

TEST(Models, ReferencesNameAKnownModelOrFamily) {
  const std::set<std::string_view> families{"stage", "provider", "policy", "policybindingmodel"};
  for (const Model* model : models()) {
    for (const Field& field : model->fields) {
      if (field.type != Type::reference && field.type != Type::references) continue;
      EXPECT_TRUE(families.contains(field.target) || find_model(field.target) != nullptr)
          << model->name << "." << field.name << " -> " << field.target;
    }
  }
}

TEST(Models, OwnerAndNaturalFieldsExist) {
  for (const Model* model : models()) {
    if (!model->owner.empty() && model->owner != "pk") {
      EXPECT_NE(model->field(model->owner), nullptr) << model->name;
    }
    for (const std::string_view name : model->natural) {
      EXPECT_NE(model->field(name), nullptr) << model->name << "." << name;
    }
  }
}

}  // namespace
}  // namespace postern::core
