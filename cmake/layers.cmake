# dobby_layer(NAME [COLD] LIBS...): the library dobby_NAME of this folder's
# sources, NAME_test of its *_test.cc, run as one test; with DOBBY_BENCH also
# NAME_bench of its *_bench.cc, with DOBBY_FUZZ one fuzzer of each of its
# *_fuzz.cc. COLD: no time is spent in it, so it is made to compile quickly.
# Without DOBBY_FUZZ, tests/fuzz makes one test of all fuzzers and their corpora.
find_package(GTest REQUIRED)
option(DOBBY_BENCH "build the microbenchmarks" OFF)
option(DOBBY_FUZZ "build the fuzzers (clang)" OFF)
if(DOBBY_BENCH)
  find_package(benchmark REQUIRED)
endif()

add_library(dobby_flags INTERFACE)
# -Wrestrict of g++ 12 warns of sums of strings that are right (GCC bug 105651).
target_compile_options(dobby_flags INTERFACE -Wall -Wextra -Wshadow
  -Wnon-virtual-dtor -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(DOBBY_WERROR)
  target_compile_options(dobby_flags INTERFACE -Werror)
endif()
if(DOBBY_SANITIZE)
  target_compile_options(dobby_flags INTERFACE -fsanitize=${DOBBY_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(dobby_flags INTERFACE -fsanitize=${DOBBY_SANITIZE})
endif()

# Half a second of compiling a file is worth more than its speed.
set(quick $<$<NOT:$<CONFIG:Debug>>:-O1>)

# An executable of the folder in which it is called.
function(dobby_layer_executable target layer)
  add_executable(${target} ${ARGN})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_compile_definitions(${target} PRIVATE
    DOBBY_TEST_DATA="${CMAKE_SOURCE_DIR}/tests"
    DOBBY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE dobby_${layer} dobby_flags)
endfunction()

# dobby_test(NAME COMMAND...): a test of this build that runs in a folder of its
# own, so that tests run side by side.
function(dobby_test name)
  if(DOBBY_SANITIZE)
    string(APPEND name "_sanitized")
  endif()
  add_test(NAME ${name} COMMAND ${CMAKE_SOURCE_DIR}/tools/run_test ${ARGN})
  # Packed weights of test models stay out of the user's cache.
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 ENVIRONMENT
    "DOBBY_CACHE=${CMAKE_BINARY_DIR}/test-cache;TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/races.supp")
endfunction()

function(dobby_layer name)
  cmake_parse_arguments(arg "COLD" "" "" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc
       ${CMAKE_CURRENT_SOURCE_DIR}/*/*.cc)
  foreach(kind test bench fuzz)
    set(${kind}_sources ${sources})
    list(FILTER ${kind}_sources INCLUDE REGEX "_${kind}\\.cc$")
  endforeach()
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cc$|/main\\.cc$")
  add_library(dobby_${name} STATIC ${sources})
  target_include_directories(dobby_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include
                             PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(dobby_${name} PUBLIC ${arg_UNPARSED_ARGUMENTS} PRIVATE dobby_flags)
  if(arg_COLD)
    target_compile_options(dobby_${name} PRIVATE ${quick})
  endif()
  if(test_sources)
    dobby_layer_executable(${name}_test ${name} ${test_sources})
    target_link_libraries(${name}_test PRIVATE GTest::gtest_main GTest::gmock)
    dobby_test(${name} $<TARGET_FILE:${name}_test>)
  endif()
  if(DOBBY_BENCH AND bench_sources)
    dobby_layer_executable(${name}_bench ${name} ${bench_sources})
    target_link_libraries(${name}_bench PRIVATE benchmark::benchmark_main)
  endif()
  if(DOBBY_FUZZ)
    foreach(source ${fuzz_sources})
      get_filename_component(fuzzer ${source} NAME_WE)
      dobby_layer_executable(${fuzzer} ${name} ${source})
      target_compile_definitions(${fuzzer} PRIVATE DOBBY_LIBFUZZER)
      target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
      set_property(GLOBAL APPEND PROPERTY DOBBY_FUZZERS ${fuzzer})
    endforeach()
  elseif(fuzz_sources)
    set_property(GLOBAL APPEND PROPERTY DOBBY_FUZZ_SOURCES ${fuzz_sources})
    set_property(GLOBAL APPEND PROPERTY DOBBY_FUZZ_LAYERS dobby_${name})
  endif()
endfunction()
