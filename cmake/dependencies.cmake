# Every library that is not ours. Versions and checksums: tools/setup, the
# Cargo.lock files, and Debian bookworm.
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_program(CARGO cargo REQUIRED)

# --- cpp-httplib: Debian's comes without a CMake file, and the types in its
# header depend on these definitions (those of its cpp-httplib.pc).
find_package(OpenSSL REQUIRED)
find_path(HTTPLIB_INCLUDE httplib.h REQUIRED)
find_library(HTTPLIB cpp-httplib REQUIRED)
add_library(cpp_httplib SHARED IMPORTED)
set_target_properties(cpp_httplib PROPERTIES
  IMPORTED_LOCATION ${HTTPLIB}
  INTERFACE_INCLUDE_DIRECTORIES ${HTTPLIB_INCLUDE}
  INTERFACE_COMPILE_DEFINITIONS "CPPHTTPLIB_OPENSSL_SUPPORT;CPPHTTPLIB_ZLIB_SUPPORT;CPPHTTPLIB_BROTLI_SUPPORT"
  INTERFACE_LINK_LIBRARIES "OpenSSL::SSL;OpenSSL::Crypto;Threads::Threads")

# --- ONNX Runtime: library of the wheel, headers of the Debian package.
set(ort ${DOBBY_DEPS}/onnxruntime)
if(NOT EXISTS ${ort}/lib/libonnxruntime.so.1.32.0)
  message(FATAL_ERROR "no ONNX Runtime in ${DOBBY_DEPS}: run tools/setup first")
endif()
add_library(onnxruntime SHARED IMPORTED)
set_target_properties(onnxruntime PROPERTIES
  IMPORTED_LOCATION ${ort}/lib/libonnxruntime.so.1.32.0
  IMPORTED_SONAME libonnxruntime.so.1
  INTERFACE_INCLUDE_DIRECTORIES ${ort}/include)

# --- The ONNX schema, with protobuf's lite runtime, static.
find_package(Protobuf REQUIRED)
find_program(PROTOC protoc REQUIRED)
find_library(PROTOBUF_LITE_A libprotobuf-lite.a REQUIRED)
set(onnx_gen ${CMAKE_BINARY_DIR}/onnx-gen)
file(MAKE_DIRECTORY ${onnx_gen})
add_custom_command(OUTPUT ${onnx_gen}/onnx-ml.pb.cc ${onnx_gen}/onnx-ml.pb.h
  COMMAND ${PROTOC} --proto_path=${DOBBY_DEPS}/onnx-proto
          --cpp_out=${onnx_gen} onnx-ml.proto
  DEPENDS ${DOBBY_DEPS}/onnx-proto/onnx-ml.proto VERBATIM)
add_library(onnx_schema STATIC ${onnx_gen}/onnx-ml.pb.cc)
target_include_directories(onnx_schema SYSTEM PUBLIC ${onnx_gen})
target_compile_options(onnx_schema PRIVATE -w)
target_link_libraries(onnx_schema PUBLIC ${PROTOBUF_LITE_A} Threads::Threads)

# --- C sources that come as crates: BLAKE3, tree-sitter and its grammars.
set(vendor ${DOBBY_DEPS}/vendor)
set(b3 ${vendor}/blake3/c)
add_library(blake3 STATIC ${b3}/blake3.c ${b3}/blake3_dispatch.c
  ${b3}/blake3_portable.c ${b3}/blake3_sse2_x86-64_unix.S
  ${b3}/blake3_sse41_x86-64_unix.S ${b3}/blake3_avx2_x86-64_unix.S
  ${b3}/blake3_avx512_x86-64_unix.S)
target_include_directories(blake3 SYSTEM PUBLIC ${b3})
target_compile_options(blake3 PRIVATE -w -O2)

add_library(tree_sitter STATIC ${vendor}/tree-sitter/src/lib.c)
target_include_directories(tree_sitter SYSTEM
  PUBLIC ${vendor}/tree-sitter/include PRIVATE ${vendor}/tree-sitter/src)
target_compile_definitions(tree_sitter PRIVATE _DEFAULT_SOURCE)
target_compile_options(tree_sitter PRIVATE -w -O2)

set(grammar_objects)
foreach(grammar c cpp python rust go java javascript typescript/typescript
        typescript/tsx c-sharp ruby php/php kotlin-ng swift bash)
  string(REGEX REPLACE "[/-]" "_" target grammar_${grammar})
  set(dir ${vendor}/tree-sitter-${grammar}/src)
  file(GLOB grammar_sources ${dir}/parser.c ${dir}/scanner.c)
  add_library(${target} OBJECT ${grammar_sources})
  target_include_directories(${target} PRIVATE ${dir})
  # -O1: generated tables gain nothing from more, and compile twice as fast.
  target_compile_options(${target} PRIVATE -w -O1)
  list(APPEND grammar_objects $<TARGET_OBJECTS:${target}>)
endforeach()
add_library(tree_sitter_grammars STATIC ${grammar_objects})
target_link_libraries(tree_sitter_grammars PUBLIC tree_sitter)

# --- tokenizers and minijinja behind a C ABI: a Rust static library.
set(text_dir ${CMAKE_SOURCE_DIR}/rust/text)
set(text_out ${DOBBY_DEPS}/cargo)
file(GLOB text_sources CONFIGURE_DEPENDS ${text_dir}/src/*.rs)
add_custom_command(OUTPUT ${text_out}/release/libdobby_text.a
  COMMAND ${CMAKE_COMMAND} -E env CARGO_TARGET_DIR=${text_out}
          ${CARGO} build --release --locked --quiet
          --manifest-path ${text_dir}/Cargo.toml
  DEPENDS ${text_dir}/Cargo.toml ${text_dir}/Cargo.lock ${text_sources}
  USES_TERMINAL VERBATIM)
add_custom_target(dobby_text_build DEPENDS ${text_out}/release/libdobby_text.a)
add_library(dobby_text STATIC IMPORTED)
set_target_properties(dobby_text PROPERTIES
  IMPORTED_LOCATION ${text_out}/release/libdobby_text.a
  INTERFACE_INCLUDE_DIRECTORIES ${text_dir}/include
  INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m")
add_dependencies(dobby_text dobby_text_build)
