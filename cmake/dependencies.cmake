# Every library that is not ours. Versions and checksums: tools/setup, the
# Cargo.lock files, and Debian bookworm.
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ICU COMPONENTS i18n uc REQUIRED)
find_package(LibXml2 REQUIRED)
find_program(CARGO cargo REQUIRED)
include(cmake/built_once.cmake)

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

# --- libyaml: Debian's has no CMake file.
find_path(YAML_INCLUDE yaml.h REQUIRED)
find_library(YAML yaml REQUIRED)
add_library(libyaml SHARED IMPORTED)
set_target_properties(libyaml PROPERTIES IMPORTED_LOCATION ${YAML}
  INTERFACE_INCLUDE_DIRECTORIES ${YAML_INCLUDE})

# --- md4c: its CMake file wants the library of another Debian package too.
find_path(MD4C_INCLUDE md4c.h REQUIRED)
find_library(MD4C md4c REQUIRED)
add_library(md4c SHARED IMPORTED)
set_target_properties(md4c PROPERTIES IMPORTED_LOCATION ${MD4C}
  INTERFACE_INCLUDE_DIRECTORIES ${MD4C_INCLUDE})

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
dobby_generate_once(onnx_gen SOURCE ${DOBBY_DEPS}/onnx-proto/onnx-ml.proto
  TOOL ${PROTOC} OUTPUT onnx-ml.pb.cc
  COMMAND ${PROTOC} --proto_path=${DOBBY_DEPS}/onnx-proto --cpp_out=.
          onnx-ml.proto)
dobby_build_once(onnx_schema SOURCES ${onnx_gen}/onnx-ml.pb.cc
  INCLUDE ${onnx_gen} OPTIONS -O1
  LINK ${PROTOBUF_LITE_A} Threads::Threads)

# --- C sources that come as crates: BLAKE3, SQLite, tree-sitter and its
# grammars.
set(vendor ${DOBBY_DEPS}/vendor)
set(b3 ${vendor}/blake3/c)
dobby_build_once(blake3 SOURCES ${b3}/blake3.c ${b3}/blake3_dispatch.c
  ${b3}/blake3_portable.c ${b3}/blake3_sse2_x86-64_unix.S
  ${b3}/blake3_sse41_x86-64_unix.S ${b3}/blake3_avx2_x86-64_unix.S
  ${b3}/blake3_avx512_x86-64_unix.S
  INCLUDE ${b3} OPTIONS -O2)

# Debian's SQLite is too old for contentless_delete (3.43). What is not needed
# is left out; a hard limit of memory needs the statistics of allocations.
set(sqlite ${vendor}/libsqlite3-sys/sqlite3)
dobby_build_once(sqlite SANITIZE SOURCES ${sqlite}/sqlite3.c
  INCLUDE ${sqlite}
  OPTIONS -O2 -DHAVE_USLEEP=1 -DSQLITE_DEFAULT_MEMSTATUS=1 -DSQLITE_DQS=0
    -DSQLITE_ENABLE_FTS5 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS
    -DSQLITE_MAX_ATTACHED=1 -DSQLITE_OMIT_DEPRECATED
    -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_SHARED_CACHE
    -DSQLITE_TEMP_STORE=3 -DSQLITE_THREADSAFE=2 -DSQLITE_TRUSTED_SCHEMA=0
  LINK Threads::Threads m)

set(parsers)
set(scanners)
foreach(grammar c cpp python rust go java javascript typescript/typescript
        typescript/tsx c-sharp ruby php/php kotlin-ng swift bash dart elixir
        lua objc r zig
        # of configurations, data and builds
        cmake containerfile css html json proto toml-ng xml/xml)
  set(dir ${vendor}/tree-sitter-${grammar}/src)
  list(APPEND parsers ${dir}/parser.c)
  if(EXISTS ${dir}/scanner.c)
    list(APPEND scanners ${dir}/scanner.c)
  endif()
endforeach()
# What a stranger's text runs through is written by hand: the core and the
# scanners have the sanitizers. The parsers are generated tables.
dobby_build_once(tree_sitter SANITIZE SOURCES ${vendor}/tree-sitter/src/lib.c
  INCLUDE ${vendor}/tree-sitter/include
  OPTIONS -O2 -D_DEFAULT_SOURCE -I${vendor}/tree-sitter/src)
dobby_build_once(tree_sitter_scanners SANITIZE SOURCES ${scanners} OPTIONS -O2)
# -O1: generated tables gain nothing from more, and compile twice as fast.
dobby_build_once(tree_sitter_parsers SOURCES ${parsers} OPTIONS -O1)
add_library(tree_sitter_grammars INTERFACE)
target_link_libraries(tree_sitter_grammars INTERFACE
  tree_sitter_parsers tree_sitter_scanners tree_sitter)

# --- tokenizers and minijinja behind a C ABI: a Rust static library.
set(text_dir ${CMAKE_SOURCE_DIR}/rust/text)
file(GLOB text_sources CONFIGURE_DEPENDS ${text_dir}/src/*.rs)
dobby_cargo_build_once(dobby_text ${text_dir} ${text_sources})
set_target_properties(dobby_text PROPERTIES
  INTERFACE_INCLUDE_DIRECTORIES ${text_dir}/include
  INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m")
