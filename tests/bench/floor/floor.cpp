// How fast bare libraries bring an mbox of reports into SQLite, on two threads: the yardstick of tests/bench/run.
//
//   floor MBOX DATABASE
//
// It does what cannot be left out and nothing else: no gates, no limits, no ledger, no originals, no notes, no duplicates;
// it understands only what tests/bench/corpus.py writes. One thread reads (libmimetic, base64, zlib, pugixml in small
// pieces), another writes (numbers for all that repeats, several records an INSERT, both roll-ups and an index by address
// and day, a thousand mails a transaction).
#include <arpa/inet.h>
#include <malloc.h>
#include <mimetic/mimetic.h>
#include <sqlite3.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <memory>
#include <mutex>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

using Text = std::string_view;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "floor: %s\n", why.c_str());
  std::exit(1);
}

// -------------------------------------------------------------------------------------------------------------- reading

struct Record {
  Text address, disposition, dkim, spf, header_from, envelope_from, envelope_to;
  std::int64_t count = 0;
  std::string auth, reasons;
};

// Bytes that are written before they are read: a string would fill them with zeros first.
struct Buffer {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0, room = 0;
  void grow(std::size_t to) {
    auto larger = std::make_unique_for_overwrite<char[]>(to);
    if (size > 0) std::memcpy(larger.get(), bytes.get(), size);
    bytes = std::move(larger);
    room = to;
  }
  Text text() const { return {bytes.get(), size}; }
};

struct Report {
  Buffer xml;        // what the views point into,
  std::string head;  // and this
  Text org_name, report_id, domain, policy;
  std::int64_t begin = 0, end = 0;
  std::vector<Record> records;
};

std::vector<Text> mails_of(Text mbox) {
  std::vector<Text> mails;
  for (std::size_t at = 0; at < mbox.size();) {
    const auto begin = mbox.find('\n', at) + 1;
    const auto next = mbox.find("\n\nFrom ", begin);
    mails.push_back(mbox.substr(begin, next == Text::npos ? next : next + 1 - begin));
    at = next == Text::npos ? mbox.size() : next + 2;
  }
  return mails;
}

std::string from_base64(Text text) {
  static const auto table = [] {
    std::array<std::int8_t, 256> values;
    values.fill(-1);
    const Text alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
      values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return values;
  }();
  const auto value_of = [](char c) { return std::int32_t{table[static_cast<unsigned char>(c)]}; };
  std::string out(text.size() / 4 * 3 + 3, '\0');
  char* to = out.data();
  std::uint32_t bits = 0;
  int count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (; count % 4 == 0 && at + 4 <= text.size(); at += 4) {  // four at a time up to the end of a line
      const auto a = value_of(text[at]), b = value_of(text[at + 1]), c = value_of(text[at + 2]), d = value_of(text[at + 3]);
      if ((a | b | c | d) < 0) break;
      const auto three = a << 18 | b << 12 | c << 6 | d;
      *to++ = static_cast<char>(three >> 16);
      *to++ = static_cast<char>(three >> 8);
      *to++ = static_cast<char>(three);
    }
    if (at == text.size()) break;
    const int value = value_of(text[at]);
    if (value < 0) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++count % 4 != 0) continue;
    *to++ = static_cast<char>(bits >> 16);
    *to++ = static_cast<char>(bits >> 8);
    *to++ = static_cast<char>(bits);
  }
  if (count % 4 == 2) *to++ = static_cast<char>(bits >> 4);
  if (count % 4 == 3) {
    *to++ = static_cast<char>(bits >> 10);
    *to++ = static_cast<char>(bits >> 2);
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return out;
}

