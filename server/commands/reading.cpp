#include "server/commands/reading.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "ingest/message_reader.h"
#include "ingest/worker_pool.h"
#include "server/terminal.h"

namespace server {
namespace {

// One for the whole program, as there is one beginning of it.
struct Readers {
  schema::Result<std::unique_ptr<ingest::WorkerStarter>> starter =
      schema::unavailable("sandbox", "the readers of mails were not begun");
  std::unique_ptr<ingest::WorkerPool> pool;
};
Readers& readers() {
  static Readers all;
  return all;
}

// Nobody reads, and no mail is to blame for it.
ingest::PreparedReading nobody_reads() {
  ingest::PreparedReading reading;
  reading.refused = readers().starter.error();
  return reading;
}

schema::Error refused(const schema::Error& error) {
  return {schema::ErrorKind::unavailable, "sandbox",
          fmt::format("this system refuses the sandbox in which mails are read ({}). --no-sandbox, or the setting "
                      "ingest.sandbox = false, reads them without: then a fault in what reads mails is a fault of the "
                      "whole program, which has the database and the passwords.",
                      error.message),
          std::nullopt};
}

}  // namespace

void begin_readers() {
  Readers& all = readers();
  all.starter = ingest::WorkerStarter::begin(ingest::read_message);
  if (all.starter) all.pool = std::make_unique<ingest::WorkerPool>(**all.starter);
}

schema::Status check_readers(const Settings& settings, std::string_view command) {
  if (!settings.sandbox) {
    fmt::print(stderr,
               "{} mails are read without a sandbox ({}). Whatever breaks what reads them has broken "
               "into this program.\n",
               in_colour(Colour::red, fmt::format("ruadar {}: WARNING:", command), 2),
               settings.origins.find("ingest.sandbox")->second);
    return {};
  }
  const Readers& all = readers();
  if (!all.starter) return schema::unexpected(refused(all.starter.error()));
  const auto possible = all.pool->check();
  if (!possible) return schema::unexpected(refused(possible.error()));
  return {};
}

ingest::MessageReader message_reader(const Settings& settings) {
  ingest::WorkerPool* const pool = readers().pool.get();
  if (!settings.sandbox) return ingest::read_message;
  return [pool](std::string_view bytes, std::string_view name, const ingest::Limits& limits, std::int64_t now) {
    return pool != nullptr ? pool->read(bytes, name, limits, now) : nobody_reads();
  };
}

schema::Result<std::string> document(const Settings& settings, std::string_view attachment, std::int64_t number) {
  if (number < 0 || number > UINT32_MAX) return schema::malformed("not_found", "the attachment has no such document");
  const auto wanted = static_cast<std::uint32_t>(number);
  if (!settings.sandbox) return ingest::unpacked_document(attachment, wanted, settings.limits);
  const Readers& all = readers();
  if (!all.pool) return schema::unexpected(all.starter.error());
  return all.pool->document(attachment, wanted, settings.limits);
}

Option no_sandbox_option(bool* target) {
  return {"--no-sandbox", "", "Read mails in this process, where the kernel refuses a sandbox", target};
}

std::vector<SettingSources::Flag> no_sandbox_flags(bool given) {
  if (!given) return {};
  return {{"ingest.sandbox", "false", "--no-sandbox"}};
}

}  // namespace server
