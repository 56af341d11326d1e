// How a step says that it could not be done: Result<T> is the value or an Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace schema {

// Why something could not be done. Each kind asks for a different response.
enum class ErrorKind {
  malformed,    // the input is broken: record it and go on with the next
  too_large,    // the input exceeds a limit: record it and go on with the next
  unavailable,  // a server or file cannot be reached: try again later
  internal,     // our database or our code failed: stop and tell the operator
};

// A place in the input. `line` and `column` count from 1, `byte` from 0.
struct Position {
  std::int64_t line = 0;
  std::int64_t column = 0;
  std::int64_t byte = 0;
  bool operator==(const Position&) const = default;
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;     // stable: a reason code of schema/reason.h where `kind` is malformed or too_large
  std::string message;  // one sentence for people; holds no control characters
  std::optional<Position> position = {};
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> unexpected(Error error) {
  return tl::unexpected<Error>(std::move(error));
}
inline tl::unexpected<Error> malformed(std::string_view code, std::string message,
                                       std::optional<Position> position = {}) {
  return unexpected({ErrorKind::malformed, std::string(code), std::move(message), position});
}
inline tl::unexpected<Error> too_large(std::string_view code, std::string message,
                                       std::optional<Position> position = {}) {
  return unexpected({ErrorKind::too_large, std::string(code), std::move(message), position});
}
inline tl::unexpected<Error> unavailable(std::string_view code, std::string message) {
  return unexpected({ErrorKind::unavailable, std::string(code), std::move(message)});
}
inline tl::unexpected<Error> internal_error(std::string_view code, std::string message) {
  return unexpected({ErrorKind::internal, std::string(code), std::move(message)});
}

}  // namespace schema
