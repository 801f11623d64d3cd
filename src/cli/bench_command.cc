#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/files.h"
#include "cli/bench_run.h"
#include "cli/commands.h"
#include "cli/confinement.h"
#include "cli/engine_setup.h"
#include "cli/trace_file.h"

namespace dobby::cli {
namespace {

/// Long enough that every operator has run once with one row and with many.
constexpr char kWarmUp[] = "int main(void) { return 0; }";

Result<void> WarmUp(Engine& engine) {
  Decoding decoding;
  decoding.max_new_tokens = 4;
  decoding.ignore_eos = true;
  auto warm = RunPrompts(engine, {kWarmUp}, decoding);
  if (!warm) return warm.error();
  return {};
}

void PrintJson(const BenchResult& result, Io& io) {
  const nlohmann::ordered_json object = {
      {"wall_s", result.wall_s},
      {"chunks", result.chunks},
      {"prompt_tokens", result.prompt_tokens},
      {"generated_tokens", result.generated_tokens},
      {"drafted_tokens", result.drafted_tokens},
      {"right_drafts", result.right_drafts},
      {"ttft_ms_mean", result.ttft_ms_mean},
      {"prefill_tokens_per_s", result.prefill_tokens_per_s},
      {"decode_tokens_per_s", result.decode_tokens_per_s},
      {"peak_rss_bytes", result.peak_rss_bytes}};
  io.out << object.dump() << "\n";
}

void PrintText(const BenchResult& result, Io& io) {
  const auto row = [&io](const char* name, double value, const char* unit) {
    char line[80];
    std::snprintf(line, sizeof line, "%-24s %12.1f %s\n", name, value, unit);
    io.out << line;
  };
  const auto chunks = static_cast<double>(result.chunks);
  row("wall", result.wall_s, "s");
  row("chunks", chunks, "");
  row("chunks a minute", chunks * 60 / result.wall_s, "");
  row("prompt tokens", static_cast<double>(result.prompt_tokens), "");
  row("generated tokens", static_cast<double>(result.generated_tokens), "");
  row("drafted tokens", static_cast<double>(result.drafted_tokens), "");
  row("of them right", static_cast<double>(result.right_drafts), "");
  row("mean time to first token", result.ttft_ms_mean, "ms");
  row("prefill", result.prefill_tokens_per_s, "tokens/s");
  row("decode", result.decode_tokens_per_s, "tokens/s");
  row("peak memory", static_cast<double>(result.peak_rss_bytes) / 1e6, "MB");
}

Result<void> WriteTokens(const std::string& path, const BenchResult& result) {
  if (path.empty()) return {};
  std::string text;
  for (const auto& tokens : result.tokens) {
    text += nlohmann::json(tokens).dump() + "\n";
  }
  return WriteFileAtomically(path, text);
}

Result<void> ConfineBench(const Settings& settings, Io& io) {
  SandboxRules rules;
  AllowModels(settings, &rules);
  AllowReading(settings.Text(FlagId::kPrompts), &rules);
  for (const FlagId output :
       {FlagId::kTrace, FlagId::kOrtProfile, FlagId::kOutTokens}) {
    AllowOutput(settings.Text(output), &rules);
  }
  return Confine(rules, settings, io);
}

}  // namespace

int RunBench(const Invocation& invocation, Io& io) {
  const Settings& settings = invocation.settings;
  const std::string path = settings.Text(FlagId::kPrompts);
  if (path.empty()) {
    return Fail(io, {ErrorCode::kUsage, "is needed: a file of JSON lines",
                     "--prompts"});
  }
  if (auto confined = ConfineBench(settings, io); !confined) {
    return Fail(io, confined.error());
  }
  auto prompts = ReadPrompts(path);
  if (!prompts) return Fail(io, prompts.error());
  std::unique_ptr<TraceFile> trace;  // Outlives the engine.
  auto engine = OpenEngine(settings, io);
  if (!engine) return Fail(io, engine.error());
  auto traced = TraceFile::Attach(settings.Text(FlagId::kTrace), **engine);
  if (!traced) return Fail(io, traced.error());
  trace = *std::move(traced);
  Decoding decoding;
  decoding.max_new_tokens = settings.Amount(FlagId::kMaxNewTokens);
  decoding.ignore_eos = settings.On(FlagId::kIgnoreEos);
  if (auto warm = WarmUp(**engine); !warm) return Fail(io, warm.error());
  auto result = RunPrompts(**engine, *prompts, decoding);
  if (!result) return Fail(io, result.error());
  auto written = WriteTokens(settings.Text(FlagId::kOutTokens), *result);
  if (!written) return Fail(io, written.error());
  if (io.json) {
    PrintJson(*result, io);
  } else {
    PrintText(*result, io);
  }
  return kOk;
}

}  // namespace dobby::cli
