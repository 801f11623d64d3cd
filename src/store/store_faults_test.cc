// What can go wrong around an index: kills, other processes, damage, no space.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <random>
#include <thread>

#include "dobby/store.h"
#include "gmock/gmock.h"
#include "store/database.h"
#include "store/sample_records.h"
#include "store/schema.h"

namespace dobby {
namespace {

using testing::HasSubstr;

/// Runs `body` in a child; returns its id.
pid_t InChild(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  return child;
}

int ExitOf(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void ExpectIntact(const std::string& path) {
  auto database = Database::Open(path, Database::Access::kWrite);
  ASSERT_TRUE(database);
  std::string verdict;
  ASSERT_TRUE(
      (*database)->Each("PRAGMA integrity_check",
                        [&](const Statement& row) { verdict = row.Text(0); }));
  EXPECT_EQ(verdict, "ok");
  EXPECT_TRUE((*database)->Execute(
      "INSERT INTO search(search) VALUES('integrity-check')"));
  const auto strays = (*database)->Number(
      "SELECT count(*) FROM (SELECT id FROM nodes n WHERE level <> 1 OR NOT "
      "EXISTS(SELECT 1 FROM nodes c WHERE c.path = n.path AND c.level = 0) "
      "UNION ALL "
      "SELECT rowid FROM search) GROUP BY id HAVING count(*) <> 2");
  ASSERT_TRUE(strays);
  EXPECT_EQ(*strays, 0);
  const auto broken =
      (*database)->Number("SELECT count(*) FROM pragma_foreign_key_check");
  ASSERT_TRUE(broken);
  EXPECT_EQ(*broken, 0);
}

std::string FileName(int i) { return "dir/f" + std::to_string(i % 40) + ".cc"; }

/// Writes files without end, from number `first` on; tells each one that is
/// done through `pipe`.
int WriteForEver(const std::string& path, int first, int pipe) {
  auto store = Store::OpenForWriting(path);
  if (!store) return 1;
  for (int i = first;; ++i) {
    const FileRecord record = SampleFile(FileName(i), 3, i);
    for (const auto& node : record.nodes) {
      if (!(*store)->Save(node.key, node.text)) return 2;
    }
    if (!(*store)->ReplaceFile(record)) return 3;
    if (::write(pipe, &i, sizeof i) != sizeof i) return 4;
  }
}

/// Returns the last number a killed writer told, or `before`.
int LastTold(int pipe, int before) {
  int told = before;
  for (int i; ::read(pipe, &i, sizeof i) == sizeof i;) told = i;
  return told;
}

TEST(StoreFaults, NothingIsLostWhenTheWriterIsKilled) {
  const std::string path = FreshFolder() + "/index.db";
  std::mt19937 random(11);
  int last = -1;
  for (int kill = 0; kill < 30; ++kill) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child =
        InChild([&] { return WriteForEver(path, last + 1, ends[1]); });
    ::close(ends[1]);
    std::this_thread::sleep_for(
        std::chrono::microseconds(2000 + random() % 60'000));
    ::kill(child, SIGKILL);
    ASSERT_EQ(ExitOf(child), -1) << "the writer failed by itself";
    last = LastTold(ends[0], last);
    ::close(ends[0]);

    auto store = Store::OpenForWriting(path);
    ASSERT_TRUE(store) << store.error().ToString();
    // The newest file of each name; the one after `last` may be there too.
    for (int i = std::max(0, last - 38); i <= last; ++i) {
      const FileRecord want = SampleFile(FileName(i), 3, i);
      const auto got = (*store)->Load(FileName(i));
      ASSERT_TRUE(got);
      ASSERT_EQ(got->nodes.size(), want.nodes.size()) << i;
      EXPECT_TRUE(SameNode(got->nodes[0], want.nodes.back())) << i;
      EXPECT_TRUE((*store)->Find(want.nodes[0].key)->has_value()) << i;
    }
    store->reset();
    if (kill % 10 == 9) ExpectIntact(path);
  }
  EXPECT_GT(last, 30) << "the writers did too little to mean anything";
}

TEST(StoreFaults, ReadersSeeWholeStatesWhileAWriterRuns) {
  const std::string path = FreshFolder() + "/index.db";
  auto writer = Store::OpenForWriting(path);
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->Begin("/root", "name", "model", "prompts"));
  ASSERT_TRUE((*writer)->ReplaceFile(SampleFile("a.cc", 3, 0)));
  std::atomic<bool> done = false;
  int loads = 0;
  std::thread reader([&] {
    do {
      auto store = Store::OpenForReading(path);
      ASSERT_TRUE(store) << store.error().ToString();
      const auto snapshot = (*store)->Load("a.cc");
      ASSERT_TRUE(snapshot) << snapshot.error().ToString();
      ASSERT_EQ(snapshot->ledger.size(), 1u);
      const int seed = static_cast<int>(snapshot->ledger[0].size_bytes) - 1000;
      const FileRecord want = SampleFile("a.cc", 3, seed);
      ASSERT_EQ(snapshot->nodes.size(), want.nodes.size());
      ASSERT_TRUE(SameNode(snapshot->nodes[1], want.nodes[0]));
      ASSERT_TRUE((*store)->Search("numbers", {"", 9}));
      ++loads;
    } while (!done);
  });
  for (int i = 1; i < 400; ++i) {
    ASSERT_TRUE((*writer)->ReplaceFile(SampleFile("a.cc", 3, i)));
  }
  done = true;
  reader.join();
  EXPECT_GT(loads, 1);
}

TEST(StoreFaults, ASecondWriterIsRefusedUntilTheFirstEnds) {
  const std::string path = FreshFolder() + "/index.db";
  auto first = Store::OpenForWriting(path);
  ASSERT_TRUE(first);
  const pid_t child = InChild([&] {
    const auto second = Store::OpenForWriting(path);
    if (second) return 1;
    return second.error().code == ErrorCode::kUsage ? 0 : 2;
  });
  EXPECT_EQ(ExitOf(child), 0);
  const auto second = Store::OpenForWriting(path);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message,
              HasSubstr("process " + std::to_string(::getpid())));
  first->reset();
  EXPECT_TRUE(Store::OpenForWriting(path));
}

TEST(StoreFaults, OneIndexHasOneLockHoweverItIsNamed) {
  const std::string folder = FreshFolder();
  std::filesystem::create_directory(folder + "/real");
  std::filesystem::create_directory_symlink(folder + "/real", folder + "/link");
  const auto first = Store::OpenForWriting(folder + "/real/index.db");
  ASSERT_TRUE(first);
  EXPECT_FALSE(Store::OpenForWriting(folder + "/link/index.db"));
}

/// Makes an index with some files in it.
void MakeIndex(const std::string& path) {
  auto store = Store::OpenForWriting(path);
  ASSERT_TRUE(store && (*store)->Begin("/root", "name", "model", "prompts"));
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE((*store)->ReplaceFile(SampleFile(FileName(i), 2, i)));
  }
}

TEST(StoreFaults, WhatIsNoIndexIsRefusedAndLeftAsItIs) {
  const std::string folder = FreshFolder();
  struct Case {
    const char* name;
    std::function<void(const std::string&)> make;
    ErrorCode code;
    const char* says;
  };
  const auto pragma = [](const std::string& path, const char* sql) {
    MakeIndex(path);
    auto database = Database::Open(path, Database::Access::kWrite);
    ASSERT_TRUE(database && (*database)->Execute(sql));
  };
  for (const Case& c : {
           Case{"text", [](auto& p) { WriteBytes(p, "hello"); },
                ErrorCode::kCorrupt, "--db"},
           Case{"random bytes",
                [](auto& p) {
                  std::mt19937 random(5);
                  std::string bytes(10'000, '\0');
                  for (char& b : bytes) b = static_cast<char>(random());
                  WriteBytes(p, bytes);
                },
                ErrorCode::kCorrupt, "not a database"},
           Case{"truncated",
                [](auto& p) {
                  MakeIndex(p);
                  std::filesystem::resize_file(
                      p, std::filesystem::file_size(p) / 2);
                },
                ErrorCode::kCorrupt, "delete it"},
           Case{"cut in the header",
                [](auto& p) {
                  MakeIndex(p);
                  std::filesystem::resize_file(p, 50);
                },
                ErrorCode::kCorrupt, "delete it"},
           Case{"newer",
                [&](auto& p) { pragma(p, "PRAGMA user_version = 99"); },
                ErrorCode::kUnsupported, "schema 99"},
           Case{"of another program",
                [&](auto& p) { pragma(p, "PRAGMA application_id = 7"); },
                ErrorCode::kCorrupt, "another program"},
           Case{"a folder",
                [](auto& p) { std::filesystem::create_directory(p); },
                ErrorCode::kUsage, "is a folder"},
           Case{"a fifo", [](auto& p) { ::mkfifo(p.c_str(), 0644); },
                ErrorCode::kIo, "not a regular file"},
       }) {
    const std::string path = folder + "/" + c.name;
    c.make(path);
    const auto size = [&] {
      std::error_code ignored;
      return std::filesystem::file_size(path, ignored);
    };
    const auto before = size();
    const auto writing = Store::OpenForWriting(path);
    ASSERT_FALSE(writing) << c.name;
    EXPECT_EQ(writing.error().code, c.code)
        << c.name << writing.error().message;
    EXPECT_THAT(writing.error().message, HasSubstr(c.says)) << c.name;
    EXPECT_THAT(writing.error().context, HasSubstr(c.name));
    const auto reading = Store::OpenForReading(path);
    ASSERT_FALSE(reading) << c.name;
    EXPECT_EQ(reading.error().code, c.code) << c.name;
    EXPECT_EQ(size(), before) << c.name;
  }
}

TEST(StoreFaults, AMissingOrEmptyIndexIsNotFound) {
  const std::string path = FreshFolder() + "/index.db";
  for (const bool empty_file : {false, true}) {
    if (empty_file) WriteBytes(path, "");
    const auto store = Store::OpenForReading(path);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(store.error().message, HasSubstr("dobby index"));
  }
  EXPECT_TRUE(Store::OpenForWriting(path)) << "an empty file becomes one";
  const auto unbegun = Store::OpenForReading(path);
  ASSERT_FALSE(unbegun) << "no run has begun";
  EXPECT_EQ(unbegun.error().code, ErrorCode::kNotFound);
}

/// Reads everything there is; returns whether each failure was a clear one.
bool FailsClearly(const std::string& path) {
  const auto clear = [](ErrorCode code) {
    return code != ErrorCode::kInternal;
  };
  auto store = Store::OpenForWriting(path);
  if (!store) return clear(store.error().code);
  const auto loaded = (*store)->Load("");
  const auto found = (*store)->Search("numbers", {"", 9});
  const auto replaced = (*store)->ReplaceFile(SampleFile("new.cc", 3, 999));
  return (loaded || clear(loaded.error().code)) &&
         (found || clear(found.error().code)) &&
         (replaced || clear(replaced.error().code));
}

TEST(StoreFaults, DamagedBytesNeverCrash) {
  const std::string folder = FreshFolder(), good = folder + "/good.db";
  MakeIndex(good);
  std::ifstream file(good, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  std::mt19937 random(3);
  for (int i = 0; i < 60; ++i) {
    const std::string path = folder + "/bad.db";
    std::filesystem::remove(path + "-wal");
    std::filesystem::remove(path + "-shm");
    std::string bad = bytes;
    for (int flips = 0; flips < 20; ++flips) {
      bad[random() % bad.size()] ^= static_cast<char>(1u << random() % 8);
    }
    WriteBytes(path, bad);
    EXPECT_TRUE(FailsClearly(path)) << i;
  }
}

/// Fills the index until it fails; then checks the error and, with room again,
/// that all that was acknowledged is there. Returns 0, or where it went wrong.
int FillUntilItFails(const std::string& path,
                     const std::function<void()>& make_room) {
  auto store = Store::OpenForWriting(path);
  if (!store) return 1;
  int written = 0;
  Result<void> done;
  while (written < 50'000 && done) {
    done = (*store)->ReplaceFile(
        SampleFile("f" + std::to_string(written), 3, written));
    written += done ? 1 : 0;
  }
  if (done || written == 0) return 2;
  if (done.error().code != ErrorCode::kIo) return 3;
  if (done.error().message.find("space") == std::string::npos) return 4;
  make_room();
  const auto count = [&] { return (*store)->Load("")->ledger.size(); };
  if (count() != static_cast<std::size_t>(written)) return 5;
  if (!(*store)->ReplaceFile(SampleFile("again", 3, 1))) return 6;
  store->reset();
  store = Store::OpenForWriting(path);
  if (!store) return 7;
  return count() == static_cast<std::size_t>(written) + 1 ? 0 : 8;
}

TEST(StoreFaults, AWriteThatFailsLeavesAWholeIndex) {
  const std::string path = FreshFolder() + "/index.db";
  const pid_t child = InChild([&] {
    // Files over 1 MiB cannot grow, which the system reports as EFBIG.
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 1 << 20;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return FillUntilItFails(path, [&] {
      limit.rlim_cur = limit.rlim_max;
      ::setrlimit(RLIMIT_FSIZE, &limit);
    });
  });
  EXPECT_EQ(ExitOf(child), 0);
  ExpectIntact(path);
}

TEST(StoreFaults, AFullDatabaseSaysSo) {
  const std::string path = FreshFolder() + "/index.db";
  auto database = Database::Open(path, Database::Access::kWrite);
  ASSERT_TRUE(database);
  ASSERT_TRUE(PrepareSchema(**database, path));
  ASSERT_TRUE((*database)->Execute("PRAGMA max_page_count = 40"));
  Result<void> done;
  int rows = 0;
  for (; rows < 10'000 && done; ++rows) {
    done = (*database)->Atomically([&] {
      return (*database)->Run("REPLACE INTO meta(name, value) VALUES(?1, ?2)",
                              std::to_string(rows), std::string(3000, 'x'));
    });
  }
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kIo);
  EXPECT_THAT(done.error().message, HasSubstr("free some space"));
  EXPECT_EQ(*(*database)->Number("SELECT count(*) FROM meta"), rows - 1);
}

TEST(StoreFaults, AFullDiskLeavesAWholeIndex) {
  const std::string folder = FreshFolder();
  constexpr int kNoMount = 100;
  const pid_t child = InChild([&] {
    // Seen by this child alone, and gone with it.
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=3m") != 0) {
      return kNoMount;
    }
    WriteBytes(folder + "/ballast", std::string(500'000, 'x'));
    return FillUntilItFails(folder + "/index.db", [&] {
      std::filesystem::remove(folder + "/ballast");
    });
  });
  const int exit = ExitOf(child);
  if (exit == kNoMount) GTEST_SKIP() << "this user may not mount a tmpfs";
  EXPECT_EQ(exit, 0);
}

/// Runs `body` as a user for whom permissions count.
int AsNobody(const std::function<int()>& body) {
  return ExitOf(InChild([&] {
    constexpr uid_t kNobody = 65534;
    if (::getuid() == 0 && ::setuid(kNobody) != 0) return 99;
    return body();
  }));
}

TEST(StoreFaults, AFolderThatCannotBeWrittenIsReadButNotWritten) {
  const std::string folder = FreshFolder() + "/.dobby";
  const std::string path = folder + "/index.db";
  MakeIndex(path);
  ::chmod(path.c_str(), 0444);
  ::chmod((path + ".lock").c_str(), 0444);
  ::chmod(folder.c_str(), 0555);
  EXPECT_EQ(AsNobody([&] {
              const auto writing = Store::OpenForWriting(path);
              if (writing || writing.error().code != ErrorCode::kIo) return 1;
              return writing.error().message.find("writable") ==
                             std::string::npos
                         ? 2
                         : 0;
            }),
            0);
  EXPECT_EQ(AsNobody([&] {
              const auto reading = Store::OpenForReading(path);
              if (!reading) return 1;
              const auto snapshot = (*reading)->Load("");
              return snapshot && snapshot->ledger.size() == 40 ? 0 : 2;
            }),
            0);
  ::chmod(folder.c_str(), 0755);
}

TEST(StoreFaults, ALockOfAnotherProgramIsAClearErrorInTime) {
  const std::string path = FreshFolder() + "/index.db";
  MakeIndex(path);
  auto other = Database::Open(path, Database::Access::kWrite);
  ASSERT_TRUE(other && (*other)->Execute("BEGIN IMMEDIATE"));
  const auto store = Store::OpenForWriting(path);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kUsage);
  EXPECT_THAT(store.error().message, HasSubstr("another program"));
}

}  // namespace
}  // namespace dobby
