// Stream buffers on file descriptors that stop on request and keep write
// errors.
#pragma once

#include <array>
#include <iosfwd>
#include <mutex>
#include <optional>
#include <stop_token>
#include <streambuf>

namespace dobby::cli {

/// Reads a descriptor. A stop request ends the input, even while it waits.
class DescriptorInput : public std::streambuf {
 public:
  DescriptorInput(int descriptor, std::stop_token stop);
  ~DescriptorInput() override;

 protected:
  int_type underflow() override;

 private:
  bool WaitForInput() const;

  struct Wake {
    int event;
    void operator()() const;
  };

  int descriptor_;
  int event_;
  std::optional<std::stop_callback<Wake>> on_stop_;
  std::array<char, 1 << 16> buffer_;
};

/// Writes a descriptor and remembers why it could not. One that does not block
/// is waited for, so that nothing is lost.
class DescriptorOutput : public std::streambuf {
 public:
  explicit DescriptorOutput(int descriptor);
  ~DescriptorOutput() override;

  /// Returns the errno of the first failed write, or 0.
  int failure() const { return failure_; }

 protected:
  int_type overflow(int_type c) override;
  int sync() override;

 private:
  int descriptor_;
  int failure_ = 0;
  std::array<char, 1 << 16> buffer_;
};

/// Lets `stream` write a descriptor, at once and from any thread, for as long
/// as it lives. As DescriptorOutput it waits for one that does not block; a
/// failure is the stream's bad state.
class MessageOutput : public std::streambuf {
 public:
  MessageOutput(int descriptor, std::ostream& stream);
  ~MessageOutput() override;
  MessageOutput(const MessageOutput&) = delete;
  MessageOutput& operator=(const MessageOutput&) = delete;

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;

 private:
  const int descriptor_;
  std::ostream& stream_;
  std::streambuf* const before_;  ///< Of the stream.
  std::mutex mutex_;              ///< No message is cut by another.
};

}  // namespace dobby::cli
