# make install: the program finds the library by its RPATH, $ORIGIN/../lib, so
# the installed tree can be moved. Man page and completions are what the program
# itself prints.
set(made ${CMAKE_BINARY_DIR}/share)
file(MAKE_DIRECTORY ${made})
function(dobby_prints file)
  add_custom_command(OUTPUT ${made}/${file}
    COMMAND sh -c [[out=$1; shift; exec "$@" >"$out"]] sh ${made}/${file}
            $<TARGET_FILE:dobby> ${ARGN}
    DEPENDS dobby VERBATIM)
  set_property(GLOBAL APPEND PROPERTY dobby_printed ${made}/${file})
endfunction()
dobby_prints(dobby.1 --man)
dobby_prints(dobby.bash completions bash)
dobby_prints(_dobby completions zsh)
dobby_prints(dobby.fish completions fish)
get_property(printed GLOBAL PROPERTY dobby_printed)
add_custom_target(dobby_printed ALL DEPENDS ${printed})

install(FILES ${made}/dobby.1 DESTINATION share/man/man1)
install(FILES ${made}/dobby.bash RENAME dobby
        DESTINATION share/bash-completion/completions)
install(FILES ${made}/_dobby DESTINATION share/zsh/site-functions)
install(FILES ${made}/dobby.fish DESTINATION share/fish/vendor_completions.d)
install(PROGRAMS ${ort}/lib/libonnxruntime.so.1.32.0 DESTINATION lib
        RENAME libonnxruntime.so.1)
install(FILES ${ort}/lib/LICENSE ${ort}/lib/ThirdPartyNotices.txt
        DESTINATION share/doc/dobby/onnxruntime)
install(FILES LICENSE NOTICE README.md DESTINATION share/doc/dobby)
