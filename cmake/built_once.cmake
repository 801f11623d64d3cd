# Code of others is built once for all build folders: its library lies in
# DOBBY_DEPS/built/NAME-KEY, where KEY is a hash of everything it is made from.
# So it is never stale. A file appears there whole (publish_built.sh), so an
# interrupted build leaves nothing behind that the next one would take.
set(built ${DOBBY_DEPS}/built)
set(publish ${CMAKE_SOURCE_DIR}/cmake/publish_built.sh)

# Undefined behaviour of others is not ours to mend; wild memory accesses are.
string(REGEX REPLACE "undefined,?" "" built_sanitize "${DOBBY_SANITIZE}")
string(REGEX REPLACE ",$" "" built_sanitize "${built_sanitize}")

# Sets OUT to a key of TEXTs and of what FILES hold; when one of them changes,
# CMake runs again.
function(dobby_key out)
  cmake_parse_arguments(arg "" "" "FILES;TEXTS" ${ARGN})
  set(parts ${arg_TEXTS})
  foreach(file ${arg_FILES})
    file(SHA256 ${file} hash)
    list(APPEND parts ${hash})
  endforeach()
  string(SHA256 key "${parts}")
  string(SUBSTRING ${key} 0 16 key)
  set(${out} ${key} PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               ${arg_FILES})
endfunction()

# dobby_generate_once(OUT SOURCE file TOOL program OUTPUT name COMMAND ...):
# sets OUT to the folder in which COMMAND made OUTPUT of SOURCE, at once: so no
# compilation waits for it.
function(dobby_generate_once out)
  cmake_parse_arguments(arg "" "SOURCE;TOOL;OUTPUT" "COMMAND" ${ARGN})
  dobby_key(key FILES ${arg_SOURCE} ${arg_TOOL} TEXTS ${arg_OUTPUT})
  set(folder ${built}/${out}-${key})
  if(NOT EXISTS ${folder}/${arg_OUTPUT})
    set(part ${CMAKE_BINARY_DIR}/${out})
    file(MAKE_DIRECTORY ${part})
    execute_process(COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${part}
                    COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND ${publish} ${part} ${folder}
                    COMMAND_ERROR_IS_FATAL ANY)
  endif()
  set(${out} ${folder} PARENT_SCOPE)
endfunction()

# dobby_build_once(NAME SOURCES ... [SANITIZE] [INCLUDE dirs] [OPTIONS ...]
# [LINK libs]): the static library NAME. SANITIZE: with the sanitizers of this
# build, and then a library of its own.
function(dobby_build_once name)
  cmake_parse_arguments(arg "SANITIZE" "" "SOURCES;INCLUDE;OPTIONS;LINK" ${ARGN})
  set(options -w -DNDEBUG -g0 ${arg_OPTIONS})
  if(arg_SANITIZE AND built_sanitize)
    list(APPEND options -g1 -fsanitize=${built_sanitize}
         -fno-omit-frame-pointer)
  endif()
  set(files ${arg_SOURCES})
  foreach(source ${arg_SOURCES})
    get_filename_component(folder ${source} DIRECTORY)
    file(GLOB near ${folder}/*.[ch] ${folder}/*/*.h)
    list(APPEND files ${near})
  endforeach()
  list(REMOVE_DUPLICATES files)
  # The lock stands for headers that lie elsewhere in a crate.
  dobby_key(key FILES ${files} ${DOBBY_DEPS}/vendor/Cargo.lock TEXTS ${options}
    ${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} "${CMAKE_C_FLAGS}"
    ${CMAKE_CXX_COMPILER_VERSION} "${CMAKE_CXX_FLAGS}" ${Protobuf_VERSION})
  set(library ${built}/${name}-${key}/lib${name}.a)
  add_library(${name} STATIC IMPORTED)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${library}
    INTERFACE_INCLUDE_DIRECTORIES "${arg_INCLUDE}"
    INTERFACE_LINK_LIBRARIES "${arg_LINK}")
  if(EXISTS ${library})
    return()
  endif()
  foreach(source ${arg_SOURCES})
    get_filename_component(folder ${source} DIRECTORY)
    set_source_files_properties(${source} PROPERTIES
                                INCLUDE_DIRECTORIES "${folder};${arg_INCLUDE}")
  endforeach()
  add_library(${name}_build STATIC EXCLUDE_FROM_ALL ${arg_SOURCES})
  target_compile_options(${name}_build PRIVATE ${options})
  add_custom_command(OUTPUT ${library}
    COMMAND ${publish} $<TARGET_FILE:${name}_build> ${library}
    DEPENDS ${name}_build VERBATIM)
  dobby_publish_target(${name} ${library})
endfunction()

# dobby_cargo_build_once(NAME FOLDER SOURCES...): the static library of the
# crate NAME in FOLDER. The lock: cargo's own folder is one for all builds.
function(dobby_cargo_build_once name folder)
  execute_process(COMMAND rustc -vV OUTPUT_VARIABLE rust
                  COMMAND_ERROR_IS_FATAL ANY)
  set(files ${folder}/Cargo.toml ${folder}/Cargo.lock ${ARGN})
  dobby_key(key FILES ${files} TEXTS "${rust}")
  set(library ${built}/${name}-${key}/lib${name}.a)
  add_library(${name} STATIC IMPORTED)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${library})
  if(EXISTS ${library})
    return()
  endif()
  set(out ${DOBBY_DEPS}/cargo)
  file(MAKE_DIRECTORY ${out})
  add_custom_command(OUTPUT ${library}
    COMMAND ${CMAKE_COMMAND} -E env CARGO_TARGET_DIR=${out}
      flock ${out}/.built_once sh -c
      [["$0" build --release --locked -q --manifest-path "$1" && "$2" "$3" "$4"]]
      ${CARGO} ${folder}/Cargo.toml ${publish} ${out}/release/lib${name}.a
      ${library}
    DEPENDS ${files} COMMENT "Building the Rust library ${name}" VERBATIM)
  dobby_publish_target(${name} ${library})
endfunction()

# Gives the rule that makes `library` a place among the build's rules. Whoever
# links NAME waits for the file; nothing is compiled later because of it.
function(dobby_publish_target name library)
  add_custom_target(${name}_published ALL DEPENDS ${library})
endfunction()
