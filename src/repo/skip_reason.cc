#include "dobby/repo.h"

namespace dobby {

std::string_view NameOf(SkipReason reason) {
  switch (reason) {
    case SkipReason::kIgnored:
      return "ignored";
    case SkipReason::kGenerated:
      return "generated";
    case SkipReason::kVendored:
      return "vendored";
    case SkipReason::kLockFile:
      return "lock_file";
    case SkipReason::kBinary:
      return "binary";
    case SkipReason::kTooLarge:
      return "too_large";
    case SkipReason::kEmpty:
      return "empty";
    case SkipReason::kSymlink:
      return "symlink";
    case SkipReason::kSpecial:
      return "special";
    case SkipReason::kMinified:
      return "minified";
    case SkipReason::kTooDeep:
      return "too_deep";
    case SkipReason::kLfsPointer:
      return "lfs_pointer";
    case SkipReason::kOwnExport:
      return "own_export";
  }
  return "unknown";
}

}  // namespace dobby
