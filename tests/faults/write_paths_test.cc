// Every write path with a fault at its n-th call, n from 1 to the end: what is
// there afterwards is the old content or the new one, never half of it, what
// was acknowledged is never lost, and the next run mends all that is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>
#include <new>
#include <ostream>
#include <string>
#include <vector>

#include "base/files.h"
#include "dobby/model.h"
#include "dobby/ratings.h"
#include "dobby/store.h"
#include "failing_calls.h"
#include "models/fast_graph.h"
#include "models/synthetic_gguf.h"
#include "store/database.h"
#include "store/sample_records.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;
using faults::Call;
using faults::Mode;

/// Told of each thing that was done and acknowledged.
using Step = std::function<void()>;

/// A write path: from what `prepare` leaves to what `run` makes of it.
struct WritePath {
  const char* name;
  std::function<void(const std::string& folder)> prepare;
  std::function<Result<void>(const std::string& folder, const Step& done)> run;
  /// Returns what a reader finds; "broken" for half of something.
  std::function<std::string(const std::string& folder)> content;
};

void PrintTo(const WritePath& path, std::ostream* out) { *out << path.name; }

Result<void> SaveAtomically(const std::string& folder, const Step& done) {
  auto written = WriteFileAtomically(folder + "/file", "new content");
  if (written) done();
  return written;
}

std::string TextOfFile(const std::string& folder) {
  const auto text = ReadWholeFile(folder + "/file");
  return text ? *text : "nothing";
}

Result<void> WriteIndex(const std::string& folder, int seed, const Step& done) {
  auto store = Store::OpenForWriting(folder + "/state/index.db");
  if (!store) return store.error();
  const auto stepped = [&](Result<void> result) {
    if (result) done();
    return result;
  };
  if (auto ok = stepped((*store)->Begin("/root", "name", "model", "prompts"));
      !ok) {
    return ok;
  }
  for (int i = 0; i < 3; ++i) {
    const auto record = SampleFile("f" + std::to_string(i), 2, seed + i);
    for (const auto& node : record.nodes) {
      if (auto ok = (*store)->Save(node.key, node.text); !ok) return ok;
    }
    if (auto ok = stepped((*store)->ReplaceFile(record)); !ok) return ok;
  }
  const auto dir =
      SampleNode(Level::kRepo, ".", "Is " + std::to_string(seed), "Holds.");
  if (auto ok = stepped((*store)->ReplaceDir(dir)); !ok) return ok;
  return stepped((*store)->Finish({"f0", "f1", "f2"}, {"."}));
}

std::string IndexContent(const std::string& folder) {
  const std::string path = folder + "/state/index.db";
  auto store = Store::OpenForReading(path);
  if (!store && store.error().code == ErrorCode::kNotFound) return "nothing";
  if (!store) return "broken: " + store.error().ToString();
  const auto snapshot = (*store)->Load("");
  if (!snapshot) return "broken: " + snapshot.error().ToString();
  store->reset();
  auto database = Database::Open(path, Database::Access::kWrite);
  std::string verdict;
  const auto checked = database ? (*database)->Each("PRAGMA integrity_check",
                                                    [&](const Statement& row) {
                                                      verdict += row.Text(0);
                                                    })
                                : Result<void>(database.error());
  if (!checked || verdict != "ok") return "broken: " + verdict;
  std::string text = snapshot->name;
  for (const auto& node : snapshot->nodes) {
    text += "\n" + node.path + " " + node.text.lines[0];
  }
  if (snapshot->finished_unix_s > 0) text += "\nfinished";
  return text.empty() ? "nothing" : text;
}

Rating SampleRating(int number) {
  return {"Ann",      "row",        "candidate " + std::to_string(number),
          "Does it.", {1, 2, 3, 4}, "2026-11-24T15:30:00Z"};
}

