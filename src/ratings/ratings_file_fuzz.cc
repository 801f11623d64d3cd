// Files of ratings that others wrote: refused, or read, and then they can be
// written to.
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "dobby/ratings.h"

namespace dobby {

DOBBY_FUZZ_TARGET(ratings_file) {
  static const FuzzFolder folder;
  const std::string path = folder.Write("ratings.jsonl", input);
  std::string warning;
  const auto before = ReadRatings(path, &warning);
  if (!before) {
    Require(before.error().code == ErrorCode::kCorrupt,
            "a bad line is an error of its own");
    return;
  }
  auto file = RatingsFile::Open(path);
  Require(file.has_value(), "what can be read can be written to");
  Rating rating{"fuzz rater", "row",        "candidate",
                "Does it.",   {1, 2, 3, 4}, "2026-11-24T15:30:00Z"};
  Require(file->Append(rating).has_value(), "a rating can be kept");
  warning.clear();
  const auto after = ReadRatings(path, &warning);
  Require(after.has_value() && warning.empty(), "it can be read again");
  Require(after->size() >= before->size() && after->size() > 0,
          "no rating is lost");
}

}  // namespace dobby
