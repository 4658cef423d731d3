# bin/, share/footprint/datasets, man pages and completions. The program finds the facts beside itself.
install(TARGETS footprint RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY datasets/ DESTINATION ${CMAKE_INSTALL_DATADIR}/footprint/datasets)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(EXISTS "${PROJECT_SOURCE_DIR}/docs/man")
    install(DIRECTORY docs/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
endif()
if(EXISTS "${PROJECT_SOURCE_DIR}/docs/completions")
    install(FILES docs/completions/footprint.bash
            DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME footprint)
    install(FILES docs/completions/_footprint DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
    install(FILES docs/completions/footprint.fish
            DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
