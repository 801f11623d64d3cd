// What a model.onnx may hold before a runtime sees it.
#pragma once

#include "dobby/model.h"
#include "dobby/result.h"

namespace onnx {
class ModelProto;
}  // namespace onnx

namespace dobby {

/// Checks that a graph is one that an import could have written for the
/// manifest of `model`. Runtimes trust a graph, and the engine takes the sizes
/// of its buffers from the manifest, so nothing else may reach them:
///   - nodes are operators of ONNX or com.microsoft that decoders are made of
///     (see IsPortableOperator), without subgraphs, tensors or functions;
///   - external data lies in files beside it that the manifest lists;
///   - inputs and outputs are those of BuildDecoder, with the manifest's
///     layers, KV heads, head size and vocabulary.
/// Errors: kModel, kUnsupported (an operator), with the name of what is wrong.
Result<void> CheckPortableGraph(const onnx::ModelProto& proto,
                                const ModelFolder& model);

}  // namespace dobby
