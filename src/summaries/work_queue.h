// The queue of a run's coordinator: files read ahead, and answers of the
// engine.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace dobby {

/// Two queues with one reader. The number of files is limited, so that reading
/// ahead does not fill memory. Answers never wait.
template <class File, class Answer>
class WorkQueue {
 public:
  /// Holds at most this many files, and, unless it is a single file, at most
  /// this many bytes.
  WorkQueue(std::size_t max_files, std::size_t max_bytes)
      : max_files_(max_files), max_bytes_(max_bytes) {}

  /// Adds a file of this many bytes; waits while there is no room. Returns
  /// false if the queue is closed.
  bool PushFile(File file, std::size_t bytes) {
    std::unique_lock lock(mutex_);
    space_.wait(lock, [&] {
      return closed_ || files_.empty() ||
             (files_.size() < max_files_ && bytes_ + bytes <= max_bytes_);
    });
    if (closed_) return false;
    bytes_ += bytes;
    files_.emplace_back(std::move(file), bytes);
    wake_.notify_one();
    return true;
  }

  void PushAnswer(Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
    wake_.notify_one();
  }

  /// Marks the end of the files.
  void EndFiles() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    wake_.notify_one();
  }

  /// Refuses files from now on. Answers are still accepted.
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    files_.clear();
    bytes_ = 0;
    space_.notify_all();
  }

  /// Waits until there is an answer, or the time is over; with `want_files`
  /// also until there is a file or the end of the files.
  void Wait(bool want_files, std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, time, [&] {
      return !answers_.empty() || (want_files && (!files_.empty() || ended_));
    });
  }

  std::optional<File> PopFile() {
    const std::lock_guard lock(mutex_);
    if (files_.empty()) return std::nullopt;
    auto [file, bytes] = std::move(files_.front());
    files_.pop_front();
    bytes_ -= bytes;
    space_.notify_one();
    return std::move(file);
  }

  std::optional<Answer> PopAnswer() {
    const std::lock_guard lock(mutex_);
    if (answers_.empty()) return std::nullopt;
    Answer answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  /// Whether all files have been added and popped.
  bool FilesEnded() {
    const std::lock_guard lock(mutex_);
    return closed_ || (ended_ && files_.empty());
  }

 private:
  const std::size_t max_files_, max_bytes_;
  std::mutex mutex_;
  std::condition_variable wake_, space_;
  std::deque<std::pair<File, std::size_t>> files_;
  std::size_t bytes_ = 0;  ///< Of files_.
  std::deque<Answer> answers_;
  bool ended_ = false, closed_ = false;
};

}  // namespace dobby
