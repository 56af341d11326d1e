// A folder of mails, reports, mboxes and Maildirs as one mailbox.
#pragma once

#include <memory>
#include <string>

#include "ingest/file_mailbox.h"
#include "ingest/limits.h"
#include "ingest/mailbox.h"
#include "schema/result.h"

namespace ingest {

// Whether the folder is a Maildir: it has cur/ and new/.
bool is_maildir(const std::string& folder);

// The part of a Maildir file name that stays the same when flags change ("123.host:2,S" -> "123.host"); file systems
// without ':' have ';' or '!' there.
std::string maildir_unique_name(const std::string& file_name);

// Everything in `folder`; see open_mailbox(). A mail of a Maildir has the Maildir as its origin and its unique name as
// its position, whatever the type; it may be renamed by other programs while we read. Errors: unavailable when the
// folder itself cannot be listed.
schema::Result<std::unique_ptr<Mailbox>> folder_mailbox(const std::string& folder, const Limits& limits,
                                                        InputType type = InputType::any);

}  // namespace ingest
