#include <dobby_text_strings.h>

#include <utility>

#include "base/files.h"
#include "base/utf8.h"
#include "dobby/tokenizer.h"
#include "tokens/vocabulary.h"

namespace dobby {
namespace {

/// The largest tokenizer.json of the models in use is Gemma's, 33 MB.
constexpr std::uint64_t kMaxJsonBytes = 256u << 20;

class HfTokenizer : public Tokenizer {
 public:
  HfTokenizer(DtTokenizer* tokenizer, std::string path)
      : tokenizer_(tokenizer, &dt_free), path_(std::move(path)) {}

  Result<std::vector<TokenId>> Encode(std::string_view text) const override {
    return EncodeAs(text, /*trusted=*/false);
  }

  Result<std::vector<TokenId>> EncodeTrusted(
      std::string_view text) const override {
    return EncodeAs(text, /*trusted=*/true);
  }

  Result<std::string> Decode(std::span<const TokenId> ids) const override {
    // A negative id becomes one that no token has: an error below.
    const std::vector<std::uint32_t> unsigned_ids(ids.begin(), ids.end());
    DtBuffer text = {};
    DtBuffer error = {};
    if (!dt_decode(tokenizer_.get(), unsigned_ids.data(), unsigned_ids.size(),
                   &text, &error)) {
      return Error{ErrorCode::kUsage, Taken(error), path_};
    }
    return Taken(text);
  }

  std::size_t vocab_size() const override {
    return dt_vocab_size(tokenizer_.get());
  }

  TokenId IdOf(std::string_view name) const override {
    return static_cast<TokenId>(dt_id_of(tokenizer_.get(), Borrowed(name)));
  }

  bool IsControl(TokenId id) const override {
    return dt_is_control(tokenizer_.get(), static_cast<std::uint32_t>(id)) != 0;
  }

 private:
  Result<std::vector<TokenId>> EncodeAs(std::string_view text,
                                        bool trusted) const {
    if (!IsUtf8(text)) {
      return Error{ErrorCode::kCorrupt, "the text to encode is not UTF-8", ""};
    }
    DtIds ids = {};
    DtBuffer error = {};
    if (!dt_encode(tokenizer_.get(), Borrowed(text), trusted, &ids, &error)) {
      return Error{ErrorCode::kCorrupt, Taken(error), path_};
    }
    std::vector<TokenId> result(ids.data, ids.data + ids.size);
    dt_free_ids(ids);
    return result;
  }

  std::unique_ptr<DtTokenizer, decltype(&dt_free)> tokenizer_;
  std::string path_;
};

}  // namespace

Result<std::shared_ptr<const Tokenizer>> LoadTokenizer(
    const std::string& tokenizer_json_path) {
  auto json = ReadWholeFile(tokenizer_json_path, kMaxJsonBytes);
  if (!json) return json.error();
  DtBuffer error = {};
  std::vector<DtText> splits;
  for (const std::string_view split : KnownSplits()) {
    splits.push_back(Borrowed(split));
  }
  DtTokenizer* tokenizer = nullptr;
  if (dt_check_components(Borrowed(*json), splits.data(), splits.size(),
                          &error)) {
    tokenizer = dt_from_json(Borrowed(*json), &error);
  }
  if (!tokenizer) {
    return Error{ErrorCode::kCorrupt,
                 "this is not a usable tokenizer.json: " + Taken(error),
                 tokenizer_json_path};
  }
  return std::shared_ptr<const Tokenizer>(
      std::make_shared<HfTokenizer>(tokenizer, tokenizer_json_path));
}

}  // namespace dobby
