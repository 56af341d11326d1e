#include "server/commands/printing.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "server/command_line.h"
#include "server/commands/failure.h"
#include "server/sink_beside.h"
#include "server/terminal.h"

namespace server {

bool is_format(std::string_view format) {
  return format == "table" || format == "csv" || format == "ndjson" || format == "json";
}

int wrong_format(const std::string& command) {
  fmt::print(stderr, "ruadar {}: --format is table, csv, ndjson or json\n", command);
  return exit_usage;
}

std::size_t columns_shown() {
  return is_terminal(STDOUT_FILENO) ? terminal_columns(STDOUT_FILENO) : 0;
}

void print(std::string_view text, bool raw) {
  // Line by line: what a line holds may come from anybody.
  if (raw || !is_terminal(STDOUT_FILENO)) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return;
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = printable(text.substr(0, end));
    std::fwrite(line.data(), 1, line.size(), stdout);
    if (end < text.size()) std::fputc('\n', stdout);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

int print_rows(ApiAccess& api, const std::string& resource, const ApiAccess::Query& query, bool raw) {
  const auto response = api.get(resource, query);
  if (!response) return fail(resource, response.error());
  print(response->body, raw);
  if (!response->stream) return exit_done;
  SinkBeside printer([&](std::string_view bytes) {
    print(bytes, raw);
    return std::ferror(stdout) == 0;
  });
  const bool whole = response->stream([&](std::string_view bytes) { return printer.write(bytes); });
  return printer.finish() && whole ? exit_done : exit_failed;
}

}  // namespace server
