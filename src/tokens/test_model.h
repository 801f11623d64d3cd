// Shared by the tests of this folder: the real model's tokenizer and goldens.
#pragma once

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "base/files.h"

namespace dobby {

/// Returns the tokenizer.json of the model that `make test` installs.
inline std::string TestTokenizerPath() {
  const char* folder = std::getenv("DOBBY_TEST_MODEL");
  const std::string model =
      folder ? folder : XdgDir("DATA") + "/models/SmolLM2-135M-Instruct";
  return model + "/tokenizer.json";
}

/// Returns a parsed file. Throws when it is not there: the test then fails.
inline nlohmann::json ReadJson(const std::string& path) {
  const auto text = ReadWholeFile(path);
  if (!text) throw std::runtime_error(text.error().ToString());
  return nlohmann::json::parse(*text);
}

inline nlohmann::json ReadGolden(const std::string& name) {
  return ReadJson(std::string(DOBBY_TEST_DATA) + "/golden/" + name);
}

}  // namespace dobby
