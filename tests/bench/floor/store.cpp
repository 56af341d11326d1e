#include "tests/bench/floor/store.h"

#include <arpa/inet.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace yardstick {
namespace {

class Statement {
 public:
  Statement(sqlite3* database, const std::string& sql) : database_(database) {
    if (sqlite3_prepare_v3(database, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr) != SQLITE_OK) {
      fail(sqlite3_errmsg(database));
    }
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(handle_); }
  void bind(int parameter, std::int64_t value) { sqlite3_bind_int64(handle_, parameter, value); }
  void bind(int parameter, Text text) {
    sqlite3_bind_text(handle_, parameter, text.data() == nullptr ? "" : text.data(), static_cast<int>(text.size()),
                      SQLITE_STATIC);
  }
  template <typename... Values>
  void run(const Values&... values) {
    int parameter = 0;
    (bind(++parameter, values), ...);
    if (sqlite3_step(handle_) != SQLITE_DONE) fail(sqlite3_errmsg(database_));
    sqlite3_reset(handle_);
  }

 private:
  sqlite3* database_;
  sqlite3_stmt* handle_ = nullptr;
};

class Numbers {
 public:
  Numbers(sqlite3* database, const std::string& table) : insert_(database, "INSERT INTO " + table + " VALUES (?, ?)") {}
  std::int64_t of(Text value) {
    const auto known = numbers_.find(value);
    if (known != numbers_.end()) return known->second;
    const auto number = static_cast<std::int64_t>(numbers_.size()) + 1;
    numbers_.emplace(value, number);
    insert_.run(number, value);
    return number;
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(Text text) const { return std::hash<Text>()(text); }
  };
  Statement insert_;
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> numbers_;
};

constexpr auto schema = R"sql(
  PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY;
  CREATE TABLE text (id INTEGER PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE address (id INTEGER PRIMARY KEY, value BLOB NOT NULL);
  CREATE TABLE auth (id INTEGER PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE report (id INTEGER PRIMARY KEY, org INTEGER, report_id TEXT, domain INTEGER, begin INTEGER, ends INTEGER,
                       policy INTEGER, records INTEGER, messages INTEGER, UNIQUE (report_id, org, domain));
  CREATE TABLE record (report INTEGER, n INTEGER, address INTEGER, messages INTEGER, result INTEGER, header_from INTEGER,
                       envelope_from INTEGER, envelope_to INTEGER, auth INTEGER, reasons INTEGER,
                       PRIMARY KEY (report, n)) WITHOUT ROWID;
  CREATE TABLE daily (domain INTEGER, day INTEGER, org INTEGER, result INTEGER, messages INTEGER, records INTEGER,
                      PRIMARY KEY (domain, day, org, result)) WITHOUT ROWID;
  CREATE TABLE by_source (domain INTEGER, day INTEGER, address INTEGER, result INTEGER, messages INTEGER, records INTEGER,
                          PRIMARY KEY (domain, day, address, result)) WITHOUT ROWID;
  CREATE INDEX by_source_address ON by_source (address, day);
)sql";

sqlite3* opened(const char* path) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((std::string(path) + suffix).c_str());
  sqlite3* database = nullptr;
  if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr) !=
          SQLITE_OK ||
      sqlite3_exec(database, schema, nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(sqlite3_errmsg(database));
  }
  return database;
}

std::string rows_sql(std::size_t rows) {
  std::string sql = "INSERT INTO record VALUES ";
  for (std::size_t i = 0; i < rows; ++i) sql += i == 0 ? "(?,?,?,?,?,?,?,?,?,?)" : ",(?,?,?,?,?,?,?,?,?,?)";
  return sql;
}

}  // namespace

class Store::Tables {
 public:
  explicit Tables(const char* path) : database_(opened(path)) {}

