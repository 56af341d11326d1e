// What the operator decides about what comes in.
#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "ingest/limits.h"
#include "ingest/parser_version.h"
#include "schema/result.h"

namespace ingest {

struct IngestSettings {
  Limits limits;
  // The operator's own domains; reports about others, except their subdomains, are quarantined. Empty accepts all.
  std::vector<std::string> domains;
  std::string trusted_authserv_id;            // whose Authentication-Results say how authentic a mail is
  bool trust_authentication_results = false;  // quarantine what they say failed DMARC
  bool keep_originals = true;                 // of what was stored; of what was not they are always kept
  bool resume = false;                        // pass over what the ledger holds from the same place
  int readers = 1;                            // threads that read mails beside the one that writes
  std::string parser = std::string(parser_version);
  // Asked before a run and between its batches: whether there is room for more. An error ends the run in order.
  std::function<schema::Status()> has_room = [] { return schema::Status(); };
  std::function<std::int64_t()> now = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
};

// Whether reports about `domain` (normalised) are wanted.
bool accepts_domain(const IngestSettings& settings, const std::string& domain);

}  // namespace ingest
