// Ratings on disk: JSON lines that are only ever appended to.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/folder.h"
#include "base/json_depth.h"
#include "base/text.h"
#include "dobby/ratings.h"

namespace dobby {
namespace {

using Json = nlohmann::ordered_json;

std::string TextOf(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

std::string KeyOf(std::size_t criterion) {
  std::string key(NameOf(static_cast<Criterion>(criterion)));
  for (char& c : key) c = c == ' ' ? '_' : c;
  return key;
}

bool TakeScores(const Json& object, CriterionScores* scores) {
  const auto at = object.find("scores");
  if (at == object.end() || !at->is_object()) return false;
  for (std::size_t i = 0; i < kCriteria; ++i) {
    const auto score = at->find(KeyOf(i));
    if (score == at->end() || !score->is_number_integer()) return false;
    const auto value = score->get<std::int64_t>();
    if (value < kWorstScore || value > kBestScore) return false;
    (*scores)[i] = static_cast<int>(value);
  }
  return true;
}

std::optional<Rating> Parsed(std::string_view line) {
  if (!CheckJsonDepth(line)) return std::nullopt;
  const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::nullopt;
  Rating rating = {TextOf(object, "rater"), TextOf(object, "row"),
                   TextOf(object, "candidate"), TextOf(object, "text")};
  rating.time = TextOf(object, "time");
  const bool whole = !rating.rater.empty() && !rating.candidate.empty() &&
                     TakeScores(object, &rating.scores);
  return whole ? std::optional(std::move(rating)) : std::nullopt;
}

std::string LineOf(const Rating& rating) {
  Json scores = Json::object();
  for (std::size_t i = 0; i < kCriteria; ++i) {
    scores[KeyOf(i)] = rating.scores[i];
  }
  const Json object = {{"rater", rating.rater},         {"row", rating.row},
                       {"candidate", rating.candidate}, {"scores", scores},
                       {"time", rating.time},           {"text", rating.text}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Returns the length of `text` without half a last line.
std::size_t WholeLines(std::string_view text) {
  const std::size_t last = text.rfind('\n');
  const std::size_t length = last == std::string_view::npos ? 0 : last + 1;
  // A whole object that an editor left without its end of line.
  return Parsed(text.substr(length)) ? text.size() : length;
}

Result<void> WriteAndSync(int fd, std::string_view bytes,
                          const std::string& path) {
  auto written = WriteAll(fd, bytes, path);
  if (written && ::fdatasync(fd) != 0) return SystemError(path, "cannot write");
  return written;
}

/// Returns the ratings in `text`, which ends with a whole line.
Result<std::vector<Rating>> AllIn(std::string_view text,
                                  const std::string& path) {
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  std::vector<Rating> ratings;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (Trim(line).empty()) continue;
    auto rating = Parsed(line);
    if (!rating) {
      return Error{ErrorCode::kCorrupt,
                   "is no rating; take the line out, or name another file "
                   "with --ratings",
                   path + ":" + std::to_string(number)};
    }
    const auto [at, is_new] =
        places.try_emplace({rating->rater, rating->candidate}, ratings.size());
    if (is_new) {
      ratings.push_back(*std::move(rating));
    } else {
      ratings[at->second] = *std::move(rating);
    }
  }
  return ratings;
}

}  // namespace

Result<std::vector<Rating>> ReadRatings(const std::string& path,
                                        std::string* warning) {
  const auto text = ReadWholeFile(path);
  if (!text && text.error().code == ErrorCode::kNotFound) {
    return std::vector<Rating>();
  }
  if (!text) return text.error();
  const std::size_t whole = WholeLines(*text);
  if (whole != text->size()) {
    *warning = path +
               ": the last line was cut short, as by a process that was "
               "killed; it is left out";
  }
  return AllIn(std::string_view(*text).substr(0, whole), path);
}

RatingsFile::RatingsFile(std::string path, int fd)
    : path_(std::move(path)), fd_(fd) {}

RatingsFile::~RatingsFile() {
  if (fd_ >= 0) ::close(fd_);
}

RatingsFile::RatingsFile(RatingsFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

RatingsFile& RatingsFile::operator=(RatingsFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  return *this;
}

Result<RatingsFile> RatingsFile::Open(const std::string& path) {
  auto opened = OpenForWriting(path, O_RDWR | O_APPEND);
  if (!opened) return opened.error();
  RatingsFile file(path, opened->Release());
  if (::flock(file.fd_, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::kUsage,
                 "another dobby writes to it; end that one, or name another "
                 "file with --ratings",
                 path};
  }
  const auto text = ReadWholeFile(path);
  if (!text) return text.error();
  const std::size_t whole = WholeLines(*text);
  if (::ftruncate(file.fd_, static_cast<off_t>(whole)) != 0) {
    return SystemError(path, "cannot write");
  }
  if (whole > 0 && (*text)[whole - 1] != '\n') {
    if (auto ended = WriteAndSync(file.fd_, "\n", path); !ended) {
      return ended.error();
    }
  }
  return file;
}

Result<void> RatingsFile::Append(const Rating& rating) {
  const off_t size = ::lseek(fd_, 0, SEEK_END);
  auto written = WriteAndSync(fd_, LineOf(rating), path_);
  if (!written && ::ftruncate(fd_, size) != 0) {
    written.error().message += "; half a line may be left";
  }
  return written;
}

}  // namespace dobby
