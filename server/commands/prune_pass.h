// All steps of one pruning, each with the database for itself and others let in between.
#pragma once

#include <chrono>
#include <functional>

#include "schema/pruning.h"
#include "schema/result.h"
#include "server/settings.h"

namespace server {

struct PrunePass {
  std::chrono::milliseconds patience{0};  // for each step, until others are done with writing
  std::chrono::milliseconds pause{25};    // between two steps: longer than those look away who wait
  // After each step, and while waiting: false ends the pass, in order.
  std::function<bool(const schema::Pruned&)> go_on = [](const schema::Pruned&) { return true; };
};

// What was pruned; not complete when it was stopped. Errors: those of open_writer() and prune_step(); what was pruned
// before stays, and is written down with `kind` (command, retention) like all else.
schema::Result<schema::Pruned> prune(const Settings& settings, const schema::PruneRule& rule, std::string_view kind,
                                     const PrunePass& pass);

}  // namespace server
