// Stream buffers on file descriptors that know when to give up.
#pragma once

#include <array>
#include <optional>
#include <stop_token>
#include <streambuf>

namespace dobby::cli {

/// Reads a descriptor; a stop request ends the input, even while it waits.
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

/// Writes a descriptor and remembers why it could not.
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

}  // namespace dobby::cli
