#include <ostream>

#include "cli/commands.h"
#include "cli/completions.h"

namespace dobby::cli {

int RunCompletions(const Invocation& invocation, Io& io) {
  const std::string& shell = invocation.args.front();
  io.out << (shell == "bash"  ? BashCompletions()
             : shell == "zsh" ? ZshCompletions()
                              : FishCompletions());
  return kOk;
}

}  // namespace dobby::cli
