#include "chunks/parse.h"

#include <malloc.h>
#include <time.h>

#include <cstdlib>
#include <utility>

namespace dobby {
namespace {

constexpr std::int64_t kMaxParseNs = 2'000'000'000;
constexpr std::int64_t kMaxParseMemory = 192 << 20;

struct ParserDeleter {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};
using ParserPtr = std::unique_ptr<TSParser, ParserDeleter>;

/// Bytes that the parsers and trees of this thread hold. Trees end on the
/// thread that made them.
thread_local std::int64_t held_bytes = 0;

void* Counted(void* memory) {
  held_bytes += static_cast<std::int64_t>(::malloc_usable_size(memory));
  return memory;
}

/// As the parser's own: where there is no memory, the process ends.
void* NotNull(void* memory) {
  if (memory == nullptr) std::abort();
  return memory;
}

void* Allocate(std::size_t bytes) {
  return Counted(NotNull(std::malloc(bytes > 0 ? bytes : 1)));
}

void* AllocateZeroed(std::size_t count, std::size_t bytes) {
  return Counted(NotNull(std::calloc(count > 0 ? count : 1, bytes)));
}

void Free(void* memory) {
  held_bytes -= static_cast<std::int64_t>(::malloc_usable_size(memory));
  std::free(memory);
}

void* Reallocate(void* memory, std::size_t bytes) {
  held_bytes -= static_cast<std::int64_t>(::malloc_usable_size(memory));
  return Counted(NotNull(std::realloc(memory, bytes > 0 ? bytes : 1)));
}

const char* ReadText(void* payload, std::uint32_t begin, TSPoint,
                     std::uint32_t* size) {
  const auto& text = *static_cast<const std::string*>(payload);
  *size = static_cast<std::uint32_t>(text.size() - begin);
  return text.data() + begin;
}

std::int64_t CpuNs() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

}  // namespace

ParseLimit::ParseLimit(std::stop_token stop)
    : stop_(std::move(stop)),
      end_ns_(CpuNs() + kMaxParseNs),
      most_bytes_(held_bytes + kMaxParseMemory) {}

bool ParseLimit::IsPassed() const {
  return held_bytes > most_bytes_ || stop_.stop_requested() ||
         CpuNs() > end_ns_;
}

TreePtr ParseText(const std::string& text, const TSLanguage* language,
                  const ParseLimit& limit) {
  static const bool counts = [] {
    ts_set_allocator(Allocate, AllocateZeroed, Reallocate, Free);
    return true;
  }();
  const ParserPtr parser(counts ? ts_parser_new() : nullptr);
  if (!ts_parser_set_language(parser.get(), language)) return nullptr;
  const TSInput input{const_cast<std::string*>(&text), ReadText,
                      TSInputEncodingUTF8, nullptr};
  const TSParseOptions options{
      const_cast<ParseLimit*>(&limit), [](TSParseState* state) {
        return static_cast<const ParseLimit*>(state->payload)->IsPassed();
      }};
  return TreePtr(
      ts_parser_parse_with_options(parser.get(), nullptr, input, options));
}

}  // namespace dobby
