#include "server/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "server/terminal.h"

namespace server {
namespace {

using namespace std::chrono_literals;
constexpr auto terminal_interval = 100ms;
constexpr auto line_interval = 30s;

double share(const ProgressState& state) {
  if (state.total == 0) return 0;
  return std::min(1.0, static_cast<double>(state.done) / static_cast<double>(state.total));
}

std::string minutes(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds + 0.5);
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

void write_error(const std::string& text) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

std::string with_thousands(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string progress_line(const ProgressState& state, double seconds) {
  std::string text;
  const double done = share(state);
  if (state.total > 0) text += fmt::format("{:3.0f}%  ", 100 * done);
  text += with_thousands(state.mails) + " mails";
  if (seconds >= 1) {
    text +=
        fmt::format("  {}/s", with_thousands(static_cast<std::int64_t>(static_cast<double>(state.mails) / seconds)));
    if (done > 0.01 && done < 1) text += "  eta " + minutes(seconds * (1 - done) / done);
  }
  if (state.failed > 0) text += "  " + with_thousands(state.failed) + " failed";
  return text;
}

std::string progress_bar(const ProgressState& state, double seconds, std::size_t columns) {
  const std::string line = progress_line(state, seconds);
  constexpr std::size_t width = 20;
  if (state.total == 0 || line.size() + width + 4 > columns) return line.substr(0, columns);
  const auto full = static_cast<std::size_t>(share(state) * width);
  return fmt::format("[{}{}] {}", std::string(full, '#'), std::string(width - full, '.'), line);
}

ProgressDisplay::ProgressDisplay(bool shown, bool on_terminal, Clock::time_point start)
    : shown_(shown), on_terminal_(on_terminal), start_(start), next_(start + (on_terminal ? 0s : line_interval)) {}

ProgressDisplay::~ProgressDisplay() {
  clear();
}

void ProgressDisplay::update(const ProgressState& state) {
  const auto now = Clock::now();
  if (!shown_ || now < next_) return;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  if (on_terminal_) {
    next_ = now + terminal_interval;
    write_error("\r\x1b[K" + progress_bar(state, seconds, terminal_columns(STDERR_FILENO) - 1));
    drawn_ = true;
  } else {
    next_ = now + line_interval;
    write_error(progress_line(state, seconds) + "\n");
  }
}

void ProgressDisplay::clear() {
  if (drawn_) write_error("\r\x1b[K");
  drawn_ = false;
}

}  // namespace server
