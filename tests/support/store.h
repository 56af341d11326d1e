// A writer over a database of its own, and what tests ask such a database.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/sha256.h"
#include "schema/writer.h"
#include "tests/support/temporary_directory.h"

namespace tests {

class Store {
 public:
  Store() : writer_(std::move(schema::Writer::open(path()).value())) {}

  std::string path() const { return directory_ / "test.db"; }
  schema::Writer& writer() { return *writer_; }
  schema::Database& database() { return writer_->database(); }
  void reopen() {
    writer_.reset();
    writer_ = std::move(schema::Writer::open(path()).value());
  }
  // Ends the writer, so that another may open the database.
  void close() { writer_.reset(); }

  std::int64_t number(const std::string& sql) { return database().integer(sql).value().value_or(0); }
  std::string text(const std::string& sql) {
    auto row = database().prepare(sql);
    return row && row->step().value() ? std::string(row->text(0)) : std::string();
  }
  // A mail for reports to come from, within a batch.
  std::int64_t mail() {
    const auto run = writer().ledger().begin_run("import", 1).value();
    const schema::MailEntry entry{std::string(32, 'm'), 1, "report", {}, {}, {}, {}};
    return writer().ledger().add_mail({"file", "/tmp/mail", std::to_string(++mails_)}, entry, run, "1", 1).value();
  }
  schema::Provenance provenance() { return {mail(), std::nullopt, 0, "report.xml", "unverified", "1", 1'790'100'000}; }

  // Every row of `tables` in one number, for "nothing has changed".
  std::string dump(const std::string& tables) {
    schema::Sha256 hash;
    std::size_t from = 0;
    while (from < tables.size()) {
      const auto end = std::min(tables.find(' ', from), tables.size());
      const auto table = tables.substr(from, end - from);
      from = end + 1;
      auto row = std::move(database().prepare("SELECT * FROM " + table).value());
      std::vector<std::string> lines;
      while (row.step().value()) {
        std::string line;
        for (int column = 0; column < row.columns(); ++column) {
          line += row.is_null(column) ? "null" : "'";
          line += row.blob(column);
        }
        lines.push_back(line);
      }
      std::sort(lines.begin(), lines.end());
      for (const auto& line : lines) hash.update(line);
    }
    return schema::hexadecimal(hash.finish());
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<schema::Writer> writer_;
  int mails_ = 0;
};

}  // namespace tests
