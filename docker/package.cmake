# What `cmake --install` puts where, and the package for Debian: cpack --config build/release/CPackConfig.cmake
include(GNUInstallDirs)
install(TARGETS ruadar RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES docker/ruadar.service DESTINATION lib/systemd/system)
install(FILES README.md SECURITY.md docker/grafana/dashboard.json docker/grafana/alerts.yaml docker/nginx.conf docker/Caddyfile
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES docker/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME operating.md)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

# What the program tells of itself.
set(told ${PROJECT_BINARY_DIR}/told)
set(files ${told}/ruadar.toml)
set(commands COMMAND ruadar config example >${told}/ruadar.toml)
find_program(SCDOC scdoc)
if(SCDOC)
  foreach(page ruadar.1 ruadar.toml.5 ruadar.7)
    list(APPEND files ${told}/${page}.gz)
    list(APPEND commands COMMAND ruadar man ${page} >${told}/${page}.scd
      COMMAND ${SCDOC} <${told}/${page}.scd >${told}/${page} COMMAND gzip -9nf ${told}/${page})
    string(REGEX MATCH "[0-9]$" section ${page})
    install(FILES ${told}/${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  endforeach()
else()
  message(STATUS "No scdoc: man pages are left out (docker/install-build-deps.sh package)")
endif()
add_custom_command(OUTPUT ${files} COMMAND ${CMAKE_COMMAND} -E make_directory ${told} ${commands}
  DEPENDS ruadar COMMENT "Man pages and the configuration file")
add_custom_target(told ALL DEPENDS ${files})
# An installation below another prefix than /usr keeps its configuration file as an example.
install(FILES ${told}/ruadar.toml DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${told}/ruadar.toml DESTINATION /etc/ruadar COMPONENT system EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ruadar)
set(CPACK_PACKAGE_VENDOR Ruadar)
set(CPACK_PACKAGE_CONTACT "The Ruadar developers <ruadar@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "DMARC aggregate reports, read, kept and shown")
set(CPACK_PACKAGE_DESCRIPTION "Reads DMARC aggregate reports from mailboxes and files, keeps them in one SQLite file,\n and shows in a browser and as JSON whether mail passes, who sends, and what receivers do about it.")
set(CPACK_SET_DESTDIR ON)  # for what lies in /etc
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL Unspecified system)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates")
file(WRITE ${PROJECT_BINARY_DIR}/deb/conffiles "/etc/ruadar/ruadar.toml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${PROJECT_SOURCE_DIR}/docker/deb/postinst;${PROJECT_SOURCE_DIR}/docker/deb/prerm;${PROJECT_SOURCE_DIR}/docker/deb/postrm;${PROJECT_BINARY_DIR}/deb/conffiles")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
