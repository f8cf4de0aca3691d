# postern_embed_web(<target>): builds the files of the web interface into the target, as the definition of
# http::assets(). POSTERN_WEB says where they come from:
#   prebuilt  web/dist, as it is kept in the source; ./check holds it against a build of its own (the default)
#   npm       `npm install` and `npm run build` at build time (Node 18 or later, and the registry of npm)
#   off       none: the API alone
# Run as a script (cmake -P) it writes the definition.
if(CMAKE_SCRIPT_MODE_FILE)
  set(types "\\.js$=text/javascript\; charset=utf-8" "\\.css$=text/css\; charset=utf-8" "\\.json$=application/json"
            "\\.svg$=image/svg+xml")
  file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*)
  list(SORT files)
  file(MAKE_DIRECTORY ${MADE})
  set(octets "")
  set(externs "")
  set(rows "")
  set(number 0)
  foreach(name IN LISTS files)
    set(type "application/octet-stream")
    foreach(known IN LISTS types)
      string(REGEX MATCH "^([^=]+)=(.*)$" matched "${known}")
      set(pattern "${CMAKE_MATCH_1}")
      set(value "${CMAKE_MATCH_2}")
      if(name MATCHES "${pattern}")
        set(type "${value}")
      endif()
    endforeach()
    # Without name and time: the same source gives the same program.
    execute_process(COMMAND gzip -9n INPUT_FILE ${FOLDER}/${name} OUTPUT_FILE ${MADE}/${name}.gz COMMAND_ERROR_IS_FATAL ANY)
    file(SIZE ${FOLDER}/${name} plain)
    file(SIZE ${MADE}/${name}.gz packed)
    set(symbol "postern_web_${number}")
    string(APPEND octets "__asm__(\".section .rodata\\n.global ${symbol}\\n${symbol}:\\n.incbin \\\"${FOLDER}/${name}\\\"\\n\"
        \".global ${symbol}_gz\\n${symbol}_gz:\\n.incbin \\\"${MADE}/${name}.gz\\\"\\n.previous\\n\");\n")
    string(APPEND externs "extern \"C\" const char ${symbol}[];\nextern \"C\" const char ${symbol}_gz[];\n")
    string(APPEND rows "    {\"${name}\", \"${type}\", {${symbol}, ${plain}}, {${symbol}_gz, ${packed}}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  if(rows STREQUAL "")
    set(table "std::span<const Asset> assets() noexcept { return {}; }\n")
  else()
    set(table "namespace {\nconstexpr Asset kAssets[] = {\n${rows}};\n}  // namespace\n
std::span<const Asset> assets() noexcept { return kAssets; }\n")
  endif()
  file(WRITE ${OUTPUT} "// Generated from the files of ${FOLDER}.
#include \"http/assets.h\"

${octets}
${externs}
namespace postern::http {
${table}
}  // namespace postern::http
")
  return()
endif()

set(POSTERN_WEB prebuilt CACHE STRING "where the web interface comes from: npm, prebuilt or off")
set_property(CACHE POSTERN_WEB PROPERTY STRINGS npm prebuilt off)
if(NOT POSTERN_WEB MATCHES "^(npm|prebuilt|off)$")
  message(FATAL_ERROR "POSTERN_WEB is \"${POSTERN_WEB}\"; it is npm, prebuilt or off")
endif()

set(POSTERN_WEB_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(postern_embed_web target)
  set(source ${CMAKE_SOURCE_DIR}/web)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/web)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/web_assets.cpp)
  set(folder ${source}/dist)
  file(GLOB files CONFIGURE_DEPENDS ${source}/dist/*)
  set(before "")
  if(POSTERN_WEB STREQUAL "off")
    set(folder ${made}/none)
    file(MAKE_DIRECTORY ${folder})
    set(files "")
  elseif(POSTERN_WEB STREQUAL "npm")
    find_program(NPM npm REQUIRED)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${source}/src/* ${source}/locales/* ${source}/package-lock.json
                                              ${source}/vite.config.ts)
    set(folder ${made}/dist)
    # Not `npm ci`: it wants the builds of rollup for every other system in the lock file, too.
    set(before COMMAND ${CMAKE_COMMAND} -E chdir ${source} ${NPM} install --no-save --silent --ignore-scripts --no-audit --no-fund
               COMMAND ${CMAKE_COMMAND} -E chdir ${source} ${NPM} run --silent build -- --outDir ${folder} --emptyOutDir)
  elseif(NOT files)
    message(FATAL_ERROR "web/dist is empty: build it (cd web && npm install --no-save && npm run build), or set POSTERN_WEB")
  endif()
  add_custom_command(
    OUTPUT ${output}
    ${before}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DMADE=${made}/packed -DOUTPUT=${output} -P ${POSTERN_WEB_SCRIPT}
    DEPENDS ${files} ${POSTERN_WEB_SCRIPT}
    COMMENT "Embedding the web interface"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