Result<void> Rate(const std::string& folder, const Step& done) {
  auto file = RatingsFile::Open(folder + "/ratings.jsonl");
  if (!file) return file.error();
  for (int i = 1; i < 4; ++i) {
    if (auto kept = file->Append(SampleRating(i)); !kept) return kept;
    done();
  }
  return {};
}

std::string RatingsContent(const std::string& folder) {
  std::string warning;
  const auto ratings = ReadRatings(folder + "/ratings.jsonl", &warning);
  if (!ratings) return "broken: " + ratings.error().ToString();
  std::string text;
  for (const Rating& rating : *ratings) text += rating.candidate + "\n";
  return text.empty() ? "nothing" : text;
}

void WriteTinyGguf(const std::string& folder) {
  SyntheticGguf tiny;
  tiny.shape.layers = 1;
  tiny.shape.width = tiny.shape.ffn_width = 32;
  tiny.shape.heads = 2;
  tiny.shape.kv_heads = 1;
  tiny.shape.context = 64;
  ASSERT_TRUE(WriteSyntheticGguf(folder + "/tiny.gguf", tiny));
  tiny.seed = 2;
  ASSERT_TRUE(WriteSyntheticGguf(folder + "/other.gguf", tiny));
}

Result<void> Import(const std::string& folder, const std::string& gguf,
                    const Step& done) {
  ImportOptions options;
  options.name = "tiny";
  options.out_dir = folder + "/models";
  options.replace = true;
  auto report = ImportGguf(folder + "/" + gguf, options);
  if (!report) return report.error();
  done();
  return {};
}

std::string ModelContent(const std::string& folder) {
  const std::string path = folder + "/models/tiny";
  if (!fs::exists(path)) return "nothing";
  const auto model = VerifyModel(path);
  return model ? model->id.ToHex() : "broken: " + model.error().ToString();
}

Result<void> PackWeights(const std::string& folder, const Step& done) {
  ::setenv("DOBBY_CACHE", (folder + "/cache").c_str(), 1);
  const auto model = VerifyModel(folder + "/models/tiny");
  if (!model) return model.error();
  const auto graph = DeriveFastGraph(*model);
  if (!graph) return graph.error();
  done();
  return {};
}

std::string PackedContent(const std::string& folder) {
  std::string text;
  std::error_code code;
  for (const auto& entry :
       fs::directory_iterator(folder + "/cache/packed", code)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".")) continue;
    const auto file = ReadWholeFile(entry.path().string() + "/weights.bin");
    text += name + " " + (file ? HashOf(*file).ToHex() : "broken");
  }
  return text.empty() ? "nothing" : text;
}

void Ignore() {}

const std::vector<WritePath>& WritePaths() {
  static const std::vector<WritePath> paths = {
      {"NewFile", [](auto&) {}, SaveAtomically, TextOfFile},
      {"ReplacedFile",
       [](auto& folder) {
         ASSERT_TRUE(WriteFileAtomically(folder + "/file", "old"));
       },
       SaveAtomically, TextOfFile},
      {"NewIndex", [](auto&) {},
       [](auto& folder, auto& done) { return WriteIndex(folder, 100, done); },
       IndexContent},
      {"ReplacedIndex",
       [](auto& folder) { ASSERT_TRUE(WriteIndex(folder, 0, Ignore)); },
       [](auto& folder, auto& done) { return WriteIndex(folder, 100, done); },
       IndexContent},
      {"NewRatings", [](auto&) {}, Rate, RatingsContent},
      {"MoreRatings",
       [](auto& folder) {
         auto file = RatingsFile::Open(folder + "/ratings.jsonl");
         ASSERT_TRUE(file && file->Append(SampleRating(0)));
       },
       Rate, RatingsContent},
      {"NewModel", WriteTinyGguf,
       [](auto& folder, auto& done) {
         return Import(folder, "tiny.gguf", done);
       },
       ModelContent},
      {"ReplacedModel",
       [](auto& folder) {
         WriteTinyGguf(folder);
         ASSERT_TRUE(Import(folder, "tiny.gguf", Ignore));
       },
       [](auto& folder, auto& done) {
         return Import(folder, "other.gguf", done);
       },
       ModelContent},
      {"PackedWeights",
       [](auto& folder) {
         WriteTinyGguf(folder);
         ASSERT_TRUE(Import(folder, "tiny.gguf", Ignore));
       },
       PackWeights, PackedContent},
  };
  return paths;
}

