#include <boost/json/serialize.hpp>

#include <algorithm>

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

using core::Object;
using core::StoreError;
using core::Value;

class StoreObjects : public StoreTest {
 protected:
  // A whole set of objects, one of each model: model -> pk.
  std::vector<std::pair<const core::Model*, Value>> one_of_each() {
    std::vector<std::pair<const core::Model*, Value>> all;
    const std::int64_t user = add_user("ada", {{"attributes", {{"a", 1}}}});
    const core::Uuid group = add_group("staff", {{"users", {user}}});
    all.emplace_back(&users(), user);
    all.emplace_back(&groups(), Value(group));
    all.emplace_back(&tokens(), add(tokens(), {{"identifier", "t"}, {"user", user}}));
    const Value provider = add(providers(), {{"name", "ldap"}, {"base_dn", "dc=x"}});
    all.emplace_back(&providers(), provider);
    const Value application = add(applications(), {{"slug", "ldap"},
                                                   {"name", "LDAP"},
                                                   {"provider", provider},
                                                   {"backchannel_providers", {provider}}});
    all.emplace_back(&applications(), application);
    all.emplace_back(&bindings(),
                     add(bindings(), {{"target", application}, {"group", group}, {"order", 0}}));
    const Value flow = add(flows(), {{"slug", "login"},
                                     {"name", "Login"},
                                     {"title", "Welcome"},
                                     {"designation", "authentication"}});
    all.emplace_back(&flows(), flow);
    Value stage;
    for (const core::Model* each : core::models()) {
      if (each->family != "stage") continue;
      stage = add(*each, {{"name", each->name}});
      all.emplace_back(each, stage);
    }
    for (const core::Model* each : core::models()) {
      if (each->family != "policy" && each->family != "propertymapping") continue;
      all.emplace_back(each, add(*each, {{"name", each->name}}));
    }
    const core::Model& radius = *core::find_model("authentik_providers_radius.radiusprovider");
    all.emplace_back(&radius, add(radius, {{"name", "radius"}}));
    const core::Model& prompts = *core::find_model("authentik_stages_prompt.prompt");
    all.emplace_back(&prompts, add(prompts, {{"name", "new password"},
                                             {"field_key", "password"},
                                             {"label", "Password"},
                                             {"type", "password"}}));
    all.emplace_back(&stage_bindings(),
                     add(stage_bindings(), {{"target", flow}, {"stage", stage}, {"order", 10}}));
    all.emplace_back(&totps(),
                     add(totps(), {{"user", user}, {"name", "phone"}, {"sealed_key", "00ff"}}));
    const core::Model& certificates = *core::find_model("authentik_crypto.certificatekeypair");
    all.emplace_back(&certificates,
                     add(certificates, {{"name", "mail"}, {"certificate_data", "pem"}}));
    const core::Model& sessions = *core::find_model("authentik_core.authenticatedsession");
    all.emplace_back(&sessions, add(sessions, {{"user", user},
                                               {"verifier", "ab"},
                                               {"created", 1},
                                               {"last_used", 1},
                                               {"expires", 2}}));
    const core::Model& brands = *core::find_model("authentik_brands.brand");
    all.emplace_back(&brands, add(brands, {{"domain", "example.org"}}));
    const core::Model& settings = *core::find_model("authentik_tenants.tenant");
    all.emplace_back(&settings, add(settings, {{"name", "default"}}));
    const core::Model& events = *core::find_model("authentik_events.event");
    all.emplace_back(&events, add(events, {{"action", "login"},
                                           {"app", "test"},
                                           {"user_pk", 1},
                                           {"username", "ada"},
                                           {"client_ip", ""},
                                           {"created", 1}}));
    const Value device = add(statics(), {{"user", user}, {"name", "paper"}});
    all.emplace_back(&statics(), device);
    all.emplace_back(
        &codes(),
        add(codes(), {{"device", device}, {"verifier", std::string(64, 'a')}, {"length", 12}}));
    for (const core::Model* each : core::models()) {
      const auto is_it = [each](const auto& made) { return made.first == each; };
      if (std::any_of(all.begin(), all.end(), is_it)) continue;
      all.emplace_back(each, add(*each, required(*each, all)));
    }
    return all;
  }

