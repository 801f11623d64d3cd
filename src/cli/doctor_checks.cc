#include "cli/doctor_checks.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <thread>
#include <utility>

#include "base/cpus.h"
#include "cli/engine_setup.h"
#include "cli/index_reader.h"
#include "dobby/engine.h"
#include "dobby/model.h"
#include "dobby/sandbox.h"

namespace dobby::cli {
namespace {

using State = Finding::State;

/// Less leaves no room for ten agents on a 1.1B model.
constexpr std::uint64_t kTightMemoryBytes = 1ull << 30;

Finding Bad(const std::string& name, const Error& error) {
  return {name, State::kBad, error.ToString(),
          CodeInfoOf(error.code).exit_status};
}

std::string Format(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// Returns the first "name : value" of /proc/cpuinfo.
std::string CpuInfo(const std::string& name) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos && line.rfind(name, 0) == 0) {
      return line.substr(colon + 2);
    }
  }
  return "";
}

Finding CheckCpu() {
  std::istringstream words(CpuInfo("flags"));
  std::string simd;
  bool avx2 = false;
  for (std::string flag; words >> flag;) {
    const bool named = flag == "f16c" || flag == "fma" ||
                       flag.rfind("avx", 0) == 0 || flag.rfind("amx", 0) == 0;
    if (named) simd += " " + flag;
    avx2 = avx2 || flag == "avx2";
  }
  Finding finding{"cpu", State::kOk, CpuInfo("model name") + ":" + simd};
  if (!avx2) {
    finding.state = State::kNote;
    finding.detail += "; without AVX2 the model is slow";
  }
  return finding;
}

Finding CheckCpus() {
  const int usable = UsableCpus();
  const unsigned all = std::thread::hardware_concurrency();
  return {"cpus", State::kOk,
          std::to_string(usable) + " usable (affinity and cgroup counted) of " +
              std::to_string(all)};
}

Finding CheckMemory() {
  const std::uint64_t bytes = AvailableMemoryBytes();
  Finding finding{"memory", State::kOk,
                  Format("%.0f MB free", static_cast<double>(bytes) / 1e6)};
  if (bytes < kTightMemoryBytes) {
    finding.state = State::kNote;
    finding.detail += "; little: fewer agents will run at once";
  }
  return finding;
}

/// Returns the file that a loaded library comes from.
std::string LibraryPath(const std::string& name) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const std::size_t at = line.find('/');
    if (at != std::string::npos && line.find(name) != std::string::npos) {
      return line.substr(at);
    }
  }
  return "linked into the program";
}

Finding CheckRuntime() {
  return {"onnxruntime", State::kOk,
          OnnxRuntimeVersion() + ", " + LibraryPath("libonnxruntime")};
}

/// Tries the sandbox in a child: what the kernel has must refuse.
Finding CheckSandbox() {
  std::error_code code;
  const auto folder = std::filesystem::temp_directory_path(code);
  const auto trials = TrySandbox(code ? "/tmp" : folder.string());
  if (!trials) return Bad("sandbox", trials.error());
  const SandboxSupport support = FindSandboxSupport();
  std::string refused, allowed;
  bool broken = false;
  for (const SandboxTrial& trial : *trials) {
    std::string& list = trial.refused ? refused : allowed;
    list += (list.empty() ? "" : ", ") + trial.name;
    broken |= !trial.refused && (trial.is_of_files ? support.landlock_abi > 0
                                                   : support.system_calls);
  }
  Finding finding{
      "sandbox", State::kOk,
      "tried in a child, refused: " + (refused.empty() ? "nothing" : refused)};
  if (!allowed.empty()) finding.detail += "; not refused: " + allowed;
  if (support.landlock_abi > 0) {
    finding.detail += "; Landlock ABI " + std::to_string(support.landlock_abi);
  } else {
    finding.detail += "; this kernel has no Landlock, so files are not guarded";
  }
  finding.detail +=
      support.system_calls ? ", seccomp" : "; this kernel has no seccomp-bpf";
  if (!allowed.empty()) finding.state = State::kNote;
  if (!broken) return finding;
  finding.state = State::kBad;
  finding.exit_status = kFailed;
  finding.detail += "; the kernel has what should refuse them";
  return finding;
}

Finding CheckIndexState(const Settings& settings, Io& io) {
  auto reader = OpenIndex(settings, "", io);
  if (!reader && reader.error().code == ErrorCode::kNotFound) {
    return {"index", State::kNote, "none here; `dobby index` makes one"};
  }
  if (!reader) return Bad("index", reader.error());
  auto snapshot = reader->store->Load("");
  if (!snapshot) return Bad("index", snapshot.error());
  return {"index", State::kOk,
          reader->db + ": " + std::to_string(snapshot->nodes.size()) +
              " summaries of " + std::to_string(snapshot->ledger.size()) +
              " files"};
}

