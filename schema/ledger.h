// Every mail and attachment, and what became of it. All within a transaction of the caller (schema/writer.h).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/intern.h"
#include "schema/reason.h"
#include "schema/sqlite.h"

namespace schema {

inline constexpr std::size_t outcome_count = 5;

struct RunTotals {
  std::int64_t mails = 0;                              // mails and loose files
  std::array<std::int64_t, outcome_count> outcomes{};  // attachments, by schema::Outcome
  std::int64_t records = 0;                            // stored
  std::int64_t messages = 0;                           // stored

  std::int64_t of(Outcome outcome) const { return outcomes[static_cast<std::size_t>(outcome)]; }
  std::int64_t attachments() const;  // the sum of the five
};

// How far a run has come that is under way, as far as it is known how much there is to read.
struct RunProgress {
  std::optional<std::int64_t> percent;
  std::optional<std::int64_t> mails_expected;  // read by it in the end, estimated
};

struct RunEnd {
  std::int64_t at = 0;
  bool stopped = false;  // before there was nothing more to read, as somebody wanted it
};

// Where a message lies.
struct Place {
  std::string kind;  // of the origin: file, mbox, maildir, imap, pop3, lmtp, stdin, upload
  std::string origin;
  std::string position;
};

struct MailEntry {
  std::string sha256;  // 32 bytes
  std::int64_t bytes = 0;
  std::string kind;  // file, report, tls_report, ...
  std::optional<std::string> subject, from, message_id;
  std::optional<std::int64_t> date;
  std::string authenticity = "unverified";  // pass, fail, unverified
};

struct AttachmentEntry {
  std::string name;
  std::int64_t document = 0;
  std::optional<std::int64_t> original_id;
  Outcome outcome = Outcome::ignored;
  std::string code;  // empty: stored
  std::optional<std::int64_t> report_id;
  std::optional<std::int64_t> failure_id;
};

// A mail that was read before, with the same bytes.
struct KnownMail {
  std::int64_t id = 0;
  bool same_place = false;
  std::string parser;  // that decided its outcomes
};

class Ledger {
 public:
  explicit Ledger(Database& writer) : database_(writer) {}

  // origin: what it reads; empty: that has no name.
  Result<std::int64_t> begin_run(std::string_view kind, std::int64_t now, std::string_view origin = {});
  Status update_run(std::int64_t run_id, const RunTotals& totals, std::optional<RunEnd> end = {},
                    const RunProgress& progress = {});

  // A mail with these bytes: at this place if it was read there, else anywhere, preferably with outcomes of `parser`.
  Result<std::optional<KnownMail>> find(const Place& place, std::string_view sha256, std::string_view parser);
  Result<std::int64_t> add_mail(const Place& place, const MailEntry& entry, std::int64_t run_id,
                                std::string_view parser, std::int64_t now);
  // Error internal not_found.
  Result<MailEntry> mail(std::int64_t mail_id);
  Result<Place> place(std::int64_t mail_id);
  // Read once more, where it was.
  Status see_again(std::int64_t mail_id, std::int64_t run_id, std::string_view parser);

  // By their place in the mail, from 0.
  Result<std::vector<AttachmentEntry>> attachments(std::int64_t mail_id);
  // In place of those it had.
  Status set_attachments(std::int64_t mail_id, const std::vector<AttachmentEntry>& entries);

  // The mails that brought an original, in their order.
  Result<std::vector<std::int64_t>> mails_of(std::int64_t original_id);
  // Another report took the place of `report_id`: what brought it so far is a conflict now, and was not seen.
  Status outvote(std::int64_t report_id, std::optional<std::int64_t> failure_id);

  // What failed is `report_id` now: a duplicate of it wherever it waits still, except in `mail_id`. none: of one that
  // is pruned.
  Status settle(std::int64_t failure_id, std::optional<std::int64_t> report_id, std::int64_t mail_id, std::int64_t now);

  // A report arrived that was stored before.
  Status add_sighting(std::int64_t report_id, std::int64_t mail_id, std::int64_t n, std::int64_t now);

  // A mail ended the process that read it: how often it has done so by now.
  Result<std::int64_t> add_death(std::string_view sha256, std::string_view code, std::int64_t now);
  // Mails that did so and have no outcome yet.
  Result<std::int64_t> deaths_pending();
  // The mail has an outcome.
  Status forget_deaths(std::string_view sha256);

  // To be called whenever something was rolled back.
  void forget() { origins_.clear(); }

 private:
  Result<std::int64_t> origin(const Place& place);

  Database& database_;
  NumberCache origins_{1 << 20};
};

}  // namespace schema
