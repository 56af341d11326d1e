// Takes mails from a mail server on this machine: LMTP on a Unix socket, whose file mode says who may, or on loopback.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ingest/bell.h"
#include "ingest/lmtp_session.h"
#include "schema/result.h"

namespace ingest {

class LmtpServer {
 public:
  // `listen`: "unix:/run/ruadar/lmtp.sock" or "127.0.0.1:24". Errors: `lmtp`, with the reason.
  static schema::Result<std::unique_ptr<LmtpServer>> start(const std::string& listen, std::size_t mail_bytes,
                                                           LmtpSession::Deliver deliver, LmtpSession::HasRoom has_room);
  virtual ~LmtpServer() = default;
  // Lets mails that are being stored end.
  virtual void stop() = 0;
};

}  // namespace ingest
