// Checks that an instruction set computes the same as plain C++ on this
// machine.
#pragma once

#include <string_view>

#include "kernels/attention.h"
#include "kernels/linear.h"
#include "kernels/simd.h"

namespace dobby {

/// The kernels that a self-check calls. A test passes broken ones.
struct CheckedKernels {
  decltype(&Linear) linear = Linear;
  decltype(&Attend) attend = Attend;
};

/// Returns the first kernel whose result with `simd` differs in any bit from
/// that of plain C++ ("linear, 4 bits"); empty if all agree. The cases are
/// small, always the same, and take about a millisecond.
std::string_view FailedKernel(Simd simd, const CheckedKernels& kernels = {});

}  // namespace dobby
