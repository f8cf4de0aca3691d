# postern_room(<name> [LINK targets...]): a room is one static library made of all .cpp files in the
# calling folder. Links are PRIVATE, so a room sees only what it names itself.
function(postern_room name)
  cmake_parse_arguments(ROOM "" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE ${ROOM_LINK})
endfunction()

# postern_test(<name> SOURCES ... LINK ...): one GoogleTest program; every case is a ctest entry.
function(postern_test name)
  cmake_parse_arguments(T "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${T_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src
                                             ${CMAKE_SOURCE_DIR}/tests)
  # The rooms under test are built as they are served; the tests themselves need to be built soon.
  target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1> -g1)
  target_link_libraries(${name} PRIVATE ${T_LINK} GTest::gtest_main)
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT 120 LABELS "${T_LABELS}")
endfunction()
