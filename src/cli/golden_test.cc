// Whole outputs, compared with files. DOBBY_UPDATE_GOLDENS=1 rewrites them.
#include <cstdio>

#include "cli/completions.h"
#include "cli/test_run.h"

namespace dobby::cli {
namespace {

std::string GoldenPath(const std::string& name) {
  return std::string(DOBBY_TEST_DATA) + "/cli/golden/" + name;
}

void ExpectGolden(const std::string& name, const std::string& text) {
  const char* update = std::getenv("DOBBY_UPDATE_GOLDENS");
  if (update && std::string(update) == "1") WriteText(GoldenPath(name), text);
  EXPECT_EQ(text, ReadText(GoldenPath(name))) << name;
}

TEST(Golden, OutputsAreAsKept) {
  struct Case {
    const char* file;
    std::vector<std::string> words;
  };
  for (const Case& c :
       {Case{"help.txt", {"--help"}}, Case{"help_short.txt", {"-h"}},
        Case{"help_index.txt", {"index", "--help"}},
        Case{"help_index_short.txt", {"index", "-h"}},
        Case{"help_worker.txt", {"worker", "--help"}},
        Case{"help_model.txt", {"model", "--help"}},
        Case{"help_model_import.txt", {"model", "import", "--help"}},
        Case{"dobby.1", {"--man"}},
        Case{"completions.bash", {"completions", "bash"}},
        Case{"completions.zsh", {"completions", "zsh"}},
        Case{"completions.fish", {"completions", "fish"}}}) {
    const Ran ran = RunDobby(c.words);
    EXPECT_EQ(ran.status, kOk) << c.file;
    EXPECT_EQ(ran.err, "") << c.file;
    ExpectGolden(c.file, ran.out);
  }
}

TEST(Golden, LinesOfHelpFitATerminal) {
  for (const char* file : {"help.txt", "help_index.txt", "help_worker.txt",
                           "help_index_short.txt"}) {
    std::istringstream lines(ReadText(GoldenPath(file)));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 80u) << file << ": " << line;
    }
  }
}

TEST(Errors, AreOneLineWithAHintAndTheirStatus) {
  const WithVariable no_models("DOBBY_MODELS", FreshFolder() + "/none");
  const InFolder in(FreshFolder());
  struct Case {
    std::vector<std::string> words;
    int status;
    const char* err;
  };
  for (const Case& c :
       {Case{{"indx"},
             2,
             "dobby: indx: there is no such command; did you mean index?; "
             "`dobby --help` lists them\n"},
        Case{{"index", "--agents", "no"},
             2,
             "dobby: --agents: \"no\" is not a number from 1 to 256\n"},
        Case{{"export", "--format", "xml"},
             2,
             "dobby: --format: \"xml\" is not one of text, markdown, json, "
             "jsonl, llms.txt\n"},
        Case{{"tree"},
             2,
             "dobby: .: there is no index at or above this folder; make one "
             "with `dobby index`, or name one with --db\n"},
        Case{{"logits", "--out", "x.npy"}, 2, "dobby: --ids: is needed\n"},
        Case{{"bench"},
             2,
             "dobby: --prompts: is needed: a file of JSON lines\n"}}) {
    const Ran ran = RunDobby(c.words);
    EXPECT_EQ(ran.status, c.status) << c.err;
    EXPECT_EQ(ran.err, c.err);
    EXPECT_EQ(ran.out, "") << c.err;
  }
}

TEST(Errors, AreAnObjectUnderJson) {
  const InFolder in(FreshFolder());
  const Ran ran = RunDobby({"status", "--json"});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_EQ(ran.out.rfind("{\"schema_version\":1,\"error\":{\"code\":"
                          "\"not_found\",\"message\":",
                          0),
            0u)
      << ran.out;
}

TEST(Errors, AMissingModelIsStatusFour) {
  const WithVariable none("DOBBY_MODELS", FreshFolder() + "/none");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"worker"},
        {"tokens"},
        {"model", "verify", "absent"},
        {"doctor"}}) {
    EXPECT_EQ(RunDobby(words).status, kNoModel) << words.front();
  }
}

/// Returns what bash offers for the words of a command line.
std::string BashOffers(const std::string& words) {
  const std::string script = FreshFolder() + "/c.bash";
  WriteText(script, BashCompletions() + "compopt() { echo files; }\n" +
                        "COMP_WORDS=(" + words + ")\n" +
                        "COMP_CWORD=$((${#COMP_WORDS[@]}-1))\n_dobby\n" +
                        "echo \"${COMPREPLY[*]}\"\n");
  std::FILE* bash = ::popen(("bash " + script).c_str(), "r");
  std::string offers;
  for (int c; (c = std::fgetc(bash)) != EOF;) {
    offers += static_cast<char>(c);
  }
  EXPECT_EQ(::pclose(bash), 0);
  return offers;
}

TEST(Completions, BashOffersWhatFits) {
  struct Case {
    const char* words;
    const char* offers;
  };
  for (const Case& c :
       {Case{"dobby ind", "index\n"}, Case{"dobby model im", "import\n"},
        Case{"dobby index --ag", "--agents\n"},
        Case{"dobby model import --bi", "--bits\n"},
        Case{"dobby export --format js", "json jsonl\n"},
        Case{"dobby completions z", "zsh\n"},
        Case{"dobby show sr", "files\n\n"}}) {
    EXPECT_EQ(BashOffers(c.words), c.offers) << c.words;
  }
}

}  // namespace
}  // namespace dobby::cli
