# dobby_layer(NAME LIBS...): the library dobby_NAME of this folder's sources,
# and NAME_test of its *_test.cc, run as one test.
find_package(GTest REQUIRED)

add_library(dobby_flags INTERFACE)
target_compile_options(dobby_flags INTERFACE -Wall -Wextra -Wshadow
  -Wnon-virtual-dtor -Wno-missing-field-initializers)
if(DOBBY_WERROR)
  target_compile_options(dobby_flags INTERFACE -Werror)
endif()
if(DOBBY_SANITIZE)
  target_compile_options(dobby_flags INTERFACE -fsanitize=${DOBBY_SANITIZE}
    -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(dobby_flags INTERFACE -fsanitize=${DOBBY_SANITIZE})
endif()

function(dobby_layer name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc
       ${CMAKE_CURRENT_SOURCE_DIR}/*/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cc$|/main\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(NOT sources)
    add_library(dobby_${name} INTERFACE)
    return()
  endif()
  add_library(dobby_${name} STATIC ${sources})
  target_include_directories(dobby_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include
                             PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(dobby_${name} PUBLIC ${ARGN} PRIVATE dobby_flags)
  if(tests)
    add_executable(${name}_test ${tests})
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/src)
    target_compile_definitions(${name}_test PRIVATE
      DOBBY_TEST_DATA="${CMAKE_SOURCE_DIR}/tests"
      DOBBY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_link_libraries(${name}_test PRIVATE dobby_${name} dobby_flags
                          GTest::gtest_main GTest::gmock)
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  endif()
endfunction()
