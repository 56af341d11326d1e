#include "server/api/list.h"

#include <fmt/format.h>

#include <exception>

#include "server/api/link.h"
#include "server/api/problem.h"
#include "server/csv.h"

namespace server {
namespace {

constexpr std::size_t flush_bytes = 64 * 1024;

class CsvCell : public Cell {
 public:
  explicit CsvCell(std::string& out) : out_(out) {}
  void text(std::string_view text) override { append_csv_text(out_, text); }
  void number(std::int64_t number) override { out_ += std::to_string(number); }
  void boolean(bool value) override { out_ += value ? "true" : "false"; }
  void null() override {}
  void absent() override {}
  void json(std::string_view json) override { append_csv_text(out_, json); }
  bool flat() const override { return true; }

 private:
  std::string& out_;
};

void write_row(JsonWriter& json, const List& list, const ListRequest& asked, const RowValues& row) {
  json.begin_object();
  for (const auto column : asked.columns) {
    JsonCell cell(json, list.columns[column]);
    row(column, cell);
  }
  json.end_object();
}

// The address of the next page.
std::string next_page(const ApiContext& context, const Request& request, const std::string& cursor) {
  std::string target = context.base_path + percent_encoded(request.path) + "?";
  for (const auto& [name, value] : request.query) {
    if (name != "cursor") target += percent_encoded(name) + "=" + percent_encoded(value) + "&";
  }
  return target + "cursor=" + cursor;
}

Response json_page(const ApiContext& context, const Request& request, const Reading& reading, const ListRequest& asked,
                   const List& list) {
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  const auto paged = list.rows(reading.database(), asked.page, [&](const RowValues& row) {
    write_row(json, list, asked, row);
    return true;
  });
  if (!paged) return failure_response(paged.error());
  json.end_array();

  const auto next = paged->next ? std::optional(schema::cursor_text(*paged->next)) : std::nullopt;
  json.key("page").begin_object().member("limit", *asked.page.limit).member("next_cursor", next).end_object();
  json.key("meta").begin_object();
  list.window ? write_meta(json, reading) : void(json.member("generation", reading.fresh.generation));
  json.member("total", paged->total);
  if (list.meta) {
    if (const auto done = list.meta(json); !done) return failure_response(done.error());
  }
  json.end_object();
  if (list.beside) {
    if (const auto done = list.beside(json); !done) return failure_response(done.error());
  }
  json.end_object();
  return json_answer(reading, json,
                     next ? fmt::format("<{}>; rel=\"next\"", next_page(context, request, *next)) : std::string());
}

// Gathers rows and hands them on in larger pieces; each piece may take as long as a question.
class Stream {
 public:
  Stream(const Reading& reading, const BodySink& sink) : reading_(reading), sink_(sink) {}

  std::string& bytes() { return bytes_; }
  // false: the client is gone.
  bool row_done() { return bytes_.size() < flush_bytes || flush(); }
  bool flush() {
    open_ = open_ && (bytes_.empty() || sink_(bytes_));
    bytes_.clear();
    reading_.reader->allow(query_time);
    return open_;
  }

 private:
  const Reading& reading_;
  const BodySink& sink_;
  std::string bytes_;
  bool open_ = true;
};

bool write_lines(const Reading& reading, const ListRequest& asked, const List& list, const BodySink& sink) {
  Stream stream(reading, sink);
  stream.flush();
  JsonWriter json;
  const auto all = list.rows(reading.database(), asked.page, [&](const RowValues& row) {
    json.clear();
    write_row(json, list, asked, row);
    stream.bytes() += json.str();
    stream.bytes() += '\n';
    return stream.row_done();
  });
  return all && stream.flush();
}

bool write_csv(const Reading& reading, const ListRequest& asked, const List& list, const BodySink& sink) {
  Stream stream(reading, sink);
  auto& out = stream.bytes();
  if (asked.byte_order_mark) out += "\xef\xbb\xbf";
  for (std::size_t i = 0; i < asked.columns.size(); ++i) {
    if (i > 0) out += ',';
    out += list.columns[asked.columns[i]];
  }
  out += "\r\n";
  const auto all = list.rows(reading.database(), asked.page, [&](const RowValues& row) {
    CsvCell cell(out);
    for (std::size_t i = 0; i < asked.columns.size(); ++i) {
      if (i > 0) out += ',';
      row(asked.columns[i], cell);
    }
    out += "\r\n";
    return stream.row_done();
  });
  return all && stream.flush();
}

}  // namespace

Response list_answer(const ApiContext& context, const Request& request, const Reading& reading,
                     const ListRequest& asked, List list) {
  if (asked.format == Format::json) return json_page(context, request, reading, asked, list);
  const bool csv = asked.format == Format::csv;
  auto response = answer(reading, csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson");
  const auto name = request.path.substr(request.path.rfind('/') + 1);
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("attachment; filename=\"ruadar-{}.{}\"", name, csv ? "csv" : "ndjson"));
  response.stream = [reading, asked, list = std::move(list), csv](const BodySink& sink) {
    try {
      return csv ? write_csv(reading, asked, list, sink) : write_lines(reading, asked, list, sink);
    } catch (const std::exception&) {
      return false;
    }
  };
  return response;
}

}  // namespace server