std::uint32_t little_endian(Text bytes, std::size_t at, int length) {
  std::uint32_t value = 0;
  for (int i = 0; i < length; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << 8 * i;
  return value;
}

// The text in a gzip, or in the first file of a zip; empty where it is neither.
Buffer unpacked(Text packed) {
  std::size_t begin = 0, size = 0;
  if (packed.size() > 18 && packed.substr(0, 2) == "\x1f\x8b") {
    begin = 10;
    if (packed[3] & 8) begin = packed.find('\0', begin) + 1;
    size = little_endian(packed, packed.size() - 4, 4);
    if (size > 1100 * packed.size()) size = 16 * packed.size();  // something stands behind the stream
  } else if (packed.size() > 30 && packed.substr(0, 4) == "PK\x03\x04") {
    begin = 30 + little_endian(packed, 26, 2) + little_endian(packed, 28, 2);
    size = little_endian(packed, 22, 4);
  } else {
    return {};
  }
  Buffer out;
  z_stream stream{};
  inflateInit2(&stream, -15);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + begin));
  stream.avail_in = static_cast<uInt>(packed.size() - begin);
  int code = Z_OK;
  while (code == Z_OK) {
    out.grow(std::max(size + 1, out.room * 2));
    stream.next_out = reinterpret_cast<Bytef*>(out.bytes.get() + out.size);
    stream.avail_out = static_cast<uInt>(out.room - out.size);
    code = inflate(&stream, Z_NO_FLUSH);
    out.size = stream.total_out;
  }
  inflateEnd(&stream);
  if (crc32(0, reinterpret_cast<const Bytef*>(out.bytes.get()), static_cast<uInt>(out.size)) == 0) fail("a checksum of 0");
  return code == Z_STREAM_END ? std::move(out) : Buffer();
}

// Whether the report could be read. The views point into the texts of `report`.
class XmlReader {
 public:
  bool read(Report& report) {
    const Text xml = report.xml.text();
    const auto first = xml.find("<record>");
    const auto last = xml.rfind("</record>");
    report.head = xml.substr(0, first);
    if (first != Text::npos) report.head += "</feedback>";
    if (!document_.load_buffer_inplace(report.head.data(), report.head.size(), options, pugi::encoding_utf8)) return false;
    const auto feedback = document_.child("feedback"), metadata = feedback.child("report_metadata");
    report.org_name = metadata.child_value("org_name");
    report.report_id = metadata.child_value("report_id");
    report.begin = std::atoll(metadata.child("date_range").child_value("begin"));
    report.end = std::atoll(metadata.child("date_range").child_value("end"));
    report.domain = feedback.child("policy_published").child_value("domain");
    report.policy = feedback.child("policy_published").child_value("p");
    if (first == Text::npos) return !report.domain.empty();
    constexpr std::size_t piece_bytes = 32 * 1024;  // stays in the cache of the processor
    const std::size_t behind = last + Text("</record>").size();
    for (std::size_t begin = first; begin < behind;) {
      auto end = begin + piece_bytes < behind ? xml.find("</record>", begin + piece_bytes) : Text::npos;
      end = end == Text::npos ? behind : end + Text("</record>").size();
      if (!document_.load_buffer_inplace(report.xml.bytes.get() + begin, end - begin, options | pugi::parse_fragment,
                                         pugi::encoding_utf8)) {
        return false;
      }
      for (const auto node : document_.children("record")) report.records.push_back(record(node));
      begin = end;
    }
    return true;
  }

 private:
  static constexpr unsigned options = pugi::parse_minimal | pugi::parse_escapes;

  static Record record(pugi::xml_node node) {
    Record out;
    for (const auto part : node.children()) {
      const Text name = part.name();
      if (name == "row") {
        for (const auto field : part.children()) {
          const Text of_row = field.name();
          if (of_row == "source_ip") out.address = field.child_value();
          if (of_row == "count") out.count = std::atoll(field.child_value());
          if (of_row == "policy_evaluated") evaluated(field, out);
        }
      } else if (name == "identifiers") {
        out.header_from = part.child_value("header_from");
        out.envelope_from = part.child_value("envelope_from");
        out.envelope_to = part.child_value("envelope_to");
      } else if (name == "auth_results") {
        for (const auto result : part.children()) {
          out.auth += result.name();
          for (const auto field : result.children()) (out.auth += ' ') += field.child_value();
          out.auth += ';';
        }
      }
    }
    return out;
  }

  static void evaluated(pugi::xml_node node, Record& out) {
    for (const auto field : node.children()) {
      const Text name = field.name();
      if (name == "disposition") out.disposition = field.child_value();
      if (name == "dkim") out.dkim = field.child_value();
      if (name == "spf") out.spf = field.child_value();
      if (name == "reason") ((out.reasons += field.child_value("type")) += ' ') += field.child_value("comment");
    }
  }

