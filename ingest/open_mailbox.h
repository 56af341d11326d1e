// Whatever an operator may point at, as a mailbox.
#pragma once

#include <memory>
#include <string>

#include "ingest/file_mailbox.h"
#include "ingest/limits.h"
#include "ingest/mailbox.h"
#include "schema/result.h"

namespace ingest {

// Opens a path; what it is is found by content, never by name:
// - a file that begins with "From " is an mbox, also inside gzip; any other file is one message or one loose file;
// - a folder with cur/ and new/ is a Maildir: the mails in these two, then those of Maildirs inside it;
// - any other folder is read with everything in it, recursively and in the order of names, mboxes and Maildirs
//   included. Hidden files, special files and symbolic links inside folders are passed over, so that reading stays
//   inside the folder and ends;
// - "-" is standard input: an mbox, one mail or one loose file.
// The path itself may be a symbolic link. Errors: unavailable, naming the path; files inside a folder that cannot be
// read are errors of next().
// `type` says what files are instead, or that the path is a Maildir (error not_a_maildir where it is none).
schema::Result<std::unique_ptr<Mailbox>> open_mailbox(const std::string& path, const Limits& limits,
                                                      InputType type = InputType::any);

}  // namespace ingest
