#include "server/commands/prune_pass.h"

#include <thread>

#include "server/commands/ingesting.h"

namespace server {

schema::Result<schema::Pruned> prune(const Settings& settings, const schema::PruneRule& rule, std::string_view kind,
                                     const PrunePass& pass) {
  schema::Pruned all;
  schema::Status failed;
  while (!all.complete && pass.go_on(all)) {
    auto step = [&]() -> schema::Result<schema::Pruned> {
      auto writer = open_writer(settings, pass.patience);
      if (!writer) return schema::unexpected(std::move(writer.error()));
      return schema::prune_step(**writer, rule);
    }();
    if (!step) {
      failed = schema::unexpected(std::move(step.error()));
      break;
    }
    all += *step;
    if (!all.complete) std::this_thread::sleep_for(pass.pause);
  }
  auto noted = schema::record_pruning(settings.database_path, kind, rule, all);
  if (!failed) return schema::unexpected(std::move(failed.error()));
  if (!noted) return schema::unexpected(std::move(noted.error()));
  return all;
}

}  // namespace server
