#include "cli/settings.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>

#include "cli/test_run.h"

namespace dobby::cli {
namespace {

/// A repository and a user, each with a configuration.
class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = FreshFolder();
    home_.emplace("XDG_CONFIG_HOME", folder_ + "/config");
    std::filesystem::create_directories(folder_ + "/repo/.git");
  }
  void UserFile(const std::string& text) {
    WriteText(folder_ + "/config/dobby/config.toml", text);
  }
  void RepoFile(const std::string& text) {
    WriteText(folder_ + "/repo/.dobby.toml", text);
  }
  Result<Settings> Resolve(const FlagTexts& flags) {
    warnings_.clear();
    return ResolveSettings(flags, folder_ + "/repo", &warnings_);
  }

  std::string folder_;
  std::optional<WithVariable> home_;
  std::vector<std::string> warnings_;
};

TEST_F(SettingsTest, TheFirstPlaceThatHasItWins) {
  const FlagTexts flag = {{FlagId::kAgents, {"5"}}};
  EXPECT_EQ(Resolve({})->Of(FlagId::kAgents).origin, "default");
  EXPECT_EQ(Resolve({})->Amount(FlagId::kAgents), 10u);
  UserFile("agents = 2\n");
  EXPECT_EQ(Resolve({})->Amount(FlagId::kAgents), 2u);
  const WithVariable variable("DOBBY_AGENTS", "4");
  EXPECT_EQ(Resolve({})->Amount(FlagId::kAgents), 4u);
  EXPECT_EQ(Resolve({})->Of(FlagId::kAgents).origin, "DOBBY_AGENTS");
  EXPECT_EQ(Resolve(flag)->Amount(FlagId::kAgents), 5u);
  EXPECT_EQ(Resolve(flag)->Of(FlagId::kAgents).origin, "--agents");
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(SettingsTest, ARepositoryOnlyLeavesFilesOut) {
  for (const Flag& flag : AllFlags()) {
    if (flag.scope == Scope::kCommandLine) continue;
    const bool narrows =
        flag.id == FlagId::kInclude || flag.id == FlagId::kExclude;
    RepoFile(std::string(flag.name) +
             (flag.kind == ValueKind::kSwitch ? " = true\n" : " = '1000'\n"));
    const auto settings = Resolve({});
    ASSERT_TRUE(settings) << flag.name;
    EXPECT_EQ(settings->IsSet(flag.id), narrows) << flag.name;
    ASSERT_EQ(warnings_.size(), narrows ? 0u : 1u) << flag.name;
    if (narrows) continue;
    EXPECT_NE(warnings_[0].find("may not set"), std::string::npos);
  }
}

TEST_F(SettingsTest, WhatTheUserLeavesOutStaysOut) {
  using Patterns = std::vector<std::string>;
  UserFile("exclude = ['secrets']\n");
  RepoFile("exclude = ['vendor']\ninclude = ['*.c']\n");
  EXPECT_EQ(Resolve({})->RepositoryOptions().exclude,
            (Patterns{"vendor", "secrets"}));
  EXPECT_EQ(Resolve({})->RepositoryOptions().include, Patterns{"*.c"});
  UserFile("include = ['*.py']\n");
  EXPECT_EQ(Resolve({})->RepositoryOptions().include, Patterns{"*.py"});
  EXPECT_EQ(Resolve({{FlagId::kExclude, {"x"}}})->RepositoryOptions().exclude,
            Patterns{"x"});
}

TEST_F(SettingsTest, WhatARepositoryWroteIsNotRepeated) {
  for (const char* text :
       {"[core]\n\tPASSWORD = hunter2\n", "\"hunter2\n",
        "exclude = { a = 'hunter2' }\n", "exclude = [['hunter2']]\n"}) {
    RepoFile(text);
    const auto settings = Resolve({});
    ASSERT_FALSE(settings) << text;
    EXPECT_EQ(settings.error().ToString().find("hunter2"), std::string::npos)
        << settings.error().ToString();
    EXPECT_NE(settings.error().context.find(".dobby.toml:"), std::string::npos);
  }
}

TEST_F(SettingsTest, OnlyARegularFileOfTheRepositoryIsRead) {
  const std::string file = folder_ + "/repo/.dobby.toml";
  WriteText(folder_ + "/secret", "exclude = ['hunter2']\n");
  struct Case {
    const char* name;
    std::function<void()> make;
  };
  for (const Case& c :
       {Case{"a link",
             [&] { std::filesystem::create_symlink("../secret", file); }},
        Case{"a fifo", [&] { ::mkfifo(file.c_str(), 0600); }},
        Case{"a folder", [&] { std::filesystem::create_directory(file); }}}) {
    std::filesystem::remove_all(file);
    c.make();
    const auto settings = Resolve({});
    ASSERT_TRUE(settings) << c.name;
    EXPECT_FALSE(settings->IsSet(FlagId::kExclude)) << c.name;
    ASSERT_EQ(warnings_.size(), 1u) << c.name;
    EXPECT_NE(warnings_[0].find("left alone"), std::string::npos) << c.name;
  }
  std::filesystem::remove_all(file);
  std::filesystem::create_hard_link(folder_ + "/secret", file);
  EXPECT_FALSE(Resolve({})) << "a second name of a file";
  std::filesystem::remove(file);
  RepoFile("# " + std::string(70'000, 'x'));
  EXPECT_EQ(Resolve({}).error().code, ErrorCode::kTooLarge);
}

TEST_F(SettingsTest, WarningsOfARepositoryAreFewAndShort) {
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += "k" + std::to_string(i) + " = 1\n";
  }
  RepoFile(text);
  ASSERT_TRUE(Resolve({}));
  EXPECT_LE(warnings_.size(), 10u);
  RepoFile(std::string(1000, 'k') + " = 1\n");
  ASSERT_TRUE(Resolve({}));
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_LT(warnings_[0].size(), 400u);
}

TEST_F(SettingsTest, TheUserMay) {
  UserFile("model = 'mine'\nexclude = ['a', 'b']\n");
  const auto settings = Resolve({});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->Text(FlagId::kModel), "mine");
  EXPECT_EQ(settings->RepositoryOptions().exclude,
            (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(SettingsTest, UnknownKeysAreSaid) {
  UserFile("colour = 'always'\n");
  EXPECT_TRUE(Resolve({}));
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_[0].find("no setting \"colour\""), std::string::npos);
}

TEST_F(SettingsTest, BadValuesSayWhereTheyStand) {
  UserFile("agents = 0\n");
  EXPECT_NE(Resolve({}).error().context.find("config.toml"), std::string::npos);
  UserFile("x = \n");
  EXPECT_NE(Resolve({}).error().context.find("config.toml:1"),
            std::string::npos);
  UserFile("agents = { a = 1 }\n");
  EXPECT_EQ(Resolve({}).error().code, ErrorCode::kUsage);
  UserFile("");
  const WithVariable variable("DOBBY_TIMEOUT", "soon");
  EXPECT_EQ(Resolve({}).error().context, "DOBBY_TIMEOUT");
}

TEST_F(SettingsTest, TheSearchEndsAtTheTopOfTheWorkTree) {
  WriteText(folder_ + "/.dobby.toml", "exclude = ['x']\n");
  EXPECT_FALSE(Resolve({})->IsSet(FlagId::kExclude));
  std::filesystem::remove_all(folder_ + "/repo/.git");
  EXPECT_TRUE(Resolve({})->IsSet(FlagId::kExclude));
}

TEST_F(SettingsTest, AFileOfAnotherUserAboveTheFolderIsLeftAlone) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  constexpr uid_t kNobody = 65534;
  std::filesystem::remove_all(folder_ + "/repo/.git");
  const std::string above = folder_ + "/.dobby.toml";
  WriteText(above, "exclude = ['x']\n");
  ASSERT_EQ(::chown(above.c_str(), kNobody, kNobody), 0);
  EXPECT_FALSE(Resolve({})->IsSet(FlagId::kExclude));
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_THAT(warnings_[0], testing::HasSubstr("another user"));
  // The tree is that user's too: what it leaves out is.
  ASSERT_EQ(::chown((folder_ + "/repo").c_str(), kNobody, kNobody), 0);
  EXPECT_TRUE(Resolve({})->IsSet(FlagId::kExclude));
}

}  // namespace
}  // namespace dobby::cli
