// What a mail or a wiki gets of some days: how much passed, the domains, and what changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "server/commands/api_access.h"

namespace server {

struct Digest {
  struct Class {
    std::string name;
    std::int64_t messages = 0;
  };
  struct Domain {
    std::string name, policy;
    std::int64_t messages = 0, passed = 0, failed = 0;
  };
  struct Change {
    std::string day, level, sentence;  // the sentence holds what strangers wrote
  };

  std::string from, to;  // days; empty where nothing is stored
  std::int64_t messages = 0, reports = 0, reporters = 0;
  std::vector<Class> classes;   // in the order of the API; unknown only where there are some
  std::vector<Domain> domains;  // the largest
  std::int64_t domains_in_all = 0;
  std::vector<Change> changes;  // the newest

  std::int64_t of(std::string_view name) const;
  std::int64_t passed() const { return of("pass_both") + of("pass_one"); }
  std::int64_t failed() const { return of("fail_delivered") + of("fail_stopped"); }
};

// Asks the API with the filters of `query`. Errors: those of ApiAccess.
schema::Result<Digest> digest(ApiAccess& api, const ApiAccess::Query& query);

// "DMARC from 2026-11-01 to 2026-11-07: 98.7 % of 1,204,331 messages passed", for a subject and a heading.
std::string headline(const Digest& digest);
// Whatever strangers wrote is escaped: it is shown, and never rendered.
std::string markdown(const Digest& digest);
std::string html(const Digest& digest);

}  // namespace server
