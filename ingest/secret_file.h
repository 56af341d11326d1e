// Secrets in files of their own.
#pragma once

#include <string>

#include "schema/result.h"

namespace ingest {

// The first line of a file without blanks at its end; error `secret` names the file.
schema::Result<std::string> read_secret(const std::string& path);
// Readable for its owner only, and whole or not there.
schema::Status write_secret(const std::string& path, const std::string& secret);

}  // namespace ingest
