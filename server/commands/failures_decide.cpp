// failures retry, ignore and resolve: what a person decides.
#include <fmt/format.h>

#include <memory>

#include "ingest/decisions.h"
#include "schema/reason.h"
#include "server/commands/failure.h"
#include "server/commands/failures.h"
#include "server/commands/ingesting.h"
#include "server/commands/reading.h"
#include "server/suggest.h"
#include "server/terminal.h"

namespace server {
namespace {

using Writer = std::unique_ptr<schema::Writer>;

struct Opened {
  ingest::IngestSettings settings;
  ingest::MessageReader reader;
  Writer writer;
};

// `command` reads mails.
schema::Result<Opened> open(const Globals& globals, bool no_sandbox, std::string_view command) {
  const auto settings = globals.settings(no_sandbox_flags(no_sandbox));
  if (!settings) return schema::unexpected(settings.error());
  if (auto possible = check_readers(*settings, command); !possible) return schema::unexpected(possible.error());
  auto writer = open_writer(*settings, std::chrono::seconds(2));
  if (!writer) return schema::unexpected(writer.error());
  return Opened{ingest_settings(*settings), message_reader(*settings), std::move(*writer)};
}

const std::vector<ExitCode> exit_codes{exit_done,   exit_failed,    exit_usage,
                                       exit_partly, exit_try_again, exit_configuration};

// Which failures a command is about: numbers, all, or all with a reason code.
struct Choice {
  std::vector<std::string> ids;
  bool all = false;
  std::optional<std::string> code;
};

schema::Result<std::vector<std::int64_t>> numbers_of(schema::Writer& writer, const Choice& choice,
                                                     schema::FailureState state) {
  if (choice.ids.empty()) return writer.failures().all(state, choice.code.value_or(""));
  std::vector<std::int64_t> numbers;
  for (const std::string& id : choice.ids) numbers.push_back(*failure_number(id));
  return numbers;
}

void add_choice(Command& command, Choice& choice, std::string_view which) {
  command.arguments = {{"ID", "Their numbers in 'failures list'", false, &choice.ids}};
  command.options = {{"--all", "", fmt::format("All that are {}", which), &choice.all},
                     {"--code", "CODE", fmt::format("All that are {} with this reason code", which), &choice.code}};
}

// What is wrong with a choice, as an exit code.
std::optional<int> wrong_choice(const std::string& command, const Choice& choice) {
  if (choice.ids.empty() != (!choice.all && !choice.code)) {
    for (const std::string& id : choice.ids)
      if (!failure_number(id)) return wrong_number(command, id);
    if (!choice.code || schema::reason_code(*choice.code) != nullptr) return std::nullopt;
    std::vector<std::string> codes;
    for (const auto& reason : schema::reason_codes()) codes.emplace_back(reason.code);
    fmt::print(stderr, "ruadar {}: there is no reason code '{}'{}\n", command, printable(*choice.code),
               did_you_mean(*choice.code, codes));
    return exit_usage;
  }
  fmt::print(stderr, "ruadar {}: give numbers, or --all, or --code\n", command);
  return exit_usage;
}

}  // namespace

Command retry_command() {
  struct Options {
    Choice choice;
    bool no_sandbox = false;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "retry";
  command.purpose = "Reads failures again, with the parser and the limits of today";
  add_choice(command, options->choice, "open");
  command.options.push_back(no_sandbox_option(&options->no_sandbox));
  command.exit_codes = exit_codes;
  command.examples = {"ruadar failures retry 77", "ruadar failures retry --code unknown_domain"};
  command.run = [options](const Globals& globals) -> int {
    if (const auto wrong = wrong_choice("failures retry", options->choice)) return *wrong;
    auto opened = open(globals, options->no_sandbox, "failures retry");
    if (!opened) return fail("failures retry", opened.error());
    const auto numbers = numbers_of(*opened->writer, options->choice, schema::FailureState::open);
    if (!numbers) return fail("failures retry", numbers.error());
    std::size_t failed = 0;
    for (std::int64_t number : *numbers) {
      const auto outcome = ingest::retry(*opened->writer, opened->settings, opened->reader, number);
      if (!outcome && outcome.error().kind == schema::ErrorKind::internal)
        return fail("failures retry", outcome.error());
      const bool well = outcome && outcome->failure_id == std::nullopt;
      if (!well) ++failed;
      const std::string what =
          outcome ? fmt::format("{} {}", schema::name(outcome->outcome), outcome->code) : outcome.error().message;
      fmt::print("{}: {}\n", number, printable(what));
    }
    return failed == 0 ? exit_done : exit_partly;
  };
  return command;
}

Command ignore_command() {
  struct Options {
    Choice choice;
    std::optional<std::string> note;
    bool reopen = false;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "ignore";
  command.purpose = "Leaves failures as they are, so that they no longer ask for attention";
  add_choice(command, options->choice, "open (with --reopen: ignored)");
  command.options.push_back({"--note", "TEXT", "Why", &options->note});
  command.options.push_back({"--reopen", "", "The other way: they wait for a decision again", &options->reopen});
  command.exit_codes = exit_codes;
  command.examples = {"ruadar failures ignore 77 --note 'cut off by the sender'", "ruadar failures ignore 77 --reopen"};
  command.run = [options](const Globals& globals) -> int {
    if (const auto wrong = wrong_choice("failures ignore", options->choice)) return *wrong;
    const auto settings = globals.settings();
    if (!settings) return fail("failures ignore", settings.error());
    const auto writer = open_writer(*settings, std::chrono::seconds(2));
    if (!writer) return fail("failures ignore", writer.error());
    const auto state = options->reopen ? schema::FailureState::open : schema::FailureState::ignored;
    const auto before = options->reopen ? schema::FailureState::ignored : schema::FailureState::open;
    const auto numbers = numbers_of(**writer, options->choice, before);
    if (!numbers) return fail("failures ignore", numbers.error());
    for (const std::int64_t number : *numbers) {
      const auto decided = ingest::decide(**writer, number, state, options->note.value_or(""));
      if (!decided) return fail("failures ignore", decided.error());
      fmt::print("{}: {}\n", number, schema::name(state));
    }
    return exit_done;
  };
  return command;
}

Command resolve_command() {
  struct Options {
    std::optional<std::string> id, keep;
    bool no_sandbox = false;
  };
  auto options = std::make_shared<Options>();
  Command command;
  command.name = "resolve";
  command.purpose = "Settles a conflict: which of two reports with the same identity counts";
  command.arguments = {{"ID", "Its number in 'failures list'", true, &options->id}};
  command.options = {
      {"--keep", "WHICH", "first: the one that is stored; second: the one that came later", &options->keep},
      no_sandbox_option(&options->no_sandbox)};
  command.exit_codes = exit_codes;
  command.examples = {"ruadar failures resolve 77 --keep first", "ruadar failures resolve 77 --keep second"};
  command.run = [options](const Globals& globals) -> int {
    if (options->keep != "first" && options->keep != "second") {
      fmt::print(stderr, "ruadar failures resolve: --keep is first or second\n");
      return exit_usage;
    }
    if (!failure_number(*options->id)) return wrong_number("failures resolve", *options->id);
    auto opened = open(globals, options->no_sandbox, "failures resolve");
    if (!opened) return fail("failures resolve", opened.error());
    const auto keep = options->keep == "first" ? ingest::Keep::first : ingest::Keep::second;
    const auto resolved =
        ingest::resolve(*opened->writer, opened->settings, opened->reader, *failure_number(*options->id), keep);
    if (!resolved) return fail("failures resolve", resolved.error());
    fmt::print("{}: the {} report counts\n", *options->id, *options->keep);
    return exit_done;
  };
  return command;
}

}  // namespace server
