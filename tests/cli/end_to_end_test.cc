// The program on a tiny model: from a folder to summaries and back.
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/test_run.h"
#include "models/synthetic_gguf.h"

namespace dobby::cli {
namespace {

using Json = nlohmann::json;

/// A model and a repository of three files in a folder of its own.
class EndToEnd : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = FreshFolder();
    models_.emplace("DOBBY_MODELS", folder_ + "/models");
    config_.emplace("XDG_CONFIG_HOME", folder_ + "/config");
    state_.emplace("XDG_STATE_HOME", folder_ + "/state");
    ASSERT_TRUE(WriteSyntheticGguf(folder_ + "/tiny.gguf", {}));
    const Ran made =
        RunDobby({"model", "import", folder_ + "/tiny.gguf", "--name", "tiny",
                  "--writes", "chunk,file,dir,repo"});
    ASSERT_EQ(made.status, kOk) << made.err;
    model_.emplace("DOBBY_MODEL", "tiny");
    repo_ = folder_ + "/repo";
    WriteText(repo_ + "/main.c", "int main(void) { return 0; }\n");
    WriteText(repo_ + "/lib/add.py", "def add(a, b):\n    return a + b\n");
    WriteText(repo_ + "/lib/blob.bin", std::string("\0\1\2", 3));
  }
  Json Index() {
    const Ran ran = RunDobby({"index", repo_, "--json", "-q"});
    EXPECT_EQ(ran.status, kOk) << ran.err;
    return Json::parse(ran.out);
  }

  std::string folder_, repo_;
  std::optional<WithVariable> models_, config_, state_, model_;
};

TEST_F(EndToEnd, IndexExportAndASecondRun) {
  const Json first = Index();
  EXPECT_EQ(first["files"], Json::parse("{\"total\":3,\"summarised\":2,"
                                        "\"skipped\":1,\"failed\":0}"));
  EXPECT_EQ(first["chunks"], Json::parse("{\"total\":2,\"summarised\":2,"
                                         "\"reused\":0,\"failed\":0}"));
  EXPECT_EQ(first["model"], "tiny");
  EXPECT_TRUE(first["engine"] == "fast" || first["engine"] == "stock");
  for (const char* key : {"schema_version", "tokens", "wall_s",
                          "chunks_per_minute", "peak_rss_bytes", "agents"}) {
    EXPECT_TRUE(first.contains(key)) << key;
  }

  const Ran exported = RunDobby({"export", repo_, "--format", "jsonl"});
  ASSERT_EQ(exported.status, kOk) << exported.err;
  std::map<std::string, int> types;
  std::istringstream lines(exported.out);
  for (std::string line; std::getline(lines, line);) {
    const Json object = Json::parse(line);
    ++types[object["type"]];
    if (object["type"] != "summary") continue;
    EXPECT_EQ(object["lines"].size(), 2u);
    EXPECT_EQ(object["freshness"], "current") << line;
  }
  // Two chunks, two files, lib, and the whole.
  const std::map<std::string, int> want = {
      {"begin", 1}, {"summary", 6}, {"skip", 1}, {"end", 1}};
  EXPECT_EQ(types, want);

  const Json second = Index();
  EXPECT_EQ(second["chunks"]["reused"], 2);
  EXPECT_EQ(second["tokens"]["generated"], 0);
}

TEST_F(EndToEnd, ReadersAgreeAndSeeChanges) {
  Index();
  const InFolder in(repo_ + "/lib");
  EXPECT_EQ(RunDobby({"verify"}).out, "6 summaries, 0 problems\n");
  EXPECT_EQ(RunDobby({"status", "--exit-code", "-q"}).status, kOk);
  EXPECT_NE(RunDobby({"show", "add.py"}).out.find("lib/add.py"),
            std::string::npos);
  EXPECT_EQ(RunDobby({"show", "lib/add.py:2"}).status, kOk);
  EXPECT_EQ(RunDobby({"show", "lib/add.py:99"}).status, kFailed);
  EXPECT_NE(RunDobby({"show", "blob.bin"}).err.find("was skipped: binary"),
            std::string::npos);
  EXPECT_NE(RunDobby({"tree", repo_}).out.find("main.c"), std::string::npos);
  EXPECT_EQ(RunDobby({"search", "add"}).status, kOk);
  EXPECT_EQ(RunDobby({"search", "zzzznothing"}).status, kNothing);

  WriteText(repo_ + "/lib/add.py", "def add(a, b):\n    return b + a\n");
  WriteText(repo_ + "/new.c", "int two(void) { return 2; }\n");
  EXPECT_EQ(RunDobby({"status", repo_, "--exit-code"}).status, kNothing);
  const Json status = Json::parse(RunDobby({"status", repo_, "--json"}).out);
  EXPECT_EQ(status["stale"], Json::parse("[\"lib/add.py\"]"));
  EXPECT_EQ(status["new"], Json::parse("[\"new.c\"]"));
  EXPECT_NE(RunDobby({"show", "add.py"}).out.find("[stale]"),
            std::string::npos);
  const Json plan = Json::parse(RunDobby({"index", "-n", "--json", repo_}).out);
  EXPECT_EQ(plan["files_to_summarise"], 2);
}

