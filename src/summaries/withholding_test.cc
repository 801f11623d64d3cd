#include "summaries/withholding.h"

#include <gtest/gtest.h>

namespace dobby {
namespace {

TEST(Withholding, ALineClaimsMoreThanItsSubject) {
  EXPECT_TRUE(IsWorthShowing("This module throttles clients.", "limits.py"));
  EXPECT_FALSE(
      IsWorthShowing("This module reads a list of items from a file.", "a.py"));
  EXPECT_FALSE(IsWorthShowing("Package throttle is a throttle.",
                              "net/throttle.go Package throttle"));
  EXPECT_FALSE(IsWorthShowing("This module throttles clients that", "a.py"))
      << "no sentence";
  EXPECT_FALSE(IsWorthShowing("", "a.py"));
}

}  // namespace
}  // namespace dobby
