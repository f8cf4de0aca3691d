# postern_embed_yaml(<target> <folder> <header> <type> <function>): builds every *.yaml below the folder into the target,
# as the definition of <function>() that <header> declares: a span of <type>{path, text}. Run as a script (cmake -P) it
# writes that file.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*.yaml)
  list(SORT files)
  set(body "")
  foreach(name IN LISTS files)
    file(READ ${FOLDER}/${name} text)
    string(APPEND body "    {\"${name}\", R\"postern(${text})postern\"},\n")
  endforeach()
  file(WRITE ${OUTPUT} "// Generated from the files of ${FOLDER}.
#include \"${HEADER}\"

namespace postern::app {
namespace {
constexpr ${TYPE} kBuiltin[] = {
${body}};
}  // namespace

std::span<const ${TYPE}> ${FUNCTION}() noexcept { return kBuiltin; }

}  // namespace postern::app
")
  return()
endif()

set(POSTERN_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(postern_embed_yaml target folder header type function)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*.yaml)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output} -DHEADER=${header} -DTYPE=${type}
            -DFUNCTION=${function} -P ${POSTERN_EMBED_SCRIPT}
    DEPENDS ${files} ${POSTERN_EMBED_SCRIPT}
    COMMENT "Embedding ${folder}"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
