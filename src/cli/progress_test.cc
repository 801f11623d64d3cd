#include "cli/progress.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gtest/gtest.h"

namespace dobby::cli {
namespace {

Progress HalfDone() {
  Progress progress;
  progress.chunks_done = 30;
  progress.chunks_known = 60;
  progress.chunks_reused = 10;
  progress.all_known = true;
  progress.path = "src/a.c";
  return progress;
}

TEST(Progress, BarHasRateTimeLeftAndPath) {
  EXPECT_EQ(BarOf(HalfDone(), 60, 200),
            "[############------------] 30/60 chunks, 20.0/min, 2 min left"
            "  src/a.c");
}

TEST(Progress, BarPromisesNothingBeforeAllIsKnown) {
  Progress progress = HalfDone();
  progress.all_known = false;
  EXPECT_EQ(BarOf(progress, 60, 200),
            "[############------------] 30/60+ chunks, 20.0/min  src/a.c");
  EXPECT_EQ(BarOf(Progress(), 0, 200),
            "[------------------------] 0/0+ chunks");
}

TEST(Progress, BarFitsAnyWidthAndHidesControlCharacters) {
  Progress progress = HalfDone();
  progress.path = "\xc3\xa9\xc3\xa9\x1b[2J.c";
  for (const int columns : {20, 40, 80, 200}) {
    const std::string bar = BarOf(progress, 60, columns);
    EXPECT_EQ(bar.find('\x1b'), std::string::npos);
    const auto continued = std::count_if(bar.begin(), bar.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
    });
    EXPECT_LT(static_cast<int>(bar.size()) - continued, columns);
  }
}

TEST(Progress, LineAndJsonSayTheSame) {
  EXPECT_EQ(LineOf(HalfDone(), 60),
            "dobby: 30/60 chunks, 20.0/min, 2 min left, after 60 s");
  const auto json = nlohmann::json::parse(JsonOf(HalfDone(), 60));
  EXPECT_EQ(json["type"], "progress");
  EXPECT_EQ(json["chunks_done"], 30);
  EXPECT_EQ(json["chunks_per_minute"], 20.0);
  EXPECT_EQ(json["left_s"], 90.0);
  EXPECT_FALSE(nlohmann::json::parse(JsonOf(Progress(), 0)).contains("left_s"));
}

TEST(Progress, DurationsReadWell) {
  EXPECT_EQ(DurationText(0), "0 s");
  EXPECT_EQ(DurationText(41.2), "42 s");
  EXPECT_EQ(DurationText(150), "3 min");
  EXPECT_EQ(DurationText(3 * 3600 + 300), "3 h 05 min");
}

TEST(ProgressDisplay, LeavesAnEmptyLineAndFollowsQuiet) {
  std::istringstream in;
  std::ostringstream out, err;
  Io io{in, out, err};
  {
    ProgressDisplay display(io, ProgressStyle::kBar);
    display.Note("loading");
    display.Update(HalfDone());
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
  EXPECT_NE(err.str().find("30/60 chunks"), std::string::npos);
  EXPECT_EQ(err.str().substr(err.str().size() - 4), "\r\x1b[K");
  EXPECT_EQ(out.str(), "");

  std::ostringstream silent;
  Io quiet{in, out, silent};
  quiet.quiet = true;
  {
    ProgressDisplay display(quiet, ProgressStyleOf(Settings(), quiet));
    display.Note("loading");
    display.Update(HalfDone());
  }
  EXPECT_EQ(silent.str(), "");
}

TEST(ProgressDisplay, UpdatesAtMostTenTimesASecond) {
  std::istringstream in;
  std::ostringstream out, err;
  Io io{in, out, err};
  {
    ProgressDisplay display(io, ProgressStyle::kBar);
    for (int i = 0; i < 50; ++i) {
      display.Update(HalfDone());
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  const std::string text = err.str();
  EXPECT_LE(std::count(text.begin(), text.end(), '['), 2 * 12);
}

}  // namespace
}  // namespace dobby::cli
