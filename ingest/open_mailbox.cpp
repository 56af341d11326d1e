#include "ingest/open_mailbox.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "ingest/byte_source.h"
#include "ingest/file_mailbox.h"
#include "ingest/folder_mailbox.h"

namespace ingest {

schema::Result<std::unique_ptr<Mailbox>> open_mailbox(const std::string& path, const Limits& limits, InputType type) {
  if (type == InputType::maildir && !is_maildir(path))
    return schema::unavailable("not_a_maildir",
                               fmt::format("{}: no Maildir (it has no cur/ and new/)", printable_path(path)));
  if (path == "-") return file_mailbox(standard_input(), "stdin", "-", limits, type);
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    std::string folder = path;
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    return folder_mailbox(folder, limits, type);
  }
  schema::Result<std::unique_ptr<ByteSource>> source = open_file(path, true);
  if (!source) return tl::unexpected(source.error());
  return file_mailbox(std::move(*source), "file", path, limits, type);
}

}  // namespace ingest
