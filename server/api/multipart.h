// multipart/form-data (RFC 7578), read strictly: what is not well-formed is refused as a whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "server/api/context.h"

namespace server {

// Whether this Content-Type is multipart/form-data.
bool is_multipart(std::string_view content_type);

// The files of a body whose Content-Type is `content_type`; fields that are no files are left out. Errors: malformed
// bad_multipart, too_large too_many_files.
schema::Result<std::vector<UploadedFile>> multipart_files(std::string_view content_type, std::string_view body,
                                                          std::size_t most_files);

// A parameter of a header: "name" of `form-data; name="files"`. Empty where there is none. A quoted value may hold
// backslash escapes.
std::string header_parameter(std::string_view header, std::string_view name);

}  // namespace server