/// Returns the path of the index, as `status` tells it.
std::string DbOf(const std::string& folder) {
  const Ran ran = RunDobby({"status", folder, "--json"});
  EXPECT_EQ(ran.status, kOk) << ran.err;
  return ran.status == kOk ? Json::parse(ran.out)["db"].get<std::string>() : "";
}

TEST_F(EndToEnd, TheIndexIsOutsideTheTreeUnlessAskedFor) {
  Index();
  EXPECT_FALSE(std::filesystem::exists(repo_ + "/.dobby"));
  EXPECT_EQ(DbOf(repo_ + "/lib").rfind(folder_ + "/state/dobby/indexes/repo-"),
            0u);
  const Ran doctor = [&] {
    const InFolder in(repo_);
    return RunDobby({"doctor"});
  }();
  EXPECT_NE(doctor.out.find("/state/dobby/indexes/repo-"), std::string::npos);

  EXPECT_EQ(RunDobby({"index", repo_, "--here", "-q"}).status, kOk);
  EXPECT_EQ(DbOf(repo_).rfind(repo_ + "/.dobby/"), 0u);
  EXPECT_EQ(Index()["chunks"]["reused"], 2) << "goes on there";
  std::filesystem::rename(repo_, folder_ + "/moved");
  EXPECT_EQ(DbOf(folder_ + "/moved").rfind(folder_ + "/moved/.dobby/"), 0u);
}

TEST_F(EndToEnd, AnIndexThatATreeBringsIsLeftAlone) {
  const std::string db = repo_ + "/.dobby/index.db";
  ASSERT_EQ(RunDobby({"index", repo_, "-q", "--db", db}).status, kOk);
  const std::string before = ReadText(db);
  const Ran tree = RunDobby({"tree", repo_});
  EXPECT_EQ(tree.status, kFailed) << "there is no index yet";
  EXPECT_NE(tree.err.find("left alone"), std::string::npos) << tree.err;
  EXPECT_NE(tree.err.find("--db " + db), std::string::npos) << tree.err;
  const Ran index = RunDobby({"index", repo_, "--progress", "none"});
  EXPECT_EQ(index.status, kOk) << index.err;
  EXPECT_NE(index.err.find("left alone"), std::string::npos) << index.err;
  const Ran here = RunDobby({"index", repo_, "--here", "-q"});
  EXPECT_EQ(here.status, kFailed);
  EXPECT_NE(here.err.find("remove it"), std::string::npos) << here.err;
  EXPECT_EQ(ReadText(db), before);
  EXPECT_EQ(RunDobby({"tree", repo_, "--db", db}).status, kOk);
}

TEST_F(EndToEnd, TheRootThatAFileTellsIsNotFollowed) {
  const std::string db = folder_ + "/one.db";
  ASSERT_EQ(RunDobby({"index", repo_, "-q", "--db", db}).status, kOk);
  WriteText(repo_ + "/main.c", "int main(void) { return 1; }\n");
  const auto is_stale = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"tree", "--db", db};
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = RunDobby(words);
    EXPECT_EQ(ran.status, kOk) << ran.err;
    const bool warned = ran.err.find("not compared") != std::string::npos;
    const bool stale = ran.out.find("stale") != std::string::npos;
    EXPECT_NE(warned, stale) << ran.err;
    return stale;
  };
  std::filesystem::create_directories(folder_ + "/elsewhere");
  {
    const InFolder in(folder_ + "/elsewhere");
    EXPECT_FALSE(is_stale({}));
    EXPECT_TRUE(is_stale({repo_}));
  }
  {
    const InFolder in(folder_);
    EXPECT_TRUE(is_stale({})) << "below the current folder";
  }
  const InFolder in(repo_ + "/lib");
  EXPECT_FALSE(is_stale({})) << "above it";
  std::filesystem::create_directory(repo_ + "/.git");
  EXPECT_TRUE(is_stale({})) << "the top of its work tree";
}

