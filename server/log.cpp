#include "server/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>

#include "server/terminal.h"

namespace server {
namespace {

constexpr std::size_t value_bytes = 256;

struct LevelName {
  std::string_view name;
  int priority;  // of syslog
};
constexpr std::array<LevelName, 4> levels{{{"debug", 7}, {"info", 6}, {"warning", 4}, {"error", 3}}};

LogFormat chosen_format = LogFormat::automatic;
LogLevel least_level = LogLevel::info;
bool to_journal = false;

// JOURNAL_STREAM names the stream that systemd gave us. Who inherits the variable may write elsewhere.
bool goes_to_journal() {
  const char* named = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  if (named == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
  return fmt::format("{}:{}", status.st_dev, status.st_ino) == named;
}

// At a character's beginning.
std::string_view cut(std::string_view text) {
  if (text.size() <= value_bytes) return text;
  std::size_t end = value_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80) --end;
  return text.substr(0, end);
}

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string logfmt_value(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_of(" \"=\\") == std::string::npos;
  return plain ? text : in_quotes(text);
}

}  // namespace

std::optional<LogFormat> log_format_named(std::string_view name) {
  if (name == "auto") return LogFormat::automatic;
  if (name == "text") return LogFormat::text;
  if (name == "json") return LogFormat::json;
  return std::nullopt;
}

void set_up_log(LogFormat format, LogLevel least) {
  chosen_format = format;
  least_level = least;
  to_journal = format != LogFormat::text && goes_to_journal();
}

std::string log_line(LogFormat format, LogLevel level, std::string_view event, LogFields fields) {
  const std::string_view level_name = levels[static_cast<std::size_t>(level)].name;
  const bool json = format == LogFormat::json;
  std::string line = json ? fmt::format(R"("level":"{}","event":"{}")", level_name, event)
                          : fmt::format("level={} event={}", level_name, event);
  for (const auto& [name, value] : fields) {
    const std::string shown = printable(cut(value));
    line +=
        json ? fmt::format(R"(,"{}":{})", name, in_quotes(shown)) : fmt::format(" {}={}", name, logfmt_value(shown));
  }
  return line;
}

void log_event(LogLevel level, std::string_view event, LogFields fields) {
  if (level < least_level) return;
  std::string line = log_line(chosen_format, level, event, fields);
  const bool json = chosen_format == LogFormat::json;
  std::string whole;
  if (to_journal) {
    const int priority = levels[static_cast<std::size_t>(level)].priority;
    whole = json ? fmt::format("<{}>{{{}}}\n", priority, line) : fmt::format("<{}>{}\n", priority, line);
  } else {
    const std::string now = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    if (!json && level >= LogLevel::warning)
      line = in_colour(level == LogLevel::error ? Colour::red : Colour::yellow, line, STDERR_FILENO);
    whole = json ? fmt::format("{{\"time\":\"{}\",{}}}\n", now, line) : fmt::format("time={} {}\n", now, line);
  }
  // One write, so that lines of several threads do not mix.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, whole.data(), whole.size());
}

}  // namespace server