  // What a model asks for, and no more.
  static Object required(const core::Model& model,
                         const std::vector<std::pair<const core::Model*, Value>>& made) {
    Object out;
    for (const core::Field& field : model.fields) {
      if ((field.flags & core::kRequired) == 0 || field.home == core::Home::virtual_) continue;
      Value value(boost::json::string("value-of-" + std::string(field.name)));
      if (field.type == core::Type::integer || field.type == core::Type::time) value = 1;
      if (field.type == core::Type::boolean) value = false;
      if (field.type == core::Type::json) value = Object{};
      if (field.type == core::Type::reference) {
        for (const auto& [kind, pk] : made) {
          if (kind->name == field.target || kind->family == field.target) value = pk;
        }
      }
      out[field.name] = value;
    }
    return out;
  }
};

TEST_P(StoreObjects, EveryModelIsInsertedReadListedAndErased) {
  const auto all = one_of_each();
  ASSERT_EQ(all.size(), core::models().size());
  for (const auto& [kind, pk] : all) {
    SCOPED_TRACE(std::string(kind->name));
    const auto object = read(*kind, pk);
    ASSERT_TRUE(object.has_value());
    EXPECT_EQ(object->at("pk"), pk);
    for (const core::Field& field : kind->fields) {
      EXPECT_EQ(object->contains(field.name), field.home != core::Home::virtual_) << field.name;
    }
    EXPECT_EQ(store->count(*kind, {}), 1);
    EXPECT_EQ(store->list(*kind, {}), std::vector<Object>{*object});
    EXPECT_EQ(store->begin()->find(*kind, {{"pk", pk}}), std::vector<Object>{*object});
  }
  for (auto entry = all.rbegin(); entry != all.rend(); ++entry) {
    SCOPED_TRACE(std::string(entry->first->name));
    EXPECT_TRUE(drop(*entry->first, entry->second));
    EXPECT_FALSE(drop(*entry->first, entry->second));
    EXPECT_FALSE(read(*entry->first, entry->second).has_value());
  }
}

TEST_P(StoreObjects, EveryColumnAndSettingCanBeChanged) {
  for (const auto& [kind, pk] : one_of_each()) {
    for (const core::Field& field : kind->fields) {
      if (field.home == core::Home::virtual_ || field.home == core::Home::link) continue;
      Value value = nullptr;
      switch (field.type) {
        case core::Type::boolean:
          value = !read(*kind, pk)->at(field.name).as_bool();
          break;
        case core::Type::integer:
        case core::Type::time:
          value = 4711;
          break;
        case core::Type::json:
          value = Object{{"k", {{"deep", {1, "two", nullptr}}}}};
          break;
        case core::Type::texts:
        case core::Type::choices:
        case core::Type::references:
          value = {"x", "y"};
          break;
        case core::Type::integers:
          value = {4711, 12};
          break;
        case core::Type::reference:
          continue;
        default:
          value = "value-\xc3\xa9'\"$1" + std::string(kind->name);
          break;
      }
      SCOPED_TRACE(std::string(kind->name) + "." + std::string(field.name));
      change(*kind, pk, {{field.name, value}});
      EXPECT_EQ(read(*kind, pk)->at(field.name), value);
    }
  }
}

TEST_P(StoreObjects, MissingFieldsTakeTheModelsDefaults) {
  const auto user = read(users(), add_user("ada"));
  EXPECT_EQ(user->at("is_active"), Value(true));
  EXPECT_EQ(user->at("type"), Value("internal"));
  EXPECT_EQ(user->at("generation"), Value(1));
  EXPECT_EQ(user->at("not_after"), Value(nullptr));
  EXPECT_EQ(user->at("last_updated"), Value(clock.wall_ms));
  const auto provider = read(providers(), add(providers(), {{"name", "p"}}));
  EXPECT_EQ(provider->at("base_dn"), Value("dc=ldap,dc=goauthentik,dc=io"));
  EXPECT_EQ(provider->at("authorization_flow"), Value(nullptr));
}