/// How a run with a fault ended.
struct Ending {
  enum { kDone, kFailed, kKilled, kNoFault, kCrashed } how = kCrashed;
  int steps = 0;
  std::string error;
};

/// What a child tells its parent.
struct Told {
  int steps;
  char error[400];
};

class Faults : public testing::TestWithParam<WritePath> {
 protected:
  void SetUp() override {
    // In memory where there is such a place: a disk would be waited for often.
    folder_ =
        (fs::is_directory("/dev/shm") ? "/dev/shm/" : testing::TempDir()) +
        "dobby_faults_" + std::to_string(::getpid()) + GetParam().name;
    told_ =
        static_cast<Told*>(::mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    ASSERT_NE(told_, MAP_FAILED);
    Fresh();
    states_ = {GetParam().content(folder_)};
    const auto whole = GetParam().run(
        folder_, [&] { states_.push_back(GetParam().content(folder_)); });
    ASSERT_TRUE(whole) << whole.error().ToString();
    ASSERT_EQ(GetParam().content(folder_), states_.back());
    ASSERT_NE(states_.front(), states_.back()) << "the path changes nothing";
    names_ = Names();
  }
  void TearDown() override {
    ::munmap(told_, sizeof(Told));
    fs::remove_all(folder_);
  }

  void Fresh() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    GetParam().prepare(folder_);
  }

