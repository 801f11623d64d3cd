#include "dobby/summary.h"

namespace dobby {

std::string_view NameOf(Level level) {
  switch (level) {
    case Level::kChunk:
      return "chunk";
    case Level::kFile:
      return "file";
    case Level::kDir:
      return "dir";
    case Level::kRepo:
      return "repo";
  }
  return "";
}

std::string_view NameOf(Voice voice) {
  switch (voice) {
    case Voice::kManifest:
      return "manifest";
    case Voice::kReadme:
      return "readme";
    case Voice::kHeader:
      return "header";
    case Voice::kDefinition:
      return "definition";
    case Voice::kCounterpart:
      return "counterpart";
    case Voice::kStructure:
      return "structure";
    case Voice::kQuote:
      return "quote";
    case Voice::kModel:
      return "model";
    case Voice::kFallback:
      return "fallback";
  }
  return "";
}

bool IsAuthors(Voice voice) {
  return voice == Voice::kManifest || voice == Voice::kReadme ||
         voice == Voice::kHeader;
}

std::string_view NameOf(Freshness freshness) {
  switch (freshness) {
    case Freshness::kCurrent:
      return "current";
    case Freshness::kStale:
      return "stale";
    case Freshness::kMissing:
      return "missing";
  }
  return "";
}

// Two lines of at most about 30 words. A small model left alone repeats
// itself: a mild penalty and no run of six tokens twice stop that without
// forbidding the names that both lines need.
SummariserOptions::SummariserOptions() {
  decoding.lines = 2;
  decoding.max_line_tokens = 40;
  decoding.repetition_penalty = 1.1f;
  decoding.no_repeat_ngram = 6;
}

}  // namespace dobby