TEST_F(EndToEnd, ADryRunCountsWhatTheRunWouldAsk) {
  const auto to_do = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"index", "-n", "--json", "-q", repo_};
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = RunDobby(words);
    EXPECT_EQ(ran.status, kOk) << ran.err;
    return Json::parse(ran.out)["files_to_summarise"].get<int>();
  };
  EXPECT_EQ(to_do({}), 2);
  Index();
  EXPECT_EQ(to_do({}), 0);
  EXPECT_EQ(to_do({"--compress", "none"}), 2);
  ASSERT_EQ(RunDobby({"model", "import", folder_ + "/tiny.gguf", "--name",
                      "other", "--writes", "file"})
                .status,
            kOk);
  EXPECT_EQ(to_do({"--model", "other"}), 2);
  EXPECT_EQ(to_do({"--model", "tiny"}), 0);
  EXPECT_EQ(to_do({"--model", folder_ + "/tiny.gguf"}), 0)
      << "the name is that of the file";
  EXPECT_EQ(to_do({"--model", "none"}), 0) << "any counts";
  // The author's words take no model, unless it is to write all.
  WriteText(repo_ + "/main.c", "// Says two.\nint main() { return 2; }\n");
  Index();
  const Ran ran = RunDobby({"index", repo_, "-q", "--json", "--only-model"});
  EXPECT_GT(Json::parse(ran.out)["chunks"]["summarised"].get<int>(), 0);
  Index();
  EXPECT_GT(to_do({"--only-model"}), 0);
}

TEST_F(EndToEnd, AStopRequestKeepsWorkAndExitsWith130) {
  std::istringstream in;
  std::ostringstream out, err;
  Io io{in, out, err};
  std::stop_source stop;
  io.stop = stop.get_token();
  stop.request_stop();
  EXPECT_EQ(RunCli({"index", repo_, "-q"}, io), kInterrupted) << err.str();
  EXPECT_EQ(Index()["files"]["summarised"], 2);
}

TEST_F(EndToEnd, ASingleFileNeedsADatabaseOfItsOwn) {
  EXPECT_EQ(RunDobby({"index", repo_ + "/main.c"}).status, kFailed);
  const Ran ran =
      RunDobby({"index", repo_ + "/main.c", "-q", "--db", folder_ + "/one.db"});
  EXPECT_EQ(ran.status, kOk) << ran.err;
  EXPECT_EQ(ran.out, "") << "-q leaves errors only";
}

TEST_F(EndToEnd, WorkerAnswersEverySnippet) {
  const Ran ran = RunDobby({"worker"},
                           "{\"id\":1,\"code\":\"int a;\",\"lang\":\"c\"}\n"
                           "oops\n"
                           "{\"id\":2,\"code\":\"x = 1\",\"path\":\"a.py\","
                           "\"style\":\"sentence\"}\n");
  EXPECT_EQ(ran.status, kOk) << ran.err;
  std::map<std::string, std::size_t> lines;
  std::istringstream answers(ran.out);
  for (std::string line; std::getline(answers, line);) {
    const Json answer = Json::parse(line);
    lines[answer["id"].dump()] =
        answer.contains("lines") ? answer["lines"].size() : 0;
  }
  const std::map<std::string, std::size_t> want = {
      {"1", 2}, {"2", 1}, {"null", 0}};
  EXPECT_EQ(lines, want);
}

