// The streams of a command, so that tests can replace a terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <stop_token>
#include <string>
#include <string_view>

#include "dobby/result.h"
#include "dobby/sandbox.h"

namespace dobby::cli {

/// The exit statuses of `dobby`; part of its interface.
enum ExitCode : int {
  kOk = 0,
  kNothing = 1,  ///< Nothing found, or stale under `status --exit-code`.
  kFailed = 2,   ///< Wrong usage, or an error.
  kPartial = 3,  ///< Done, except some files or chunks.
  kNoModel = 4,  ///< The model is missing or corrupt.
  kInterrupted = 130,
};

/// The streams and the environment of one run of the program.
struct Io {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  std::function<int()> columns;  ///< Of the terminal now; empty: 80.
  std::stop_token stop;          ///< Requested by the first Ctrl-C.
  /// How long the process may go on after that; 0: as long as it takes. Set
  /// before catch_interrupts, by commands that have nothing to lose.
  std::chrono::milliseconds stop_within{0};
  /// Turns Ctrl-C into a stop request from here on; empty in tests. Called
  /// before commands that keep finished work.
  std::function<void()> catch_interrupts;
  /// Shuts the process in a sandbox, see Confine; empty in tests.
  std::function<Result<SandboxSupport>(const SandboxRules&)> enter_sandbox;

  bool confined = false;  ///< In a sandbox; set by Confine.
  bool json = false;      ///< --json: stdout holds JSON and nothing else.
  bool quiet = false;     ///< -q: no warnings.
  bool color = false;     ///< ANSI colours on stdout.
};

/// Returns the width of the terminal, at least 20.
int ColumnsOf(const Io& io);

/// Prints an error on stderr and returns the exit status of its code. With
/// --json it also prints an object `{schema_version, error:{code, message,
/// context}}` on stdout, so that a program always reads one object.
int Fail(Io& io, const Error& error);

/// Prints a warning on stderr; silent with -q.
void Warn(Io& io, std::string_view text);

}  // namespace dobby::cli
