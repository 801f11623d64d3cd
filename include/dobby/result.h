// Errors as values: every fallible function of dobby returns a Result.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace dobby {

/// What kind of thing went wrong. One table (`CodeInfoOf`) maps each to an
/// exit status, an HTTP status and a JSON-RPC code.
enum class ErrorCode {
  kUsage,        ///< The caller asked for something that makes no sense.
  kNotFound,     ///< A path, an index or an entry is not there.
  kCorrupt,      ///< Bytes that should be valid are not.
  kUnsupported,  ///< Valid, but not handled by this build.
  kTooLarge,     ///< Over a stated limit.
  kCancelled,    ///< The caller gave up.
  kTimeout,      ///< A stated time limit ran out.
  kIo,           ///< The system refused a read or a write.
  kModel,        ///< A model is missing, corrupt or does not fit.
  kInternal,     ///< A defect of dobby.
};

/// How an error code shows itself outside the process.
struct CodeInfo {
  std::string_view name;  ///< As printed and as in JSON: "not_found".
  int exit_status;
  int http_status;
  int json_rpc_code;
};

/// Returns the row of `code` in the one table of codes.
const CodeInfo& CodeInfoOf(ErrorCode code);

/// A failure: what happened (`message`, one sentence that says what to do)
/// and where (`context`, a path or a name; may be empty).
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string context;

  /// Returns "context: message", or the message alone.
  std::string ToString() const;
};

/// Either a value or an Error; member names follow std::expected (C++23).
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }

  Error& error() & { return *error_; }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace dobby