  /// Returns everything in the folder by name, but for SQLite's own files,
  /// which come and go.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      const std::string name = fs::relative(entry.path(), folder_).string();
      if (!name.ends_with("-wal") && !name.ends_with("-shm")) {
        names.push_back(name);
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Ending RunWith(const faults::Fault& fault) {
    *told_ = {};
    const pid_t child = ::fork();
    if (child == 0) ::_exit(InChild(fault));
    int status = 0;
    ::waitpid(child, &status, 0);
    Ending ending;
    ending.steps = told_->steps;
    ending.error = told_->error;
    if (!WIFEXITED(status)) return ending;
    const int exit = WEXITSTATUS(status);
    if (exit == faults::kKilledStatus) ending.how = Ending::kKilled;
    if (exit == 0) ending.how = Ending::kDone;
    if (exit == 1) ending.how = Ending::kFailed;
    if (exit == 2) ending.how = Ending::kNoFault;
    return ending;
  }

  /// Runs the path in a process of its own; returns its exit status.
  int InChild(const faults::Fault& fault) {
    // As in the program: not every library can be unwound.
    std::set_new_handler([] { ::_exit(faults::Disarm() ? 1 : 3); });
    faults::Arm(fault);
    const auto result = GetParam().run(folder_, [&] { ++told_->steps; });
    if (!faults::Disarm()) return 2;
    if (result) return 0;
    const std::string text = result.error().ToString();
    text.copy(told_->error, sizeof told_->error - 1);
    return result.error().code == ErrorCode::kInternal ? 3 : 1;
  }

  /// Checks that nothing but what a whole run leaves is there. A process that
  /// is killed, or may not remove anything, leaves what it was writing.
  void CheckNames(const faults::Fault& fault) const {
    std::vector<std::string> left;
    const std::vector<std::string> names = Names();
    std::set_symmetric_difference(names.begin(), names.end(), names_.begin(),
                                  names_.end(), std::back_inserter(left));
    if (fault.mode == Mode::kKill || fault.call == Call::kRemove) {
      std::erase_if(left, [](const std::string& name) {
        return name.find(".part") != name.npos ||
               name.find(".old") != name.npos;
      });
    }
    ASSERT_THAT(left, testing::IsEmpty());
  }

  /// Checks what a fault left, and that the next run mends it.
  void CheckAfter(const faults::Fault& fault, const Ending& ending) {
    ASSERT_NE(ending.how, Ending::kCrashed) << ending.error;
    const auto steps = static_cast<std::size_t>(ending.steps);
    ASSERT_LT(steps, states_.size());
    const std::string content = GetParam().content(folder_);
    if (content != states_[steps]) {
      ASSERT_TRUE(ending.how != Ending::kDone && steps + 1 < states_.size() &&
                  content == states_[steps + 1])
          << "after " << steps << " steps and '" << ending.error
          << "' there is:\n"
          << content;
    }
    const auto again = GetParam().run(folder_, Ignore);
    ASSERT_TRUE(again) << again.error().ToString();
    ASSERT_EQ(GetParam().content(folder_), states_.back());
    CheckNames(fault);
  }

  /// Lets every `step`th call fail, one in each run, until there is none;
  /// returns how many did.
  int TryEach(Call call, Mode mode, int step) {
    for (int tried = 0;; ++tried) {
      Fresh();
      const faults::Fault fault{call, mode, 1 + tried * step};
      const Ending ending = RunWith(fault);
      if (ending.how == Ending::kNoFault) return tried;
      SCOPED_TRACE(std::string(GetParam().name) + ", call " +
                   std::to_string(fault.at));
      CheckAfter(fault, ending);
      if (HasFatalFailure()) return tried;
    }
  }

  void TryAllModes(Call call, const char* name, bool must_occur) {
    for (const auto& [mode, mode_name] : {std::pair{Mode::kOnce, "once"},
                                          {Mode::kFromOn, "from on"},
                                          {Mode::kShort, "short"},
                                          {Mode::kKill, "kill"}}) {
      if (mode == Mode::kShort && call != Call::kWrite) continue;
      SCOPED_TRACE(std::string(name) + " " + mode_name);
      const int faults = TryEach(call, mode, 1);
      std::printf("%s, %s, %s: %d faults\n", GetParam().name, name, mode_name,
                  faults);
      if (HasFatalFailure()) return;
      ASSERT_TRUE(faults > 0 || !must_occur);
    }
  }

  std::string folder_;
  Told* told_ = nullptr;
  std::vector<std::string> states_;  ///< Content after so many steps.
  std::vector<std::string> names_;   ///< Of all files after a whole run.
};

TEST_P(Faults, OfOpen) { TryAllModes(Call::kOpen, "open", true); }
TEST_P(Faults, OfWrite) { TryAllModes(Call::kWrite, "write", true); }
TEST_P(Faults, OfSync) { TryAllModes(Call::kSync, "sync", true); }
TEST_P(Faults, OfRename) { TryAllModes(Call::kRename, "rename", false); }
TEST_P(Faults, OfMkdir) { TryAllModes(Call::kFolder, "mkdir", false); }
TEST_P(Faults, OfUnlink) { TryAllModes(Call::kRemove, "unlink", false); }

/// There are thousands: a part of them, unless DOBBY_EVERY_FAULT asks for all.
TEST_P(Faults, OfAllocation) {
  const int step = std::getenv("DOBBY_EVERY_FAULT") != nullptr ? 1 : 31;
  const int faults = TryEach(Call::kAllocate, Mode::kOnce, step);
  std::printf("%s, allocation: %d faults\n", GetParam().name, faults);
  EXPECT_GT(faults, 0);
}

INSTANTIATE_TEST_SUITE_P(Of, Faults, testing::ValuesIn(WritePaths()),
                         [](const auto& each) {
                           return std::string(each.param.name);
                         });

}  // namespace
}  // namespace dobby

// Of AddressSanitizer: its status is none of those of a child that failed, and
// what it keeps of freed memory is little, since each fork copies it.
extern "C" const char* __asan_default_options();
const char* __asan_default_options() {
  return "exitcode=99:quarantine_size_mb=2";
}
