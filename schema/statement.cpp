// Statements (schema/sqlite.h).
#include "schema/connection.h"
#include "schema/sqlite.h"

namespace schema {

Statement::Statement(detail::Connection& connection, std::unique_ptr<detail::PreparedStatement> prepared)
    : connection_(&connection), prepared_(std::move(prepared)), handle_(prepared_->handle) {}

Statement::Statement(Statement&& other) noexcept = default;

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(prepared_, other.prepared_);
  std::swap(handle_, other.handle_);
  std::swap(bind_error_, other.bind_error_);
  return *this;
}

Statement::~Statement() {
  if (!prepared_) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  connection_->statements.give_back(std::move(prepared_));
}

void Statement::noted(int result_code) {
  if (result_code != SQLITE_OK) bind_error_ = result_code;
}

void Statement::bind(int parameter, std::int64_t value) {
  noted(sqlite3_bind_int64(handle_, parameter, value));
}

void Statement::bind(int parameter, std::string_view text) {
  // A view without data would bind null.
  const char* bytes = text.data() == nullptr ? "" : text.data();
  noted(sqlite3_bind_text64(handle_, parameter, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind(int parameter, Blob blob) {
  const char* bytes = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  noted(sqlite3_bind_blob64(handle_, parameter, bytes, blob.bytes.size(), SQLITE_TRANSIENT));
}

void Statement::bind(int parameter, std::nullptr_t) {
  noted(sqlite3_bind_null(handle_, parameter));
}

void Statement::bind_value(int parameter, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    bind(parameter, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    bind(parameter, std::string_view(*text));
  } else if (const auto* blob = std::get_if<OwnedBlob>(&value)) {
    bind(parameter, Blob{blob->bytes});
  } else {
    bind(parameter, nullptr);
  }
}

Result<bool> Statement::step() {
  if (bind_error_ != 0) return unexpected(connection_->error(std::exchange(bind_error_, 0)));
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto error = connection_->error(code);
  sqlite3_reset(handle_);
  return unexpected(std::move(error));
}

Status Statement::run_bound() {
  for (;;) {
    const auto row = step();
    if (!row) return unexpected(row.error());
    if (!*row) break;
  }
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(handle_);
}

int Statement::columns() const {
  return sqlite3_column_count(handle_);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(handle_, column);
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view Statement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Statement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return std::string(text(column));
}

}  // namespace schema