  pugi::xml_document document_;
};

// The report in a mail; none where there is none.
std::unique_ptr<Report> report_in(mimetic::MimeEntity& entity, XmlReader& reader) {
  const auto& parts = entity.body().parts();
  for (auto* part : parts) {
    if (auto found = report_in(*part, reader)) return found;
  }
  if (!parts.empty()) return nullptr;
  auto report = std::make_unique<Report>();
  const std::string& body = entity.body();
  if (body.compare(0, 5, "<?xml") == 0) {
    report->xml.grow(body.size());
    report->xml.size = body.copy(report->xml.bytes.get(), body.size());
  } else {
    report->xml = unpacked(from_base64(body));
  }
  return report->xml.size > 0 && reader.read(*report) ? std::move(report) : nullptr;
}

class Queue {
 public:
  void put(std::unique_ptr<Report> report) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return bytes_ < most_bytes; });
    bytes_ += report->xml.size;
    reports_.push_back(std::move(report));
    changed_.notify_all();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  // None: there are no more.
  std::unique_ptr<Report> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || !reports_.empty(); });
    if (reports_.empty()) return nullptr;
    auto report = std::move(reports_.front());
    reports_.pop_front();
    bytes_ -= report->xml.size;
    changed_.notify_all();
    return report;
  }

 private:
  static constexpr std::size_t most_bytes = 64 * 1024 * 1024;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Report>> reports_;
  std::size_t bytes_ = 0;
  bool ended_ = false;
};

// -------------------------------------------------------------------------------------------------------------- writing

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

class Store {
 public:
  explicit Store(const char* path) : database_(opened(path)) {}

  void add(const Report& report) {
    if (in_transaction_++ == 0) execute("BEGIN");
    const auto org = texts_.of(report.org_name), domain = texts_.of(report.domain), day = report.begin / 86400;
    std::int64_t of_report = 0;
    for (const auto& record : report.records) of_report += record.count;
    report_.run(++reports, org, report.report_id, domain, report.begin, report.end, texts_.of(report.policy),
                static_cast<std::int64_t>(report.records.size()), of_report);
    std::int64_t n = 0;
    for (const auto& record : report.records) {
      std::array<char, 16> bytes{};
      const std::string written(record.address);
      const bool four = inet_pton(AF_INET, written.c_str(), bytes.data()) == 1;
      if (!four && inet_pton(AF_INET6, written.c_str(), bytes.data()) != 1) fail("no address: " + written);
      const auto address = addresses_.of({bytes.data(), four ? 4u : 16u});
      const auto result = disposition_number(record.disposition) * 4 + (record.dkim == "pass") * 2 + (record.spf == "pass");
      add_row({reports, n++, address, record.count, result, texts_.of(record.header_from), number_of(record.envelope_from),
               number_of(record.envelope_to), auths_.of(record.auth), number_of(record.reasons)});
      sum(sources_, {domain, day, address, result}, record.count);
      sum(daily_, {domain, day, org, result}, record.count);
    }
    messages += of_report;
    records += n;
    if (in_transaction_ == 1000) commit();
  }

  void finish() {
    if (in_transaction_ > 0) commit();
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  std::int64_t reports = 0, records = 0, messages = 0;

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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) fail("floor MBOX DATABASE");
  mallopt(M_MMAP_THRESHOLD, 1 << 30);  // large texts come and go with each report
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  std::ifstream file(argv[1], std::ios::binary | std::ios::ate);
  std::string mbox(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(mbox.data(), static_cast<std::streamsize>(mbox.size()));
  Queue queue;
  std::thread reading([&] {
    XmlReader reader;
    for (const auto mail : mails_of(mbox)) {
      mimetic::MimeEntity entity(mail.begin(), mail.end());
      if (auto report = report_in(entity, reader)) queue.put(std::move(report));
    }
    queue.end();
  });
  Store store(argv[2]);
  while (const auto report = queue.take()) store.add(*report);
  reading.join();
  store.finish();
  std::printf("{\"stored\":%lld,\"records\":%lld,\"messages\":%lld}\n", static_cast<long long>(store.reports),
              static_cast<long long>(store.records), static_cast<long long>(store.messages));
}
