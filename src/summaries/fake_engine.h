// An engine without a model, to test runs over repositories.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "dobby/engine.h"
#include "engine/fake_executor.h"

namespace dobby {

/// Answers requests one after another, on its own thread, with two lines that
/// depend only on the prompt.
class FakeEngine : public Engine {
 public:
  /// May answer instead: an error, or nothing for the usual two lines.
  std::function<std::optional<Error>(const std::string& prompt)> before;

  FakeEngine() {
    model_.name = "fake";
    model_.shape.context = 20000;
    options_.agents = 4;
    thread_ = std::thread([this] { Loop(); });
  }
  ~FakeEngine() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  std::size_t asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  void Submit(Request request, Callback done) override {
    const std::lock_guard lock(mutex_);
    queue_.emplace_back(std::move(request), std::move(done));
    wake_.notify_one();
  }
  Result<Completion> Complete(Request) override {
    return Error{ErrorCode::kUnsupported, "not used", ""};
  }
  EngineStats stats() const override { return {}; }
  void set_trace(std::function<void(const TraceEvent&)>) override {}
  const Tokenizer& tokenizer() const override { return tokenizer_; }
  const ModelFolder& model() const override { return model_; }
  const EngineOptions& options() const override { return options_; }

 private:
  void Loop() {
    while (true) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      auto [request, done] = std::move(queue_.front());
      queue_.pop_front();
      ++asked_;
      lock.unlock();
      done(Answer(request));
    }
  }
  Result<Completion> Answer(const Request& request) {
    if (request.stop.stop_requested()) {
      return Error{ErrorCode::kCancelled, "cancelled", ""};
    }
    const std::string prompt = *tokenizer_.Decode(request.prompt);
    if (before) {
      if (auto error = before(prompt)) return *error;
    }
    Completion completion;
    const std::string hex = HashOf(prompt).ToHex();
    completion.text =
        "Does frob" + hex.substr(0, 8) + ".\nHolds " + hex.substr(8, 8) + ".";
    completion.tokens.assign(5, 1);
    completion.prompt_tokens = request.prompt.size();
    return completion;
  }

  ByteTokenizer tokenizer_;
  ModelFolder model_;
  EngineOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::pair<Request, Callback>> queue_;
  std::size_t asked_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace dobby
