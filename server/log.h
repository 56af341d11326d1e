// The log: one line an event on standard error, as logfmt or JSON. Event names are stable; secrets, message bodies and
// tokens never stand in it.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace server {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

// Once, before other threads run. Under systemd's journal (JOURNAL_STREAM is set) text lines have no time, which the
// journal adds, and begin with their priority.
void set_up_log(LogFormat format, LogLevel least);

// level=info event=report_stored reporter=google.com: values without control characters, cut at 256 bytes.
void log_event(LogLevel level, std::string_view event,
               std::initializer_list<std::pair<std::string_view, std::string>> fields = {});

// The line for an event, without time and priority; what log_event() writes.
std::string log_line(LogFormat format, LogLevel level, std::string_view event,
                     std::initializer_list<std::pair<std::string_view, std::string>> fields);

}  // namespace server
