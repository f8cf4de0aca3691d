// Templates of profiles: fields, alternatives, filters, what is refused.

#include "directory/template.h"

#include <boost/json/parse.hpp>

#include "directory/values.h"
#include "directory_world.h"

namespace postern::test {
namespace {

using directory::Facts;
using directory::Template;
using Values = std::vector<std::string>;

class ProfileTemplate : public ::testing::Test {
 protected:
  ProfileTemplate() : user(make_user(7, "alice")), group(make_group(3, "staff")) {
    user.name = "Alice van Dijk";
    user.password_changed = 1'767'225'600'000;
    user.attributes =
        boost::json::parse(R"({"keys": ["a", "b", "a"], "n": 5, "password": "x"})").as_object();
  }
  Values of(const std::string& text) {
    std::string error;
    const auto made = Template::parse(text, false, error);
    EXPECT_TRUE(made.has_value()) << error;
    Values out;
    if (made) {
      made->render({.user = &user, .domain = "example.org", .install_id = "id", .uid_offset = 10},
                   out);
    }
    return out;
  }
  std::string error_of(const std::string& text, bool groups = false) {
    std::string error;
    EXPECT_FALSE(Template::parse(text, groups, error).has_value()) << text;
    return error;
  }
  core::StoredUser user;
  core::StoredGroup group;
};

TEST_F(ProfileTemplate, FieldsAndText) {
  EXPECT_EQ(of("/home/%(username)s"), Values{"/home/alice"});
  EXPECT_EQ(of("%(username)s@%(domain)s"), Values{"alice@example.org"});
  EXPECT_EQ(of("%(first_name)s"), Values{"Alice van"});
  EXPECT_EQ(of("%(last_name)s"), Values{"Dijk"});
  EXPECT_EQ(of("%(uid_number)s"), Values{"2017"});
  EXPECT_EQ(of("100%%"), Values{"100%"});
  EXPECT_EQ(of("%(account_control)s"), Values{"512"});
  EXPECT_EQ(of("%(password_days)s"), Values{"20454"});
  EXPECT_EQ(of("%(password_filetime)s"), Values{"134116992000000000"});
}

TEST_F(ProfileTemplate, EmptyFieldsGiveNoValue) {
  EXPECT_TRUE(of("%(email)s").empty());
  EXPECT_TRUE(of("mailto:%(email)s").empty());
  EXPECT_TRUE(of("%(expires_days)s").empty());
  EXPECT_EQ(of("%(email,username)s"), Values{"alice"});
}

TEST_F(ProfileTemplate, FiltersAndLists) {
  user.name = "Ål\xc3\xa9 B";
  EXPECT_EQ(of("%(username|upper)s"), Values{"ALICE"});
  EXPECT_EQ(of("%(name|ascii)s"), Values{"?l? B"});
  EXPECT_EQ(of("%(attributes.keys)s"), (Values{"a", "b"}));
  EXPECT_EQ(of("x-%(attributes.keys)s"), Values{"x-a"});
  EXPECT_EQ(of("%(attributes.n)s"), Values{"5"});
  EXPECT_TRUE(of("%(attributes.password)s").empty());
}

TEST_F(ProfileTemplate, AuthentiksHash) {
  // printf 7-id | sha256sum
  EXPECT_EQ(of("%(hash)s"),
            Values{"ab719c9b7996c95b1292d54a2658b3030a921704be0a0cbb12586fd42e9ee720"});
}

TEST_F(ProfileTemplate, WhatIsWrongIsSaid) {
  EXPECT_NE(error_of("%(nickname)s").find("nickname"), std::string::npos);
  EXPECT_NE(error_of("%(username)s", true).find("groups have no field"), std::string::npos);
  EXPECT_NE(error_of("50% off").find("%%"), std::string::npos);
  EXPECT_NE(error_of("%(username|rot13)s").find("rot13"), std::string::npos);
  EXPECT_FALSE(error_of("").empty());
}

TEST(GuidOctets, ThereAndBack) {
  std::string octets, uuid;
  directory::guid_octets("00112233-4455-6677-8899-aabbccddeeff", octets);
  EXPECT_EQ(octets,
            std::string("\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16));
  ASSERT_TRUE(directory::uuid_of_guid(octets, uuid));
  EXPECT_EQ(uuid, "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_FALSE(directory::uuid_of_guid("short", uuid));
  directory::guid_octets("no uuid", octets);
  EXPECT_TRUE(octets.empty());
}

}  // namespace
}  // namespace postern::test