  void add(const Report& report) {
    if (in_transaction_++ == 0) execute("BEGIN");
    const auto org = texts_.of(report.org_name), domain = texts_.of(report.domain), day = report.begin / 86400;
    std::int64_t of_report = 0;
    for (const auto& record : report.records) of_report += record.count;
    report_.run(++totals.reports, org, report.report_id, domain, report.begin, report.end, texts_.of(report.policy),
                static_cast<std::int64_t>(report.records.size()), of_report);
    std::int64_t n = 0;
    for (const auto& record : report.records) {
      std::array<char, 16> bytes{};
      const std::string written(record.address);
      const bool four = inet_pton(AF_INET, written.c_str(), bytes.data()) == 1;
      if (!four && inet_pton(AF_INET6, written.c_str(), bytes.data()) != 1) fail("no address: " + written);
      const auto address = addresses_.of({bytes.data(), four ? 4u : 16u});
      const auto result =
          disposition_number(record.disposition) * 4 + (record.dkim == "pass") * 2 + (record.spf == "pass");
      add_row({totals.reports, n++, address, record.count, result, texts_.of(record.header_from),
               number_of(record.envelope_from), number_of(record.envelope_to), auths_.of(record.auth),
               number_of(record.reasons)});
      sum(sources_, {domain, day, address, result}, record.count);
      sum(daily_, {domain, day, org, result}, record.count);
    }
    totals.messages += of_report;
    totals.records += n;
    if (in_transaction_ == 1000) commit();
  }

  void finish() {
    if (in_transaction_ > 0) commit();
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  Totals totals;

 private:
  static constexpr std::size_t columns = 10, rows_at_once = 32;
  using Row = std::array<std::int64_t, columns>;
  using Key = std::array<std::int64_t, 4>;
  struct Hash {
    std::size_t operator()(const Key& key) const {
      std::uint64_t hash = 0;
      for (const auto part : key) hash = (hash ^ static_cast<std::uint64_t>(part)) * 0x9e3779b97f4a7c15ULL;
      return hash ^ hash >> 29;
    }
  };
  using Sums = std::unordered_map<Key, std::pair<std::int64_t, std::int64_t>, Hash>;

  static std::int64_t disposition_number(Text word) {
    return word == "none" ? 0 : word == "quarantine" ? 1 : word == "reject" ? 2 : word == "pass" ? 3 : 4;
  }
  std::int64_t number_of(Text text) { return text.empty() ? 0 : texts_.of(text); }

  static void sum(Sums& sums, const Key& key, std::int64_t count) {
    auto& [messages, records] = sums[key];
    messages += count;
    ++records;
  }

  void add_row(const Row& row) {
    rows_.push_back(row);
    if (rows_.size() < rows_at_once) return;
    int parameter = 0;
    for (const auto& each : rows_) {
      for (const auto value : each) many_.bind(++parameter, value);
    }
    many_.run();
    rows_.clear();
  }

  void commit() {
    for (const auto& row : rows_) std::apply([this](const auto&... values) { one_.run(values...); }, row);
    rows_.clear();
    put(daily_, daily_row_);
    put(sources_, source_row_);
    execute("COMMIT");
    in_transaction_ = 0;
  }

  // In the order of the table, which is then walked through once.
  static void put(Sums& sums, Statement& insert) {
    std::vector<std::pair<Key, std::pair<std::int64_t, std::int64_t>>> sorted(sums.begin(), sums.end());
    std::sort(sorted.begin(), sorted.end());
    for (const auto& [key, sum] : sorted) insert.run(key[0], key[1], key[2], key[3], sum.first, sum.second);
    sums.clear();
  }

  void execute(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sqlite3_errmsg(database_));
  }

  static constexpr auto adds =
      "ON CONFLICT DO UPDATE SET messages = messages + excluded.messages, records = records + excluded.records";

  sqlite3* database_;
  Numbers texts_{database_, "text"}, addresses_{database_, "address"}, auths_{database_, "auth"};
  Statement report_{database_, "INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  Statement many_{database_, rows_sql(rows_at_once)}, one_{database_, rows_sql(1)};
  Statement daily_row_{database_, std::string("INSERT INTO daily VALUES (?, ?, ?, ?, ?, ?) ") + adds};
  Statement source_row_{database_, std::string("INSERT INTO by_source VALUES (?, ?, ?, ?, ?, ?) ") + adds};
  std::vector<Row> rows_;
  Sums daily_, sources_;
  int in_transaction_ = 0;
};

Store::Store(const char* path) : tables_(std::make_unique<Tables>(path)) {}
Store::~Store() = default;

void Store::add(const Report& report) {
  tables_->add(report);
}

Totals Store::finish() {
  tables_->finish();
  return tables_->totals;
}

}  // namespace yardstick
