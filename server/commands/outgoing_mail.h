// A mail on its way out, by the sendmail of this machine.
#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"

namespace server {

struct OutgoingMail {
  std::string to, subject;
  std::string type;  // text/html or text/plain
  std::string body;  // UTF-8
};

// Whether this is one address and nothing else: no line of a header, no option, no list.
bool is_mail_address(std::string_view text);

// Gives it to `sendmail`, a program that takes what sendmail(8) takes. Errors: "connection" where there is no such
// program, "busy" where it exits 75 (try again), else "failed".
schema::Status send_mail(const OutgoingMail& mail, const std::string& sendmail);

}  // namespace server
