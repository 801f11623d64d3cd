#include "cli/descriptor_streams.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <istream>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace dobby::cli {
namespace {

/// A pipe of one page, whose ends do not block.
struct SmallPipe {
  SmallPipe() {
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    EXPECT_GT(::fcntl(ends[1], F_SETPIPE_SZ, 4096), 0);
  }
  ~SmallPipe() {
    Close(0);
    Close(1);
  }
  void Close(int end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }

  int ends[2] = {-1, -1};
};

std::string Numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i) + "\n";
  return text;
}

/// Reads to the end in pieces that are far smaller than what is written.
std::string ReadSlowly(int descriptor) {
  DescriptorInput input(descriptor, {});
  std::istream in(&input);
  std::string all;
  char piece[997];
  while (in.read(piece, sizeof piece) || in.gcount() > 0) {
    all.append(piece, static_cast<std::size_t>(in.gcount()));
    std::this_thread::yield();
  }
  return all;
}

TEST(DescriptorStreams, AFullPipeLosesAndRepeatsNothing) {
  const std::string text = Numbers(20'000);
  for (const bool messages : {false, true}) {
    SmallPipe pipe;
    std::string read;
    std::thread reader([&] { read = ReadSlowly(pipe.ends[0]); });
    if (messages) {
      std::ostream out(nullptr);
      const MessageOutput output(pipe.ends[1], out);
      out << text;
      EXPECT_TRUE(out.good());
    } else {
      DescriptorOutput output(pipe.ends[1]);
      std::ostream(&output) << text;
      EXPECT_EQ(output.failure(), 0);
    }
    pipe.Close(1);
    reader.join();
    EXPECT_EQ(read, text) << messages;
  }
}

TEST(DescriptorStreams, MessagesOfThreadsAreWhole) {
  SmallPipe pipe;
  std::string read;
  std::thread reader([&] { read = ReadSlowly(pipe.ends[0]); });
  std::ostream out(nullptr);
  {
    MessageOutput output(pipe.ends[1], out);
    std::vector<std::thread> writers;
    for (const char letter : {'a', 'b', 'c'}) {
      writers.emplace_back([&output, letter] {
        const std::string line = std::string(9'999, letter) + "\n";
        for (int i = 0; i < 20; ++i) {
          output.sputn(line.data(), static_cast<std::streamsize>(line.size()));
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
  }
  pipe.Close(1);
  reader.join();
  ASSERT_EQ(read.size(), 600'000u);
  for (std::size_t at = 0; at < read.size(); at += 10'000) {
    EXPECT_EQ(
        std::count(read.begin() + static_cast<long>(at),
                   read.begin() + static_cast<long>(at + 9'999), read[at]),
        9'999);
  }
}

TEST(DescriptorStreams, AReaderThatWentAwayIsAFailure) {
  SmallPipe pipe;
  pipe.Close(0);
  ::signal(SIGPIPE, SIG_IGN);
  DescriptorOutput output(pipe.ends[1]);
  std::ostream(&output) << Numbers(20'000) << std::flush;
  EXPECT_EQ(output.failure(), EPIPE);
}

}  // namespace
}  // namespace dobby::cli
