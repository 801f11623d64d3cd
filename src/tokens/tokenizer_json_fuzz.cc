// tokenizer.json files of strangers, through Rust: refused, or they encode.
#include <string>
#include <string_view>

#include "base/fuzz_target.h"
#include "dobby/tokenizer.h"

namespace dobby {

DOBBY_FUZZ_TARGET(tokenizer_json) {
  static const FuzzFolder folder;
  const auto tokenizer = LoadTokenizer(folder.Write("tokenizer.json", input));
  if (!tokenizer) return;
  for (const char* text : {"", "int main() {\n\treturn 0;\n}\n", "<|im_end|>",
                           "na\xC3\xAFve \xE2\x82\xAC 12345   x"}) {
    for (const bool trusted : {false, true}) {
      const auto ids = trusted ? (*tokenizer)->EncodeTrusted(text)
                               : (*tokenizer)->Encode(text);
      if (!ids) continue;
      const auto decoded = (*tokenizer)->Decode(*ids);
      Require(!decoded || IsUtf8(*decoded), "decoded text is UTF-8");
      for (const TokenId id : *ids) {
        Require(trusted || !(*tokenizer)->IsControl(id),
                "plain text gives no control token");
      }
    }
  }
  (void)(*tokenizer)->vocab_size();
  (void)(*tokenizer)->IdOf("<|im_end|>");
  (void)(*tokenizer)->IsControl(-1);
}

}  // namespace dobby
