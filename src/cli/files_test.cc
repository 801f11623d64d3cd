// The small readers and writers: token ids, .npy, prompts, streams.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <istream>
#include <thread>

#include "cli/bench_run.h"
#include "cli/descriptor_streams.h"
#include "cli/npy_file.h"
#include "cli/test_run.h"
#include "cli/token_ids.h"

namespace dobby::cli {
namespace {

TEST(ParseTokenIds, TakesArraysAndPlainNumbers) {
  const std::vector<TokenId> want = {1, 20, 300};
  for (const char* text :
       {"[1,20,300]", "[1, 20, 300]\n", "1 20 300", " 1\n20\t300\n"}) {
    const auto ids = ParseTokenIds(text);
    ASSERT_TRUE(ids) << text;
    EXPECT_EQ(*ids, want) << text;
  }
  for (const char* text :
       {"", "[]", "1 two", "-1", "1.5", "99999999999", "[1", "{}", "1]"}) {
    EXPECT_FALSE(ParseTokenIds(text)) << text;
  }
}

TEST(WriteNpy, HasTheHeaderThatNumpyReads) {
  const std::string path = FreshFolder() + "/a.npy";
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  ASSERT_TRUE(WriteNpy(path, values, 2, 3));
  const std::string bytes = ReadText(path);
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t header = static_cast<unsigned char>(bytes[8]) +
                             256u * static_cast<unsigned char>(bytes[9]);
  EXPECT_EQ((10 + header) % 64, 0u);
  EXPECT_EQ(bytes.substr(10, 61),
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }  ");
  EXPECT_EQ(bytes[9 + header], '\n');
  ASSERT_EQ(bytes.size(), 10 + header + 24);
  EXPECT_EQ(std::memcmp(bytes.data() + 10 + header, values.data(), 24), 0);
}

TEST(ReadPrompts, NamesTheBadLine) {
  const std::string path = FreshFolder() + "/p.jsonl";
  WriteText(path, "{\"id\":1,\"prompt\":\"a\"}\n\n{\"prompt\":\"b\"}\n");
  EXPECT_EQ(*ReadPrompts(path), (std::vector<std::string>{"a", "b"}));
  WriteText(path, "{\"prompt\":\"a\"}\n{\"id\":2}\n");
  EXPECT_EQ(ReadPrompts(path).error().context, path + ":2");
  WriteText(path, "\n");
  EXPECT_EQ(ReadPrompts(path).error().code, ErrorCode::kUsage);
  EXPECT_EQ(ReadPrompts(path + "x").error().code, ErrorCode::kNotFound);
}

TEST(DescriptorInput, AStopRequestEndsAWaitingRead) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::stop_source stop;
  DescriptorInput input(ends[0], stop.get_token());
  std::istream in(&input);
  ASSERT_EQ(::write(ends[1], "one\n", 4), 4);
  std::string line;
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_EQ(line, "one");
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    stop.request_stop();
  });
  EXPECT_FALSE(std::getline(in, line));
  later.join();
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(DescriptorOutput, RemembersWhyItFailed) {
  const int full = ::open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  DescriptorOutput output(full);
  std::ostream out(&output);
  out << "text" << std::flush;
  EXPECT_FALSE(out);
  EXPECT_EQ(output.failure(), ENOSPC);
  ::close(full);
}

}  // namespace
}  // namespace dobby::cli
