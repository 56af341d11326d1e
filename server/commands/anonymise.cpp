#include "ingest/anonymise.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "ingest/byte_source.h"
#include "ingest/open_mailbox.h"
#include "server/commands/commands.h"
#include "server/commands/failure.h"
#include "server/terminal.h"

namespace server {
namespace {

constexpr const char* name = "anonymise";

struct Options {
  std::optional<std::string> file, key, key_file, output;
};

schema::Result<std::string> random_key() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return schema::unavailable("random", "the system gives no random bytes; choose a key with --key");
  std::string key;
  for (const unsigned char byte : bytes) key += fmt::format("{:02x}", byte);
  return key;
}

// The first line of a file.
schema::Result<std::string> key_of_file(const std::string& path) {
  auto file = ingest::open_file(path, true);
  if (!file) return schema::unexpected(file.error());
  constexpr std::size_t longest_key = 4096;
  std::string key;
  if (auto read = ingest::read_up_to(**file, longest_key, key); !read) return schema::unexpected(read.error());
  key.resize(std::min(key.find_first_of("\r\n"), key.size()));
  if (key.empty())
    return schema::unavailable("unreadable", ingest::printable_path(path) + ": there is no key in its first line");
  return key;
}

// The one mail, report or archive that `path` holds. Of a mailbox only the mails would be anonymised that somebody
// looked at: the others would go out as they are.
schema::Result<std::string> bytes_of(const std::string& path, const ingest::Limits& limits) {
  const std::string shown = path == "-" ? "standard input" : ingest::printable_path(path);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return schema::unavailable("unreadable", shown + ": a folder");
  auto mailbox = ingest::open_mailbox(path, limits);
  if (!mailbox) return schema::unexpected(mailbox.error());
  auto message = (*mailbox)->next();
  if (!message) return schema::unexpected(message.error());
  if (!*message) return schema::unavailable("unreadable", shown + ": there is nothing in it");
  if ((*message)->too_large) return schema::unavailable("mail_too_large", shown + ": larger than is read");
  const auto second = (*mailbox)->next();
  if (!second || *second)
    return schema::unavailable("several", shown + ": a mailbox with several mails; take out the one to be shown");
  return std::move((*message)->bytes);
}

schema::Status write_new_file(const std::string& path, std::string_view bytes) {
  const auto cannot = [&path](int reason) {
    const std::string why = reason == EEXIST ? "it exists already" : std::generic_category().message(reason);
    return schema::unavailable(reason == EACCES || reason == EPERM ? "no_permission" : "cannot_write",
                               fmt::format("cannot write {}: {}", ingest::printable_path(path), why));
  };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return cannot(errno);
  int reason = 0;
  while (!bytes.empty() && reason == 0) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      reason = errno;
  }
  if (::close(file) != 0 && reason == 0) reason = errno;
  if (reason == 0) return {};
  ::unlink(path.c_str());  // half a file would look like a broken report
  return cannot(reason);
}

int anonymise(const Options& options) {
  if (options.key && options.key_file) {
    fmt::print(stderr, "ruadar anonymise: give --key or --key-file, not both\n");
    return exit_usage;
  }
  if (options.key && options.key->empty()) {
    fmt::print(stderr, "ruadar anonymise: the key is empty\n");
    return exit_usage;
  }
  const bool to_stdout = !options.output || *options.output == "-";
  if (to_stdout && is_terminal(STDOUT_FILENO)) {
    fmt::print(stderr, "ruadar anonymise: these bytes are not for a terminal; name a file with -o\n");
    return exit_usage;
  }
  const ingest::Limits limits = ingest::import_limits();
  const auto bytes = bytes_of(*options.file, limits);
  if (!bytes) return fail(name, bytes.error());
  const auto key = options.key        ? schema::Result<std::string>(*options.key)
                   : options.key_file ? key_of_file(*options.key_file)
                                      : random_key();
  if (!key) return fail(name, key.error());
  const auto made_up = ingest::anonymised(*bytes, ingest::Anonymiser(*key), limits);
  if (!made_up) return fail(name, made_up.error());

  if (to_stdout) {
    if (std::fwrite(made_up->data(), 1, made_up->size(), stdout) != made_up->size() || std::fflush(stdout) != 0)
      return fail(name,
                  {schema::ErrorKind::unavailable, "cannot_write", "cannot write to standard output", std::nullopt});
  } else if (const auto written = write_new_file(*options.output, *made_up); !written) {
    return fail(name, written.error());
  }
  if (!options.key && !options.key_file)
    fmt::print(stderr, "The key was {}; --key {} gives the same replacements again. Keep it to yourself.\n", *key,
               *key);
  return exit_done;
}

}  // namespace

Command anonymise_command() {
  auto options = std::make_shared<Options>();
  Command command;
  command.name = name;
  command.purpose = "Writes a report or mail with made-up names, addresses and ids, fit to be shown to strangers";
  command.details =
      "FILE is one report (XML, gzip or zip) or one mail; '-' is standard input. Domains, mail addresses, IP "
      "addresses\n"
      "and ids are replaced, structure and oddities stay, so that what cannot be read still cannot be read. Under one\n"
      "key the same name always becomes the same other name, subdomains stay below their domain, and addresses of one\n"
      "network stay in one network. Without the key nothing leads back.";
  command.arguments = {{"FILE", "What to read", true, &options->file}};
  command.options = {
      {"--key", "KEY", "What decides the replacements; a random one is made and told when none is given",
       &options->key},
      {"--key-file", "FILE", "The key is the first line of this file, where no list of processes shows it",
       &options->key_file},
      {"-o,--output", "FILE", "Where to; standard output. What exists is never overwritten", &options->output}};
  command.exit_codes = {exit_done, exit_failed, exit_usage, exit_no_permission};
  command.examples = {"ruadar anonymise broken.xml.gz -o shown.xml.gz",
                      "ruadar failures save 77 - | ruadar anonymise - --key-file ~/.ruadar-key > shown.xml"};
  command.run = [options](const Globals&) { return anonymise(*options); };
  return command;
}

}  // namespace server
