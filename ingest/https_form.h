// A form sent over https, and its answer.
#pragma once

#include <map>
#include <string>

#include "ingest/bell.h"
#include "schema/result.h"

namespace ingest {

// POST of form fields to an https address (http to this machine only); the answer's status and body.
struct HttpAnswer {
  long status = 0;
  std::string body;
};
using FormFields = std::map<std::string, std::string>;
// `ca_file`: authorities trusted beside those of the system; may be empty. Error `http` names the address.
schema::Result<HttpAnswer> post_form(const std::string& url, const FormFields& fields, const std::string& ca_file,
                                     Bell& bell);

}  // namespace ingest
