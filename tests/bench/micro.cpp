// What single steps cost (Google Benchmark): the gates, base64, inflate, reading records, numbering, inserts.
//
//   cmake --preset bench && cmake --build --preset bench && build/bench/tests/bench/ruadar_micro
#include <benchmark/benchmark.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "ingest/archive.h"
#include "ingest/limits.h"
#include "ingest/mime_gate.h"
#include "ingest/report_xml.h"
#include "ingest/transfer_decoding.h"
#include "ingest/xml_gate.h"
#include "schema/content_hash.h"
#include "schema/record_numbering.h"
#include "schema/writer.h"
#include "server/gzip.h"
#include "tests/support/make_report.h"

namespace {

constexpr int records = 1000;

std::string xml() {
  std::string text =
      "<?xml version=\"1.0\"?>\n<feedback><report_metadata><org_name>Receiver</org_name><email>a@b.example</email>"
      "<report_id>1</report_id><date_range><begin>1790000000</begin><end>1790086399</end></date_range></report_metadata>"
      "<policy_published><domain>example.com</domain><p>reject</p></policy_published>\n";
  for (int i = 0; i < records; ++i) {
    text += "<record>\n  <row>\n    <source_ip>10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256) +
            "</source_ip>\n    <count>" + std::to_string(1 + i % 7) +
            "</count>\n    <policy_evaluated>\n      <disposition>none</disposition>\n      <dkim>pass</dkim>\n"
            "      <spf>fail</spf>\n    </policy_evaluated>\n  </row>\n  <identifiers>\n"
            "    <header_from>example.com</header_from>\n  </identifiers>\n  <auth_results>\n    <dkim>\n"
            "      <domain>example.com</domain>\n      <result>pass</result>\n      <selector>s" +
            std::to_string(i % 5) +
            "</selector>\n    </dkim>\n    <spf>\n      <domain>bounce.example.net</domain>\n      <result>pass</result>\n"
            "    </spf>\n  </auth_results>\n</record>\n";
  }
  return text + "</feedback>\n";
}

schema::Report report() {
  schema::Report report;
  const auto head = ingest::parse_report(xml(), {}, {}, [&](schema::Record&& r) { report.records.push_back(std::move(r)); });
  static_cast<schema::ReportHead&>(report) = *head;
  return report;
}

void per_record(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * records);
}
void per_byte(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void xml_gate(benchmark::State& state) {
  const auto text = xml();
  for (auto _ : state) benchmark::DoNotOptimize(ingest::xml_gate(text, {}));
  per_record(state);
}
BENCHMARK(xml_gate);

void records_of_a_report(benchmark::State& state) {
  const auto text = xml();
  for (auto _ : state) benchmark::DoNotOptimize(ingest::parse_report(text, {}, {}, [](schema::Record&&) {}));
  per_record(state);
}
BENCHMARK(records_of_a_report);

void mime_gate(benchmark::State& state) {
  std::string mail =
      "From: a@b.example\nContent-Type: multipart/mixed; boundary=part\n\n--part\nContent-Type: application/gzip\n"
      "Content-Transfer-Encoding: base64\n\n";
  for (int i = 0; i < 10'000; ++i) mail += std::string(76, 'A') + "\n";
  mail += "--part--\n";
  for (auto _ : state) benchmark::DoNotOptimize(ingest::mime_gate(mail, {}));
  per_byte(state, mail.size());
}
BENCHMARK(mime_gate);

void base64(benchmark::State& state) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += std::string(76, 'Q') + "\r\n";
  for (auto _ : state) benchmark::DoNotOptimize(ingest::decode_base64(text));
  per_byte(state, text.size());
}
BENCHMARK(base64);

void inflate(benchmark::State& state) {
  const auto packed = server::gzip(xml());
  for (auto _ : state) {
    const ingest::Limits limits;
    ingest::Budget budget(limits);
    benchmark::DoNotOptimize(ingest::unpack(packed, limits, budget));
  }
  per_record(state);
}
BENCHMARK(inflate);

void packing(benchmark::State& state) {
  const auto all = report().records;
  for (auto _ : state) benchmark::DoNotOptimize(schema::PackedRecords(all));
  per_record(state);
}
BENCHMARK(packing);

void content_hash(benchmark::State& state) {
  const schema::PackedRecords all(report().records);
  for (auto _ : state) benchmark::DoNotOptimize(schema::content_hash(all));
  per_record(state);
}
BENCHMARK(content_hash);

// A database that goes when this does.
class Store {
 public:
  Store() {
    std::string name = (std::filesystem::temp_directory_path() / "ruadar-micro-XXXXXX").string();
    directory_ = ::mkdtemp(name.data()) == nullptr ? "." : name;
    writer_ = std::move(schema::Writer::open(directory_ + "/micro.db").value());
  }
  ~Store() {
    writer_.reset();
    if (directory_ != ".") std::filesystem::remove_all(directory_);
  }
  schema::Writer& writer() { return *writer_; }

 private:
  std::string directory_;
  std::unique_ptr<schema::Writer> writer_;
};

void numbers(benchmark::State& state) {
  Store store;
  const schema::PackedRecords all(report().records);
  if (!store.writer().begin()) return state.SkipWithError("the database cannot be written");
  schema::Interner interner(store.writer().database());
  for (auto _ : state) {
    schema::RecordNumbering numbering(interner, all);
    schema::PackedRecords::Rows rows(all);
    schema::PackedRow row;
    while (rows.next(row)) benchmark::DoNotOptimize(numbering.of(row, 0));
  }
  store.writer().rollback();
  per_record(state);
}
BENCHMARK(numbers);

// Up to the commit, roll-ups included.
void inserts(benchmark::State& state) {
  Store store;
  schema::PreparedReport prepared(report());
  auto& writer = store.writer();
  if (!writer.begin()) return state.SkipWithError("the database cannot be written");
  const auto run = writer.ledger().begin_run("import", 1).value();
  const schema::MailEntry entry{std::string(32, 'm'), 1, "report", {}, {}, {}, {}};
  const auto mail = writer.ledger().add_mail({"file", "micro", "1"}, entry, run, "1", 1).value();
  int n = 0;
  for (auto _ : state) {
    prepared.report_id = std::to_string(++n);
    benchmark::DoNotOptimize(writer.reports().insert(prepared, {mail, {}, 0, "report.xml", "unverified", "1", 1}));
    if (n % 20 == 0 && !(writer.commit() && writer.checkpoint() && writer.begin()))
      return state.SkipWithError("the database cannot be written");
  }
  writer.rollback();
  per_record(state);
}
BENCHMARK(inserts);

}  // namespace

BENCHMARK_MAIN();
