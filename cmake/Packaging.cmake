# `cpack` in the build folder makes postern_<version>_<architecture>.deb: the program, also as `ak`, systemd units, a
# configuration in /etc/postern, manual page, completion.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr/local")
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "" FORCE)
endif()

set(packaging ${CMAKE_SOURCE_DIR}/packaging)
set(made ${CMAKE_BINARY_DIR}/packaging)

# gzip without a time, so that the same source gives the same file.
function(postern_compressed input output)
  add_custom_command(OUTPUT ${made}/${output} COMMAND ${CMAKE_COMMAND} -E make_directory ${made}
                     COMMAND sh -c "gzip -9n < '${input}' > '${made}/${output}'" DEPENDS ${input} VERBATIM)
endfunction()
postern_compressed(${packaging}/postern.1 postern.1.gz)
postern_compressed(${packaging}/debian/changelog changelog.gz)
add_custom_target(packaging_files ALL DEPENDS ${made}/postern.1.gz ${made}/changelog.gz)

install(TARGETS postern RUNTIME DESTINATION bin)
install(CODE "
  file(MAKE_DIRECTORY \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/man/man1\")
  file(CREATE_LINK postern \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/bin/ak\" SYMBOLIC)
  file(CREATE_LINK postern.1.gz \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/man/man1/ak.1.gz\" SYMBOLIC)")
install(FILES ${made}/postern.1.gz DESTINATION share/man/man1)
install(FILES ${packaging}/completion/postern.bash DESTINATION share/bash-completion/completions RENAME postern)
install(FILES ${made}/changelog.gz ${packaging}/debian/copyright DESTINATION share/doc/postern)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/SECURITY.md DESTINATION share/doc/postern)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/config/manual ${CMAKE_SOURCE_DIR}/config/observability DESTINATION share/doc/postern)
install(FILES ${CMAKE_SOURCE_DIR}/config/postern.yaml DESTINATION share/doc/postern/examples)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/config/blueprints ${CMAKE_SOURCE_DIR}/config/profiles
                  ${CMAKE_SOURCE_DIR}/config/dictionaries DESTINATION share/doc/postern/examples)
install(FILES ${CMAKE_SOURCE_DIR}/systemd/postern.service ${CMAKE_SOURCE_DIR}/systemd/postern.socket
              ${CMAKE_SOURCE_DIR}/systemd/postern-backup.service ${CMAKE_SOURCE_DIR}/systemd/postern-backup.timer
        DESTINATION /lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/systemd/postern.sysusers DESTINATION lib/sysusers.d RENAME postern.conf)
install(FILES ${packaging}/postern.yaml DESTINATION /etc/postern PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME postern)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "postern maintainers <postern@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "LDAP and RADIUS in front of an identity core")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Lets software that cannot speak OpenID Connect log people in: LDAP with
password;code and app passwords, RADIUS for VPN, Wi-Fi and network gear.
Every login is decided by users, groups, flows, policies and second
factors of its own, administered by files, commands and an HTTP API.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers, init-system-helpers (>= 1.52)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "ldap-utils, freeradius-utils")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${packaging}/debian/postinst ${packaging}/debian/prerm ${packaging}/debian/postrm
    ${packaging}/debian/conffiles)
include(CPack)
