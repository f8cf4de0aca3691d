# postern_room(<name> [TOGETHER] [ALONE files...] [AHEAD headers...] [LINK targets...]): a room is one static library made
# of all .cpp files in the calling folder. Links are PRIVATE, so a room sees only what it names itself.
# TOGETHER: POSTERN_FAST_BUILD compiles several files at once, but for the files and folders named
# ALONE, which have names of their own that a neighbour has too. AHEAD: dear headers that most of its
# files include, compiled ahead with the standard ones.
function(postern_room name)
  cmake_parse_arguments(ROOM "TOGETHER" "" "ALONE;AHEAD;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE ${ROOM_LINK})
  if(POSTERN_FAST_BUILD)
    target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/standard_headers.h ${ROOM_AHEAD})
    if(ROOM_TOGETHER)
      postern_compile_together(${name} "${ROOM_ALONE}" ${sources})
    endif()
  endif()
endfunction()

# Groups by folder and name, so that a new file moves no other one.
function(postern_compile_together name alone)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  foreach(source ${ARGN})
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE file)
    cmake_path(GET file PARENT_PATH folder)
    if(file IN_LIST alone OR (folder AND folder IN_LIST alone))
      set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
      continue()
    endif()
    string(MD5 digest ${file})
    string(SUBSTRING ${digest} 0 1 digit)
    math(EXPR part "0x${digit} % ${POSTERN_PARTS}")
    string(MAKE_C_IDENTIFIER "${folder}_${part}" group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
endfunction()

# postern_test(<name> SOURCES ... [ALONE files...] LINK ... [TIMEOUT seconds]): one GoogleTest program; every case is
# a ctest entry.
# POSTERN_FAST_BUILD compiles several files at once, but for those ALONE.
function(postern_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;ALONE;LINK;LABELS" ${ARGN})
  add_executable(${name} ${T_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src
                                             ${CMAKE_SOURCE_DIR}/tests)
  # The rooms under test are built as they are served; the tests themselves need to be built soon.
  target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1> -g1)
  target_link_libraries(${name} PRIVATE ${T_LINK} GTest::gtest_main)
  if(POSTERN_FAST_BUILD)
    if(NOT TARGET postern_test_headers)
      add_executable(postern_test_headers ${CMAKE_SOURCE_DIR}/cmake/standard_headers.cpp)
      target_compile_options(postern_test_headers PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1> -g1)
      target_link_libraries(postern_test_headers PRIVATE GTest::gtest_main)
      target_precompile_headers(postern_test_headers PRIVATE ${CMAKE_SOURCE_DIR}/cmake/standard_headers.h
                                                             <gtest/gtest.h>)
    endif()
    target_precompile_headers(${name} REUSE_FROM postern_test_headers)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
    target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
    # What replaces operator new must not be seen where it is inlined.
    set_source_files_properties(${T_ALONE} ${CMAKE_SOURCE_DIR}/tests/support/counting_new.cpp
                                PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}")
endfunction()
