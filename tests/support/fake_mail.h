// Mails in a small language instead of MIME and XML, a reader that understands it, and a mailbox that holds them.
//
//   mail            first line of a mail; without it the text is one attachment by itself
//   auth TEXT       an Authentication-Results header
//   from TEXT       a From header
//   refuse CODE     the mail cannot be taken apart
//   report ID [COUNT [DOMAIN]]     an attachment: tests::make_report() with COUNT messages in the first record
//   zip ID ID ...                  an attachment with a document for each id; "-" stands for one that is broken
//   broken CODE ID                 an attachment that cannot be read; FakeReader{.cured = true} finds report ID in it
#pragma once

#include <atomic>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "ingest/mailbox.h"
#include "ingest/message_reader.h"
#include "tests/support/make_report.h"

namespace tests {

struct FakeReader {
  bool cured = false;
  std::int64_t added = 0;  // messages that another version of the parser finds in every report
  std::shared_ptr<std::atomic<int>> calls = std::make_shared<std::atomic<int>>(0);

  ingest::MessageReading operator()(std::string_view bytes, std::string_view, const ingest::Limits&,
                                    std::int64_t) const {
    ++*calls;
    ingest::MessageReading reading;
    std::istringstream lines{std::string(bytes)};
    std::string line;
    reading.loose_file = !bytes.starts_with("mail\n");
    while (std::getline(lines, line)) read_line(line, reading);
    if (!reading.attachments.empty()) reading.kind = ingest::MailKind::report;
    if (cured) reading.refused.reset();
    return reading;
  }

 private:
  schema::Report report(const std::string& id, std::int64_t count = 10,
                        const std::string& domain = "example.com") const {
    auto made = make_report(id, domain);
    made.records[0].count = count + added;
    return made;
  }

  void read_line(const std::string& line, ingest::MessageReading& reading) const {
    std::istringstream words(line);
    std::string kind, id, code, domain = "example.com";
    words >> kind;
    if (kind == "auth") {
      reading.headers.authentication_results.push_back(line.substr(5));
    } else if (kind == "from") {
      reading.headers.from = line.substr(5);
    } else if (kind == "refuse") {
      words >> code;
      reading.refused = schema::Error{schema::ErrorKind::malformed, code, "The mail is odd."};
    } else if (kind == "report") {
      std::int64_t count = 10;
      words >> id >> count >> domain;
      reading.attachments.push_back({id + ".xml", line, {}});
      reading.attachments.back().documents.push_back({id + ".xml", 0, report(id, count, domain)});
    } else if (kind == "zip") {
      reading.attachments.push_back({"a.zip", line, {}});
      while (words >> id) {
        auto& documents = reading.attachments.back().documents;
        const auto index = static_cast<std::uint32_t>(documents.size());
        if (id == "-") {
          documents.push_back(
              {"a.zip/-", index, schema::malformed("xml_truncated", "It ends.", schema::Position{3, 4, 50})});
        } else {
          documents.push_back({"a.zip/" + id, index, report(id)});
        }
      }
    } else if (kind == "broken") {
      words >> code >> id;
      reading.attachments.push_back({id + ".gz", line, {}});
      auto& documents = reading.attachments.back().documents;
      if (cured) {
        documents.push_back({id + ".gz", 0, report(id)});
      } else {
        documents.push_back({id + ".gz", 0, schema::malformed(code, "It is broken.", schema::Position{1, 2, 3})});
        documents.back().excerpt = "<broken";
      }
    }
  }
};

// Counts what is asked of it; next() is only right when nothing is acknowledged too early.
class FakeMailbox : public ingest::Mailbox {
 public:
  explicit FakeMailbox(std::vector<std::string> mails, std::string origin = "box")
      : mails_(std::move(mails)), origin_(std::move(origin)) {}

  schema::Result<std::optional<ingest::Message>> next() override {
    if (next_ == mails_.size()) return std::nullopt;
    const auto position = next_++;
    if (mails_[position] == "unreadable") return schema::unavailable("cannot_open", "A mail cannot be opened.");
    if (on_next) on_next(position);
    ingest::Message message;
    message.kind = kind;
    message.origin = origin_;
    message.position = std::to_string(position);
    message.bytes = mails_[position];
    message.name = "name";
    message.too_large = mails_[position] == "too large";
    message.size = message.too_large ? 99'000'000 : message.bytes.size();
    return message;
  }
  schema::Status mark_done(const ingest::Message& message, ingest::Fate fate) override {
    if (on_done) on_done(message);
    done.push_back(message.position);
    fates.push_back(fate);
    return {};
  }
  ingest::Progress progress() const override { return {next_, mails_.size()}; }

  std::string kind = "mbox";
  std::vector<std::string> done;
  std::vector<ingest::Fate> fates;
  std::function<void(std::size_t)> on_next;
  std::function<void(const ingest::Message&)> on_done;

 private:
  std::vector<std::string> mails_;
  std::string origin_;
  std::size_t next_ = 0;
};

}  // namespace tests
