#include "store/projections.h"

#include <boost/json/serialize.hpp>

#include <map>
#include <tuple>

#include "unit/store/fixture.h"

namespace postern::store {
namespace {

using core::StoredGroup;
using core::StoredUser;
using core::Uuid;
using core::Value;

class StoreProjections : public StoreTest {};

std::string shown(const StoredUser& user) {
  std::string out = std::to_string(user.pk) + " " + user.uuid + " " + user.username + " " +
                    user.password_hash + " " + std::to_string(user.generation) + " " +
                    boost::json::serialize(user.attributes) + " " + std::to_string(user.updated);
  for (const auto& permission : user.permissions) out += " p:" + permission;
  for (const auto group : user.groups) out += " g:" + std::to_string(group);
  for (const auto& token : user.tokens) {
    out += " t:" + token.identifier + "/" + token.key_id + "/" + token.verifier + "/" +
           std::to_string(token.expires);
  }
  for (const auto& device : user.totp) {
    out += " o:" + device.pk + "/" + device.sealed_key + "/" + std::to_string(device.digits);
  }
  for (const auto& device : user.statics) {
    out += " s:" + device.pk;
    for (const auto& code : device.codes) out += "/" + code.pk + code.verifier;
  }
  return out;
}

std::string shown(const StoredGroup& group) {
  std::string out = std::to_string(group.num_pk) + " " + group.uuid + " " + group.name;
  for (const auto parent : group.parents) out += " p:" + std::to_string(parent);
  for (const auto child : group.children) out += " c:" + std::to_string(child);
  for (const auto member : group.members) out += " m:" + std::to_string(member);
  return out;
}

TEST_P(StoreProjections, AUserTravelsWithAllItsLoginNeeds) {
  const Uuid staff = add_group("staff"), lab = add_group("lab");
  const std::int64_t ada = add_user("Ada", {{"name", "Ada L."},
                                            {"email", "a@x"},
                                            {"attributes", {{"k", "v"}}},
                                            {"not_after", 99},
                                            {"uid_number", 2000},
                                            {"gid_number", 2000},
                                            {"password_hash", "$argon2id$"},
                                            {"permissions", {"p.q"}},
                                            {"groups", {lab, staff}}});
  const std::string hex(64, 'a');
  add(tokens(), {{"identifier", "app"},
                 {"intent", "app_password"},
                 {"user", ada},
                 {"key_id", "k1"},
                 {"verifier", hex},
                 {"expiring", true},
                 {"expires", 5}});
  add(tokens(),
      {{"identifier", "broken"}, {"intent", "app_password"}, {"user", ada}, {"verifier", "zz"}});
  add(tokens(), {{"identifier", "api"},
                 {"intent", "api"},
                 {"user", ada},
                 {"verifier", std::string(64, 'b')}});
  add(totps(), {{"user", ada}, {"name", "p"}, {"sealed_key", "00FF7f"}, {"digits", 8}});
  add(totps(), {{"user", ada}, {"name", "q"}, {"sealed_key", "0"}, {"confirmed", false}});
  const Value device = add(statics(), {{"user", ada}, {"name", "paper"}});
  const Value used = add(codes(), {{"device", device}, {"verifier", hex}, {"length", 12}});
  add(codes(), {{"device", device}, {"verifier", std::string(64, 'c')}, {"length", 10}});
  ASSERT_TRUE(store->consume_static_code(Uuid(used.as_string()), 1));

  const auto user = store->load_user(ada);
  ASSERT_TRUE(user.has_value());
  EXPECT_EQ(user->username + "|" + user->name + "|" + user->email, "Ada|Ada L.|a@x");
  EXPECT_EQ(user->attributes.at("k"), Value("v"));
  EXPECT_EQ(user->not_before, 0);
  EXPECT_EQ(user->not_after, 99);
  EXPECT_EQ(user->uid_number, 2000);
  EXPECT_EQ(user->permissions, std::vector<std::string>{"p.q"});
  EXPECT_EQ(user->groups, (std::vector<core::GroupNumber>{1, 2}));
  ASSERT_EQ(user->tokens.size(), 1U);
  EXPECT_EQ(user->tokens[0].verifier, std::string(32, '\xaa'));
  EXPECT_EQ(user->tokens[0].expires, 5);
  ASSERT_EQ(user->totp.size(), 2U);
  EXPECT_EQ(user->totp[0].sealed_key, std::string("\x00\xff\x7f", 3));
  EXPECT_EQ(user->totp[0].digits, 8);
  EXPECT_EQ(user->totp[1].sealed_key, "");  // damaged, yet still a second factor
  ASSERT_EQ(user->statics.size(), 1U);
  ASSERT_EQ(user->statics[0].codes.size(), 1U);
  EXPECT_EQ(user->statics[0].codes[0].verifier, std::string(32, '\xcc'));
  EXPECT_EQ(user->statics[0].codes[0].length, 10);
  EXPECT_FALSE(store->load_user(ada + 1).has_value());
}

TEST_P(StoreProjections, ScanEqualsLoadingEachOne) {
  std::vector<Uuid> all_groups;
  for (int i = 0; i < 7; ++i) {
    core::Object group;
    if (i > 1) group["parents"] = {all_groups[0], all_groups[static_cast<std::size_t>(i) / 2]};
    all_groups.push_back(add_group(("g" + std::to_string(i)).c_str(), group));
  }
  const auto transaction = store->begin();
  for (int i = 0; i < 60; ++i) {
    boost::json::array in;
    for (int g = 0; g < 7; ++g) {
      if (i % (g + 2) == 0) in.emplace_back(all_groups[static_cast<std::size_t>(6 - g)]);
    }
    const std::string n = std::to_string(i);
    const Value user =
        transaction->insert(users(), {{"username", "u" + n}, {"uuid", uuid()}, {"groups", in}});
    if (i % 3 == 0) {
      transaction->insert(tokens(),
                          {{"pk", uuid()},
                           {"identifier", "t" + n},
                           {"user", user},
                           {"intent", i % 2 == 0 ? "app_password" : "api"},
                           {"verifier", std::string(60, '1') + std::to_string(1000 + i)}});
    }
    for (int d = 0; d < i % 3; ++d) {
      transaction->insert(totps(),
                          {{"pk", uuid()}, {"user", user}, {"name", "n"}, {"sealed_key", "0a"}});
      const Value device =
          transaction->insert(statics(), {{"pk", uuid()}, {"user", user}, {"name", "n"}});
      transaction->insert(
          codes(),
          {{"pk", uuid()}, {"device", device}, {"length", 8}, {"verifier", std::string(64, '2')}});
    }
  }
  transaction->erase(users(), Value(30));
  transaction->commit();

  int scanned_users = 0, scanned_groups = 0;
  std::int64_t last_user = 0, last_group = 0;
  store->scan(
      [&](const StoredGroup& group) {
        EXPECT_EQ(scanned_users, 0);
        EXPECT_LT(last_group, group.num_pk);
        last_group = group.num_pk;
        ++scanned_groups;
        const auto loaded = store->load_group(group.num_pk);
        ASSERT_TRUE(loaded.has_value());
        EXPECT_EQ(shown(group), shown(*loaded));
      },
      [&](const StoredUser& user) {
        EXPECT_LT(last_user, user.pk);
        last_user = user.pk;
        ++scanned_users;
        const auto loaded = store->load_user(user.pk);
        ASSERT_TRUE(loaded.has_value());
        EXPECT_EQ(shown(user), shown(*loaded));
      });
  EXPECT_EQ(scanned_users, 59);
  EXPECT_EQ(scanned_groups, 7);
  EXPECT_EQ(store->load_group(1)->children.size(), 5U);
}

TEST_P(StoreProjections, AScanSeesOneSnapshot) {
  const Uuid staff = add_group("staff");
  add_user("ada", {{"groups", {staff}}});
  int seen = 0;
  store->scan(
      [&](const StoredGroup& group) {
        EXPECT_EQ(group.members.size(), 1U);
        add_user("bob", {{"groups", {staff}}});
        drop(groups(), Value(staff));
      },
      [&](const StoredUser& user) {
        ++seen;
        EXPECT_EQ(user.groups.size(), 1U);
      });
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(store->count(users(), {}), 2);
}

TEST_P(StoreProjections, ConfigurationHoldsObjectsAndGrants) {
  const std::int64_t ada = add_user("ada");
  const Value provider = add(providers(), {{"name", "p"}, {"base_dn", "dc=z"}});
  add(applications(), {{"slug", "a"}, {"name", "A"}, {"provider", provider}});
  add(tokens(), {{"identifier", "t"}, {"user", ada}});
  const auto transaction = store->begin();
  transaction->grant({"perm", std::string(providers().name), "1", ada});
  transaction->commit();
  const core::StoredConfig config = store->load_config();
  ASSERT_EQ(config.objects.size(), 2U);
  EXPECT_EQ(config.objects[0].at("model"), Value("authentik_core.application"));
  EXPECT_EQ(config.objects[1].at("object").at("base_dn"), Value("dc=z"));
  EXPECT_EQ(config.objects[1].at("object").at("pk"), provider);
  ASSERT_EQ(config.permissions.size(), 1U);
  EXPECT_EQ(config.permissions[0].at("user"), Value(ada));
}

TEST(StoreHex, OnlyWholeHexadecimalTextIsOctets) {
  EXPECT_EQ(octets_of_hex("00aF"), std::string("\x00\xaf", 2));
  EXPECT_EQ(octets_of_hex("0"), "");
  EXPECT_EQ(octets_of_hex("0g"), "");
}

STORE_SUITE(StoreProjections);

}  // namespace
}  // namespace postern::store