TEST_P(StoreObjects, UsernamesAreUniqueAndFoundFolded) {
  const std::int64_t ada = add_user("Ada");
  add_user(
      "Stra\xc3\x9f"
      "e");
  EXPECT_EQ(refused([&] { add_user("aDA"); }), StoreError::Kind::duplicate);
  EXPECT_EQ(refused([&] { add_user("STRASSE"); }), StoreError::Kind::duplicate);
  const auto found = store->begin()->find(users(), {{"username", "ADA"}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at("pk"), Value(ada));
  change(users(), ada, {{"username", "Grace"}});
  EXPECT_TRUE(store->begin()->find(users(), {{"username", "ada"}}).empty());
  EXPECT_EQ(store->begin()->find(users(), {{"username", "grace"}}).size(), 1U);
}

TEST_P(StoreObjects, DuplicatesAndDanglingReferencesAreNamed) {
  const std::int64_t ada = add_user("ada");
  add_group("staff");
  EXPECT_EQ(refused([&] { add_group("staff"); }), StoreError::Kind::duplicate);
  try {
    add_user("ada");
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_STREQ(error.what(), "authentik_core.user: this username is in use already");
  }
  add(tokens(), {{"identifier", "t"}, {"user", ada}, {"key_id", "k"}});
  EXPECT_EQ(refused([&] {
              add(tokens(), {{"identifier", "t"}, {"user", ada}});
            }),
            StoreError::Kind::duplicate);
  EXPECT_EQ(refused([&] {
              add(tokens(), {{"identifier", "u"}, {"user", 999}});
            }),
            StoreError::Kind::foreign_key);
  EXPECT_EQ(refused([&] {
              add_user("eve", {{"groups", {uuid()}}});
            }),
            StoreError::Kind::foreign_key);
  EXPECT_EQ(refused([&] {
              add(bindings(), {{"target", uuid()}, {"order", 0}});
            }),
            StoreError::Kind::foreign_key);
  EXPECT_EQ(refused([&] {
              add(providers(), {{"name", "p"}, {"authorization_flow", uuid()}});
            }),
            StoreError::Kind::foreign_key);
  EXPECT_EQ(store->count(users(), {}), 1);
}

TEST_P(StoreObjects, WhatDoesNotFitItsFieldIsRefusedWithItsName) {
  EXPECT_EQ(refused([&] { add_user("ada", {{"is_active", "yes"}}); }), StoreError::Kind::other);
  EXPECT_EQ(refused([&] { add_user("ada", {{"nickname", "a"}}); }), StoreError::Kind::other);
  EXPECT_EQ(refused([&] { add_user("ada", {{"password", "a"}}); }), StoreError::Kind::other);
  EXPECT_EQ(refused([&] { add(groups(), {}); }), StoreError::Kind::other);  // a name is required
  EXPECT_EQ(refused([&] {
              add_user("ada", {{"name", Value(boost::json::string("a\0b", 3))}});
            }),
            StoreError::Kind::other);
  EXPECT_EQ(refused([&] { change(users(), 77, {{"name", "x"}}); }), StoreError::Kind::other);
  EXPECT_EQ(store->count(users(), {}), 0);
}

TEST_P(StoreObjects, ARefusedWriteLeavesNothingAndTheTransactionUsable) {
  const auto transaction = store->begin();
  const Value group = transaction->insert(groups(), {{"pk", uuid()}, {"name", "a"}});
  EXPECT_EQ(refused([&] {
              transaction->insert(
                  users(), {{"username", "ada"}, {"uuid", uuid()}, {"groups", {group, uuid()}}});
            }),
            StoreError::Kind::foreign_key);
  EXPECT_TRUE(transaction->find(users(), {{"username", "ada"}}).empty());
  transaction->insert(users(), {{"username", "ada"}, {"uuid", uuid()}});
  transaction->commit();
  EXPECT_EQ(store->count(users(), {}), 1);
}

TEST_P(StoreObjects, WithoutCommitNothingHappened) {
  {
    const auto transaction = store->begin();
    transaction->insert(users(), {{"username", "ada"}, {"uuid", uuid()}});
    transaction->grant({"p", "m", "1", 1});
  }
  EXPECT_EQ(store->count(users(), {}), 0);
  EXPECT_EQ(fed(), "");
}

TEST_P(StoreObjects, KeysOfDeletedUsersAreNotUsedAgain) {
  const std::int64_t first = add_user("a");
  drop(users(), first);
  EXPECT_GT(add_user("b"), first);
}

TEST_P(StoreObjects, ObjectConditionsMeanContains) {
  const std::int64_t ada =
      add_user("ada", {{"attributes", {{"t", {{"x", 1}, {"y", 2}}}, {"u", 3}}}});
  add_user("bob", {{"attributes", {{"t", {{"x", 2}}}}}});
  const auto find = [&](Object equals) { return store->begin()->find(users(), equals).size(); };
  EXPECT_EQ(find({{"attributes", {{"t", {{"x", 1}}}}}}), 1U);
  EXPECT_EQ(find({{"attributes", {{"t", {{"x", 3}}}}}}), 0U);
  EXPECT_EQ(find({{"attributes", Object{}}}), 2U);
  EXPECT_EQ(find({{"attributes", Object{}}, {"username", "ada"}}), 1U);
  const core::Uuid group = add_group("staff", {{"users", {ada}}});
  EXPECT_EQ(find({{"groups", {group}}}), 1U);
  EXPECT_EQ(refused([&] { find({{"colour", "red"}}); }), StoreError::Kind::other);
}

TEST_P(StoreObjects, ListsSearchOrderAndPage) {
  for (const char* name : {"carol", "alice", "bob_1", "bobby"}) {
    add_user(name, {{"name", std::string("N ") + name}, {"email", std::string(name) + "@x.org"}});
  }
  const auto names = [&](core::ListQuery query) {
    std::string out;
    for (const Object& user : store->list(users(), query)) {
      out += std::string(user.at("username").as_string()) + " ";
    }
    return out;
  };
  EXPECT_EQ(names({}), "carol alice bob_1 bobby ");
  EXPECT_EQ(names({.order = "username"}), "alice bob_1 bobby carol ");
  EXPECT_EQ(names({.order = "-username", .limit = 2, .offset = 1}), "bobby bob_1 ");
  EXPECT_EQ(names({.search = "BOB"}), "bob_1 bobby ");
  EXPECT_EQ(names({.search = "b_1"}), "bob_1 ");  // _ is no wildcard
  EXPECT_EQ(names({.search = "%"}), "");
  EXPECT_EQ(store->count(users(), {.search = "bob"}), 2);
  EXPECT_EQ(refused([&] { names({.order = "password_hash"}); }), StoreError::Kind::other);
}

TEST_P(StoreObjects, FamiliesShareKeysButNotListings) {
  const Value identify = add(identification(), {{"name", "who"}});
  const Value password = add(password_stage(), {{"name", "password"}});
  EXPECT_EQ(store->count(identification(), {}), 1);
  EXPECT_FALSE(read(password_stage(), identify).has_value());
  const auto transaction = store->begin();
  EXPECT_EQ(transaction->owner_of("stage", identify), &identification());
  EXPECT_EQ(transaction->owner_of("stage", password), &password_stage());
  EXPECT_EQ(transaction->owner_of("stage", Value("nobody")), nullptr);
  EXPECT_EQ(transaction->owner_of("provider", Value("x")), nullptr);
  EXPECT_EQ(transaction->owner_of("policybindingmodel", identify), nullptr);
}

TEST_P(StoreObjects, ErasingCascadesToWhatCannotStandAlone) {
  const auto all = one_of_each();
  const auto pk_of = [&](const core::Model& kind) {
    for (const auto& [each, pk] : all) {
      if (each == &kind) return pk;
    }
    return Value();
  };
  drop(users(), pk_of(users()));
  for (const core::Model* gone : {&tokens(), &totps(), &statics(), &codes()}) {
    EXPECT_EQ(store->count(*gone, {}), 0) << gone->name;
  }
  EXPECT_EQ(read(groups(), pk_of(groups()))->at("users"), Value(boost::json::array{}));
  drop(providers(), pk_of(providers()));
  EXPECT_EQ(read(applications(), pk_of(applications()))->at("provider"), Value(nullptr));
  drop(applications(), pk_of(applications()));
  EXPECT_EQ(store->count(bindings(), {}), 0);  // its target is gone
  drop(flows(), pk_of(flows()));
  EXPECT_EQ(store->count(stage_bindings(), {}), 0);
}

TEST_P(StoreObjects, ReferencesInsideSettingsAreForgottenWithTheirTarget) {
  const Value password = add(password_stage(), {{"name", "password"}});
  const Value who = add(identification(), {{"name", "who"}, {"password_stage", password}});
  drop(password_stage(), password);
  EXPECT_EQ(read(identification(), who)->at("password_stage"), Value(nullptr));
}

TEST_P(StoreObjects, GrantsAndBlueprintHashesAreKept) {
  const std::int64_t ada = add_user("ada");
  const Value provider = add(providers(), {{"name", "p"}});
  const core::Transaction::ObjectPermission grant{"ldap.search", std::string(providers().name),
                                                  std::to_string(provider.as_int64()), ada};
  for (int round = 0; round < 2; ++round) {
    const auto transaction = store->begin();
    transaction->grant(grant);
    transaction->set_blueprint_hash("a.yaml", "hash" + std::to_string(round));
    transaction->commit();
  }
  EXPECT_EQ(store->begin()->object_permissions(),
            std::vector<core::Transaction::ObjectPermission>{grant});
  EXPECT_EQ(store->begin()->blueprint_hash("a.yaml"), "hash1");
  EXPECT_EQ(store->begin()->blueprint_hash("b.yaml"), std::nullopt);
  drop(providers(), provider);
  EXPECT_TRUE(store->begin()->object_permissions().empty());
}

TEST_P(StoreObjects, AThreadThatHoldsTheTransactionIsToldInsteadOfWaitingForItself) {
  const auto transaction = store->begin();
  EXPECT_EQ(refused([&] { store->begin(); }), StoreError::Kind::busy);
  transaction->insert(users(), {{"username", "ada"}, {"uuid", uuid()}});
  transaction->commit();
  EXPECT_EQ(refused([&] { transaction->commit(); }), StoreError::Kind::other);
  EXPECT_EQ(store->count(users(), {}), 1);
}

TEST_P(StoreObjects, NumbersNeverOverlapAndStartAtTheFloor) {
  using Numbering = core::Transaction::Numbering;
  add_user("fixed", {{"uid_number", 2001}, {"gid_number", 2002}});
  add_group("fixed", {{"gid_number", 2003}});
  const auto transaction = store->begin();
  EXPECT_EQ(transaction->allocate_number(Numbering::uid, 2000), 2000);
  EXPECT_EQ(transaction->allocate_number(Numbering::uid, 2000), 2004);
  EXPECT_EQ(transaction->allocate_number(Numbering::gid, 2000), 2005);  // not 2000: just given
  EXPECT_EQ(transaction->allocate_number(Numbering::gid, 4000), 4000);
  transaction->insert(users(), {{"username", "u"}, {"uuid", uuid()}, {"uid_number", 2000}});
  transaction->commit();
  reopen();
  EXPECT_EQ(store->begin()->allocate_number(Numbering::uid, 2000), 2005);  // the cursor is kept
  EXPECT_EQ(store->begin()->allocate_number(Numbering::uid, 2000), 2005);  // rolled back with it
}

STORE_SUITE(StoreObjects);

}  // namespace
}  // namespace postern::store
