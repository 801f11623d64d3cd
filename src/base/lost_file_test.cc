#include "base/lost_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "base/files.h"

namespace dobby {
namespace {

/// Cuts a file that is mapped, and reads behind its end.
void ReadWhatIsCut(const std::string& path) {
  ExitOnLostFile("a file was cut\n", 3);
  const auto file = MappedFile::Open(path);
  if (!file || ::truncate(path.c_str(), 10) != 0) ::_exit(9);
  volatile char last = file->bytes().back();
  (void)last;
  ::_exit(8);
}

TEST(ExitOnLostFile, EndsWithAMessage) {
  const std::string path = testing::TempDir() + "/lost_file";
  ASSERT_TRUE(WriteFileAtomically(path, std::string(10000, 'x')));
  EXPECT_EXIT(ReadWhatIsCut(path), testing::ExitedWithCode(3),
              "a file was cut");
}

}  // namespace
}  // namespace dobby
