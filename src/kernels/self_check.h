// Whether an instruction set computes on this machine what plain C++ does.
#pragma once

#include <string_view>

#include "kernels/attention.h"
#include "kernels/linear.h"
#include "kernels/simd.h"

namespace dobby {

/// The kernels as a self-check calls them: a test puts in broken ones.
struct CheckedKernels {
  decltype(&Linear) linear = Linear;
  decltype(&Attend) attend = Attend;
};

/// Returns the first kernel whose result with `simd` differs from that of
/// plain C++ ("linear, 4 bits"), or an empty text if all agree. The cases are
/// small, the same every time, and take about a millisecond. Every bit must
/// agree.
std::string_view FailedKernel(Simd simd, const CheckedKernels& kernels = {});

}  // namespace dobby