TEST_F(EndToEnd, TokensLogitsAndBench) {
  const Ran plain = RunDobby({"tokens"}, "<|im_start|>");
  EXPECT_EQ(plain.status, kOk) << plain.err;
  EXPECT_GT(Json::parse(plain.out).size(), 1u);
  const Ran trusted = RunDobby({"tokens", "--trusted"}, "<|im_start|>");
  EXPECT_EQ(trusted.out, "[1]\n");

  const std::string npy = folder_ + "/l.npy";
  const Ran logits =
      RunDobby({"logits", "--ids", "-", "--out", npy}, plain.out);
  EXPECT_EQ(logits.status, kOk) << logits.err;
  EXPECT_EQ(ReadText(npy).substr(1, 5), "NUMPY");

  WriteText(folder_ + "/p.jsonl",
            "{\"id\":1,\"prompt\":\"<|im_start|>user\\na<|im_end|>\\n\"}\n"
            "{\"id\":2,\"prompt\":\"<|im_start|>user\\nb<|im_end|>\\n\"}\n");
  const std::string trace = folder_ + "/trace.json";
  const std::string generated = folder_ + "/tokens.jsonl";
  const Ran bench = RunDobby(
      {"bench", "--prompts", folder_ + "/p.jsonl", "--agents", "2",
       "--fixed-agents", "--max-new-tokens", "5", "--ignore-eos", "--threads",
       "1", "--json", "--trace", trace, "--out-tokens", generated});
  ASSERT_EQ(bench.status, kOk) << bench.err;
  const Json result = Json::parse(bench.out);
  EXPECT_EQ(result["chunks"], 2);
  EXPECT_EQ(result["generated_tokens"], 10);
  for (const char* key :
       {"wall_s", "prompt_tokens", "ttft_ms_mean", "prefill_tokens_per_s",
        "decode_tokens_per_s", "peak_rss_bytes"}) {
    EXPECT_GT(result[key].get<double>(), 0) << key;
  }
  std::istringstream lines(ReadText(generated));
  std::string line;
  for (int prompt = 0; prompt < 2; ++prompt) {
    ASSERT_TRUE(std::getline(lines, line)) << prompt;
    EXPECT_EQ(Json::parse(line).size(), 5u) << line;
  }
  const Json events = Json::parse(ReadText(trace));
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events[0]["ph"], "X");
}

TEST_F(EndToEnd, EvalScoresModelsSideBySideAndGoesOn) {
  WriteText(
      folder_ + "/rows.jsonl",
      "{\"id\":\"1\",\"lang\":\"c\",\"code\":\"int two(void) { return 2; "
      "}\",\"reference\":\"Returns two.\"}\n"
      "{\"id\":\"2\",\"lang\":\"python\",\"code\":\"def f(a):\\n  return a "
      "== 1\",\"references\":[\"Whether a is one.\"]}\n");
  const std::vector<std::string> words = {"eval",
                                          "--data",
                                          folder_ + "/rows.jsonl",
                                          "--model",
                                          "tiny",
                                          "--model",
                                          "tiny",
                                          "--style",
                                          "sentence",
                                          "--report",
                                          folder_ + "/report",
                                          "--perturb"};
  const Ran first = RunDobby(words);
  ASSERT_EQ(first.status, kOk) << first.err;
  EXPECT_NE(first.out.find("| constant sentence |"), std::string::npos);
  EXPECT_NE(first.out.find("renamed: "), std::string::npos);
  const Json report = Json::parse(ReadText(folder_ + "/report/report.json"));
  ASSERT_EQ(report["systems"].size(), 4u);
  EXPECT_EQ(report["systems"][2]["answers"], report["systems"][3]["answers"]);
  EXPECT_NE(ReadText(folder_ + "/report/report.html").find("<svg"),
            std::string::npos);
  const std::string answers = ReadText(folder_ + "/report/tiny-sentence.jsonl");
  EXPECT_EQ(RunDobby(words).status, kOk);
  EXPECT_EQ(ReadText(folder_ + "/report/tiny-sentence.jsonl"), answers);

  const Ran twice = RunDobby({"worker", "--model", "a", "--model", "b"});
  EXPECT_EQ(twice.status, kFailed);
  EXPECT_NE(twice.err.find("more than once"), std::string::npos) << twice.err;
  EXPECT_EQ(RunDobby({"eval"}).status, kFailed);
  EXPECT_EQ(RunDobby({"eval", "--data", folder_ + "/no"}).status, kFailed);
}

TEST_F(EndToEnd, DoctorIsContent) {
  const Ran ran = RunDobby({"doctor", "--json"});
  EXPECT_EQ(ran.status, kOk) << ran.out;
  EXPECT_TRUE(Json::parse(ran.out)["healthy"].get<bool>());
}

TEST_F(EndToEnd, ACorruptModelIsNamed) {
  WriteText(folder_ + "/models/tiny/tokenizer.json", "{}");
  const Ran ran = RunDobby({"model", "verify", "tiny"});
  EXPECT_EQ(ran.status, kNoModel);
  EXPECT_NE(ran.err.find("tokenizer.json"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace dobby::cli
