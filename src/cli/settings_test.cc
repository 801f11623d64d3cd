#include "cli/settings.h"

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
  RepoFile("agents = 3\n");
  EXPECT_EQ(Resolve({})->Amount(FlagId::kAgents), 3u);
  const WithVariable variable("DOBBY_AGENTS", "4");
  EXPECT_EQ(Resolve({})->Amount(FlagId::kAgents), 4u);
  EXPECT_EQ(Resolve({})->Of(FlagId::kAgents).origin, "DOBBY_AGENTS");
  EXPECT_EQ(Resolve(flag)->Amount(FlagId::kAgents), 5u);
  EXPECT_EQ(Resolve(flag)->Of(FlagId::kAgents).origin, "--agents");
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(SettingsTest, ARepositoryNeverSaysWhichModelOrWhereOutputGoes) {
  RepoFile("model = '/evil'\ndb = '/tmp/x'\nout = 'x'\nhidden = true\n");
  const auto settings = Resolve({});
  ASSERT_TRUE(settings);
  EXPECT_FALSE(settings->IsSet(FlagId::kModel));
  EXPECT_FALSE(settings->IsSet(FlagId::kDb));
  EXPECT_FALSE(settings->IsSet(FlagId::kOut));
  EXPECT_TRUE(settings->On(FlagId::kHidden));
  EXPECT_EQ(warnings_.size(), 3u);
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
  WriteText(folder_ + "/.dobby.toml", "agents = 7\n");
  EXPECT_EQ(Resolve({})->Amount(FlagId::kAgents), 10u);
  std::filesystem::remove_all(folder_ + "/repo/.git");
  EXPECT_EQ(Resolve({})->Amount(FlagId::kAgents), 7u);
}

}  // namespace
}  // namespace dobby::cli
