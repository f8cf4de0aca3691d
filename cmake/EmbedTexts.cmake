# postern_embed_texts(<target>): builds the texts that web/server-texts.json names, in every language of
# web/locales, into the target, as the definition of core::server_texts(). Run as a script (cmake -P) it
# writes that file. The list is sorted by octets; tests hold it to that.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${FOLDER}/server-texts.json keys)
  set(tags de es fr it ja nl pl pt-BR zh-Hans)
  foreach(tag IN LISTS tags)
    file(READ ${FOLDER}/locales/${tag}.json catalogue_${tag})
  endforeach()
  string(JSON count LENGTH "${keys}")
  math(EXPR last "${count} - 1")
  set(rows "")
  foreach(index RANGE ${last})
    string(JSON key GET "${keys}" ${index})
    string(APPEND rows "    {R\"text(${key})text\",\n     {")
    foreach(tag IN LISTS tags)
      string(JSON text ERROR_VARIABLE missing GET "${catalogue_${tag}}" "${key}")
      if(missing)
        set(text "")
      endif()
      string(APPEND rows "R\"text(${text})text\",\n      ")
    endforeach()
    string(APPEND rows "}},\n")
  endforeach()
  file(WRITE ${OUTPUT} "// Generated from web/server-texts.json and web/locales.
#include \"core/texts/texts.h\"

namespace postern::core {
namespace {
constexpr ServerText kTexts[] = {
${rows}};
}  // namespace

std::span<const ServerText> server_texts() noexcept { return kTexts; }

}  // namespace postern::core
")
  return()
endif()

set(POSTERN_EMBED_TEXTS_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(postern_embed_texts target)
  set(folder ${CMAKE_SOURCE_DIR}/web)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/locales/*.json)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/server_texts.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output} -P ${POSTERN_EMBED_TEXTS_SCRIPT}
    DEPENDS ${files} ${folder}/server-texts.json ${POSTERN_EMBED_TEXTS_SCRIPT}
    COMMENT "Embedding the texts of the server"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
