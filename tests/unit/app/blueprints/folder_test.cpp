#include "app/blueprints/folder.h"

#include <cstdlib>
#include <fstream>

#include "fixture.h"

namespace postern::app {
namespace {

class BlueprintFolders : public BlueprintTest {
 protected:
  void write(const std::string& name, const std::string& user, const std::string& more = "") {
    std::filesystem::create_directories((folder / "b" / name).parent_path());
    std::ofstream(folder / "b" / name)
        << "version: 1\n"
        << more << "entries:\n- model: authentik_core.user\n  identifiers: {username: " << user
        << "}\n  attrs: {name: !Env [POSTERN_TEST_NAME, plain]}\n";
  }
  FolderReport apply() {
    const std::vector<std::filesystem::path> folders{folder / "b"};
    return apply_folders(folders, *database, tools);
  }
};

TEST_F(BlueprintFolders, AppliesInPathOrderAndOnlyWhatChanged) {
  ::unsetenv("POSTERN_TEST_NAME");
  write("20.yaml", "two");
  write("10/a.yml", "one");
  write(".hidden.yaml", "hidden");
  write("notes.txt", "text");
  const FolderReport first = apply();
  ASSERT_EQ(first.applied.size(), 2U);
  EXPECT_NE(first.applied[0].file.find("10/a.yml"), std::string::npos);
  EXPECT_GT(first.change, 0);
  EXPECT_TRUE(user("hidden").empty());
  EXPECT_EQ(apply().unchanged, 2U);
  write("20.yaml", "three");
  const FolderReport third = apply();
  EXPECT_EQ(third.applied.size(), 1U);
  EXPECT_EQ(third.unchanged, 1U);
}

TEST_F(BlueprintFolders, AChangedSecretIsSeen) {
  ::setenv("POSTERN_TEST_NAME", "a", 1);
  write("a.yaml", "u");
  apply();
  ::setenv("POSTERN_TEST_NAME", "b", 1);
  EXPECT_EQ(apply().applied.size(), 1U);
  EXPECT_EQ(user("u").at("name"), "b");
  ::unsetenv("POSTERN_TEST_NAME");
}

TEST_F(BlueprintFolders, AnErrorStopsItsOwnFileOnly) {
  write("10.yaml", "[bad]");
  write("20.yaml", "fine");
  const FolderReport report = apply();
  EXPECT_EQ(report.failed, 1U);
  EXPECT_EQ(report.errors.size(), 1U);
  EXPECT_FALSE(user("fine").empty());
  EXPECT_EQ(apply().failed, 1U);
}

TEST_F(BlueprintFolders, LeavesOutByLabel) {
  write("a.yaml", "u", "metadata: {labels: {blueprints.goauthentik.io/instantiate: \"false\"}}\n");
  EXPECT_EQ(apply().left_out, 1U);
  EXPECT_TRUE(user("u").empty());
}

TEST_F(BlueprintFolders, AMissingFolderIsAnError) {
  EXPECT_EQ(to_text(apply().errors.at(0)),
            (folder / "b").string() + ": this folder cannot be read");
}

}  // namespace
}  // namespace postern::app
