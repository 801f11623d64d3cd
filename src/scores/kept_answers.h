// Answers on disk, so that a stopped evaluation can continue.
#pragma once

#include <map>
#include <string>

#include "base/descriptor.h"
#include "dobby/evaluation.h"
#include "dobby/result.h"

namespace dobby {

/// A file of JSON lines: one answer each, with the key that it depends on.
class KeptAnswers {
 public:
  KeptAnswers(std::string path, std::string key);

  /// Reads the answers with this key and drops the rest. Errors: kIo.
  Result<void> Open();

  /// Returns the answer to a row, or null.
  const EvalAnswer* Find(const std::string& id) const;

  /// Appends an answer. Errors: kIo.
  Result<void> Keep(const EvalAnswer& answer);

 private:
  std::string path_, key_;
  std::map<std::string, EvalAnswer> answers_;
  Descriptor file_;
};

}  // namespace dobby
