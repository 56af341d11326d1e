// audit: who decided what.
#include "schema/audit.h"

#include <fmt/format.h>

#include <memory>

#include "schema/day.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/json.h"
#include "server/terminal.h"

namespace server {
namespace {

constexpr std::int64_t shown_rows = 200;

struct Options {
  bool json = false;
  bool all = false;
};

int audit(const Options& options, const Globals& globals) {
  const auto settings = globals.settings();
  if (!settings) return fail("audit", settings.error());
  auto database = schema::Database::open_reader(settings->database_path);
  if (!database) return fail("audit", database.error());
  schema::PageRequest page;
  if (!options.all) page.limit = shown_rows;
  JsonWriter json;
  json.begin_array();
  std::vector<std::vector<std::string>> rows{{"at", "actor", "address", "action", "target", "detail"}};
  const auto read = schema::audit_rows(*database, {}, page, [&](const schema::AuditRow& row) {
    const auto at = schema::time_text(row.at);
    rows.push_back({at, row.actor, row.address, row.action, row.target, row.detail});
    json.begin_object().member("id", row.id).member("at", at).member("actor", row.actor);
    json.member("address", row.address).member("action", row.action).member("target", row.target);
    json.member("detail", row.detail).end_object();
    return true;
  });
  if (!read) return fail("audit", read.error());
  if (options.json) {
    fmt::print("{}\n", json.end_array().str());
  } else {
    fmt::print("{}", text_table(rows, {}));
  }
  return exit_done;
}

}  // namespace

Command audit_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "audit";
  command.purpose = "Says who decided what: logins, users, tokens, failures; the youngest first";
  command.options = {{"--all", "", "All of it, instead of the last 200", &options->all},
                     {"--json", "", "As JSON", &options->json}};
  command.examples = {"ruadar audit", "ruadar audit --all --json"};
  command.run = [options](const Globals& globals) { return audit(*options, globals); };
  return command;
}

}  // namespace server
