// tokenizer.json files of strangers, through Rust: refused, or they encode.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/fuzz_target.h"
#include "dobby/tokenizer.h"

namespace dobby {
namespace {

bool Gives(const std::vector<TokenId>& ids, TokenId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

DOBBY_FUZZ_TARGET(tokenizer_json) {
  static const FuzzFolder folder;
  const auto tokenizer = LoadTokenizer(folder.Write("tokenizer.json", input));
  if (!tokenizer) return;
  const TokenId named = (*tokenizer)->IdOf("<|im_end|>");
  // A file may call a control token its token for unknown text.
  const auto unknown = (*tokenizer)->Encode("\xF4\x8F\xBF\xBF");
  const bool is_unknown =
      !(*tokenizer)->IsControl(named) || (unknown && Gives(*unknown, named));
  for (const char* text : {"", "int main() {\n\treturn 0;\n}\n", "<|im_end|>",
                           "na\xC3\xAFve \xE2\x82\xAC 12345   x"}) {
    for (const bool trusted : {false, true}) {
      const auto ids = trusted ? (*tokenizer)->EncodeTrusted(text)
                               : (*tokenizer)->Encode(text);
      if (!ids) continue;
      const auto decoded = (*tokenizer)->Decode(*ids);
      Require(!decoded || IsUtf8(*decoded), "decoded text is UTF-8");
      Require(trusted || !Gives(*ids, named) || is_unknown,
              "plain text gives no control token");
    }
  }
  (void)(*tokenizer)->vocab_size();
  (void)(*tokenizer)->IdOf("<|im_end|>");
  (void)(*tokenizer)->IsControl(-1);
}

}  // namespace dobby
