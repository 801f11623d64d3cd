// The linear kernel with AMX.
#ifdef __x86_64__
#include "kernels/linear_amx.h"

namespace dobby {

LinearKernel AmxInt8Linear() { return AmxLinear<AmxTiles>::Kernel(); }

}  // namespace dobby
#endif
