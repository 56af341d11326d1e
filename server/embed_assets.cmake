# Run by the build: puts the files of DIST, compressed, behind the table of assets.h.
#   cmake -DDIST=DIR -DOUT=DIR -P embed_assets.cmake     writes OUT/assets.S and OUT/assets.cpp
set(assembly ".section .rodata\n")
set(rows "")
set(externs "")

set(mime_html "text/html; charset=utf-8")
set(mime_js "text/javascript; charset=utf-8")
set(mime_css "text/css; charset=utf-8")
set(mime_json "application/json")
set(mime_svg "image/svg+xml")
set(mime_png "image/png")
set(mime_ico "image/x-icon")
set(mime_woff2 "font/woff2")
set(mime_txt "text/plain; charset=utf-8")
set(mime_webmanifest "application/manifest+json")

file(MAKE_DIRECTORY ${OUT})
set(files "")
if(DIST)
  if(NOT EXISTS ${DIST}/index.html)
    message(FATAL_ERROR "${DIST} holds no index.html: it is no build of web/")
  endif()
  file(GLOB_RECURSE files RELATIVE ${DIST} ${DIST}/*)
  list(SORT files)
endif()

set(n 0)
foreach(name IN LISTS files)
  if(name MATCHES "\\.map$")
    continue()
  endif()
  string(REGEX REPLACE "^.*\\." "" extension ${name})
  if(NOT DEFINED mime_${extension})
    message(FATAL_ERROR "No media type is known for ${name}; add it to embed_assets.cmake")
  endif()
  execute_process(COMMAND gzip -9 -n -c ${DIST}/${name} OUTPUT_FILE ${OUT}/${n}.gz RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "gzip failed on ${name}")
  endif()
  file(SHA256 ${DIST}/${name} sha256)
  string(APPEND assembly
    ".global ruadar_asset_${n}\nruadar_asset_${n}:\n.incbin \"${OUT}/${n}.gz\"\n"
    ".global ruadar_asset_${n}_end\nruadar_asset_${n}_end:\n.byte 0\n")
  string(APPEND externs "extern const char ruadar_asset_${n}[], ruadar_asset_${n}_end[];\n")
  string(APPEND rows
    "      {\"${name}\", \"${mime_${extension}}\", \"${sha256}\",\n"
    "       {ruadar_asset_${n}, static_cast<std::size_t>(ruadar_asset_${n}_end - ruadar_asset_${n})}},\n")
  math(EXPR n "${n} + 1")
endforeach()

file(WRITE ${OUT}/assets.S "${assembly}.section .note.GNU-stack,\"\",%progbits\n")
file(WRITE ${OUT}/assets.cpp
"// Made by embed_assets.cmake.
#include \"server/assets.h\"

#include <cstddef>

extern \"C\" {
${externs}}

namespace server {
const std::vector<Asset>& embedded_assets() {
  static const std::vector<Asset> assets{
${rows}  };
  return assets;
}
}  // namespace server
")