Finding CheckTerminal(const Io& io) {
  const char* term = std::getenv("TERM");
  std::string detail =
      io.err_is_terminal ? "progress is a bar" : "progress is plain lines";
  detail += io.color ? ", colours" : ", no colours";
  detail += ", " + std::to_string(ColumnsOf(io)) + " columns, TERM=";
  return {"terminal", State::kOk, detail + (term ? term : "")};
}

Finding CheckTokenizer(const Tokenizer& tokenizer) {
  constexpr std::string_view kText =
      "def f(x):\n\treturn \"\xc3\xa9\xe2\x82\xac\" # <|im_end|>\n";
  auto ids = tokenizer.Encode(kText);
  if (!ids) return Bad("tokenizer", ids.error());
  for (const TokenId id : *ids) {
    if (tokenizer.IsControl(id)) {
      return Bad("tokenizer",
                 {ErrorCode::kModel, "plain text became a control token", ""});
    }
  }
  auto text = tokenizer.Decode(*ids);
  if (!text) return Bad("tokenizer", text.error());
  if (*text != kText) {
    return Bad("tokenizer", {ErrorCode::kModel,
                             "text changes on the way to tokens and back; "
                             "import the model again",
                             ""});
  }
  return {"tokenizer", State::kOk,
          std::to_string(tokenizer.vocab_size()) +
              " tokens; text comes back as it was"};
}

Finding CheckModel(const Settings& settings,
                   std::optional<ModelFolder>* model) {
  auto opened = OpenModel(settings.Text(FlagId::kModel));
  if (opened) opened = VerifyModel(opened->path);
  if (!opened) return Bad("model", opened.error());
  *model = *std::move(opened);
  return {"model", State::kOk,
          (*model)->name + " (" + (*model)->architecture + ", " +
              (*model)->quantisation + "), every file as it should be, in " +
              (*model)->path};
}

Finding CheckInference(Engine& engine) {
  Request request;
  auto ids = engine.tokenizer().Encode("int main(void) { return 0; }");
  if (!ids) return Bad("inference", ids.error());
  request.prompt = *std::move(ids);
  request.decoding.max_new_tokens = 8;
  request.decoding.ignore_eos = true;
  const auto completion = engine.Complete(std::move(request));
  if (!completion) return Bad("inference", completion.error());
  return {"inference", State::kOk,
          std::to_string(completion->prompt_tokens) + " tokens in, " +
              std::to_string(completion->tokens.size()) + " out, in " +
              Format("%.0f ms", completion->total_ms)};
}

/// Returns the instruction set, and for one that was never timed so much.
std::string IsaInWords() {
  std::string isa = KernelIsa();
  if (isa != "amxint8") return isa;
  return isa +
         " (agrees with plain C++ here, but was written without such a CPU: "
         "nobody has timed it yet)";
}

Finding EngineFinding(const Engine& engine, double load_s) {
  const EngineOptions& options = engine.options();
  std::string kind = "fast: dobby's operators, " + IsaInWords();
  if (options.executor == ExecutorKind::kStock) {
    kind = "stock: ONNX Runtime's own operators";
    if (!options.stock_reason.empty()) {
      kind += " (" + options.stock_reason + ")";
    }
  }
  Finding finding{"engine", State::kOk,
                  kind + "; " + std::to_string(options.threads) +
                      " threads, up to " + std::to_string(options.agents) +
                      " agents; loaded in " + Format("%.1f s", load_s)};
  if (const std::string warning = KernelWarning(); !warning.empty()) {
    finding.state = State::kNote;
    finding.detail += "; " + warning;
  }
  return finding;
}

void CheckEngine(const ModelFolder& model, const Settings& settings,
                 std::vector<Finding>* findings) {
  const auto start = std::chrono::steady_clock::now();
  auto engine = MakeEngine(model, EngineOptionsOf(settings));
  if (!engine) {
    findings->push_back(Bad("engine", engine.error()));
    return;
  }
  const std::chrono::duration<double> load =
      std::chrono::steady_clock::now() - start;
  findings->push_back(EngineFinding(**engine, load.count()));
  findings->push_back(CheckTokenizer((*engine)->tokenizer()));
  findings->push_back(CheckInference(**engine));
}

}  // namespace

std::vector<Finding> Diagnose(const Settings& settings, Io& io) {
  std::vector<Finding> findings = {
      CheckCpu(),       CheckCpus(),    CheckMemory(),
      CheckRuntime(),   CheckSandbox(), CheckIndexState(settings, io),
      CheckTerminal(io)};
  std::optional<ModelFolder> model;
  findings.push_back(CheckModel(settings, &model));
  if (model) CheckEngine(*model, settings, &findings);
  return findings;
}

}  // namespace dobby::cli
