# postern_embed_blueprints(<target> <folder>): builds every *.yaml below the folder into the target, as the definition
# of builtin_blueprints() (src/app/blueprints/builtin.h). Run as a script (cmake -P) it writes that file.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*.yaml)
  list(SORT files)
  set(body "")
  foreach(name IN LISTS files)
    file(READ ${FOLDER}/${name} text)
    string(APPEND body "    {\"${name}\", R\"postern(${text})postern\"},\n")
  endforeach()
  file(WRITE ${OUTPUT} "// Generated from config/blueprints.
#include \"app/blueprints/builtin.h\"

namespace postern::app {
namespace {
constexpr BuiltinBlueprint kBuiltin[] = {
${body}};
}  // namespace

std::span<const BuiltinBlueprint> builtin_blueprints() noexcept { return kBuiltin; }

}  // namespace postern::app
")
  return()
endif()

set(POSTERN_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(postern_embed_blueprints target folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*.yaml)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/builtin_blueprints.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output} -P ${POSTERN_EMBED_SCRIPT}
    DEPENDS ${files} ${POSTERN_EMBED_SCRIPT}
    COMMENT "Embedding blueprints"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
