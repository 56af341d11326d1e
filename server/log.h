// The log: one line an event on standard error, as logfmt or JSON. Event names are stable; secrets, message bodies and
// tokens never stand in it.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

enum class LogLevel { debug, info, warning, error, silent };  // silent: of no event, above all
enum class LogFormat {
  automatic,  // text; to systemd's journal without the time, which the journal adds, and with the priority in front
  text,
  json,  // an object a line; to the journal as above
};
std::optional<LogFormat> log_format_named(std::string_view name);  // auto, text, json

// Once, before other threads run.
void set_up_log(LogFormat format, LogLevel least);

using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

// level=info event=report_stored domain=example.com: values without control characters, cut at 256 bytes. `event` is
// one of log_events().
void log_event(LogLevel level, std::string_view event, LogFields fields = {});

// The line for an event, without time and priority; what log_event() writes.
std::string log_line(LogFormat format, LogLevel level, std::string_view event, LogFields fields);

// Every event that there is, and what it says; names are stable.
struct LogEvent {
  std::string_view name, meaning;
};
const std::vector<LogEvent>& log_events();

}  // namespace server
