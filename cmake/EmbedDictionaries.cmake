# postern_embed_dictionaries(<target> <folder>): builds every file of the folder into the target, as the
# definition of builtin_dictionaries() (src/app/radius/builtin_dictionaries.h). Run as a script (cmake -P)
# it writes that file.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*)
  list(SORT files)
  set(body "")
  foreach(name IN LISTS files)
    file(READ ${FOLDER}/${name} text)
    string(APPEND body "    {\"${name}\", R\"postern(${text})postern\"},\n")
  endforeach()
  file(WRITE ${OUTPUT} "// Generated from config/dictionaries.
#include \"app/radius/builtin_dictionaries.h\"

namespace postern::app {
namespace {
constexpr BuiltinDictionary kBuiltin[] = {
${body}};
}  // namespace

std::span<const BuiltinDictionary> builtin_dictionaries() noexcept { return kBuiltin; }

}  // namespace postern::app
")
  return()
endif()

set(POSTERN_EMBED_DICTIONARIES_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(postern_embed_dictionaries target folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/builtin_dictionaries.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output} -P ${POSTERN_EMBED_DICTIONARIES_SCRIPT}
    DEPENDS ${files} ${POSTERN_EMBED_DICTIONARIES_SCRIPT}
    COMMENT "Embedding dictionaries"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
