#include "ingest/ingester.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "ingest/failpoint.h"
#include "ingest/worker_limits.h"
#include "schema/runs.h"
#include "schema/sha256.h"

namespace ingest {

using schema::Outcome;
using schema::Result;
using schema::Status;
using schema::unexpected;
using Clock = std::chrono::steady_clock;

namespace {

// What is committed together. One mail a commit would cost 2.5 times the time; more than this would delay what readers
// see and what the mailbox is told, and leave more to be read again after a crash.
constexpr std::size_t batch_mails = 100;
constexpr std::int64_t batch_records = 50'000;
constexpr auto batch_time = std::chrono::milliseconds(250);

// A fault of ours in writing this one mail; anything else concerns the database as a whole.
bool concerns_one_mail(const schema::Error& error) {
  return error.kind != schema::ErrorKind::unavailable && error.code != "io_error" && error.code != "corrupt" &&
         error.code != "not_a_database";
}

// `taken`: the mails that the mailbox has given so far, `skipped` among them.
schema::RunProgress run_progress(const Progress& progress, std::int64_t taken, std::int64_t skipped) {
  if (progress.total == 0) return {};
  const double share = std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(progress.total));
  schema::RunProgress told{static_cast<std::int64_t>(100 * share), std::nullopt};
  if (share > 0) told.mails_expected = std::llround(static_cast<double>(taken) / share) - skipped;
  return told;
}

Fate fate_of(const DocumentOutcomes& outcomes) {
  const auto any = [&](Outcome outcome) {
    return std::ranges::find(outcomes, outcome, &DocumentOutcome::outcome) != outcomes.end();
  };
  if (any(Outcome::quarantined) || any(Outcome::conflict)) return Fate::failed;
  return any(Outcome::stored) || any(Outcome::duplicate) ? Fate::done : Fate::other;
}

}  // namespace

class Ingester::Run {
 public:
  Run(Ingester& ingester, Mailbox& mailbox, const IngestWatch& watch)
      : writer_(ingester.writer_),
        settings_(ingester.settings_),
        mailbox_(mailbox),
        watch_(watch),
        mail_writer_(ingester.writer_, ingester.settings_),
        reader_(ingester.reader_),
        queue_(ingester.reader_, ingester.settings_) {}

  Result<IngestTotals> to_the_end(std::string_view kind, std::string_view origin) {
    const auto begun_at = Clock::now();
    auto ended = [&]() -> Status {
      if (auto room = settings_.has_room(); !room) return room;
      if (auto begun = begin(kind, origin); !begun) return begun;
      while (!stopped()) {
        if (auto filled = fill(); !filled) return filled;
        if (queue_.empty()) break;
        if (stopped()) break;
        auto mail = queue_.take();
        if (auto tried = try_again(*mail); !tried) return tried;
        if (auto written = write(*mail); !written) return written;
        if (!is_due()) continue;
        auto room = settings_.has_room();
        auto committed = commit(room ? std::nullopt : std::optional(settings_.now()));
        if (!committed || !room) return committed ? room : committed;
      }
      totals_.stopped = stopped() && !(at_end_ && queue_.empty());
      return commit(settings_.now());
    }();
    if (!ended) {
      writer_.rollback();
      return unexpected(std::move(ended.error()));
    }
    totals_.seconds = std::chrono::duration<double>(Clock::now() - begun_at).count();
    return totals_;
  }

 private:
  bool stopped() const { return totals_.stop_asked || (watch_.stop != nullptr && watch_.stop->load()); }

  Status begin(std::string_view kind, std::string_view origin) {
    if (auto begun = writer_.begin(); !begun) return begun;
    const auto run = writer_.ledger().begin_run(kind, settings_.now(), origin);
    if (!run) return unexpected(run.error());
    totals_.run_id = *run;
    const auto pending = writer_.ledger().deaths_pending();
    if (!pending) return unexpected(pending.error());
    deaths_pending_ = *pending > 0;
    batch_began_ = Clock::now();
    return {};
  }

  // Takes messages until there is enough to read.
  Status fill() {
    while (!at_end_ && !queue_.full() && !stopped()) {
      const auto asked_at = Clock::now();
      auto next = mailbox_.next();
      tell_time("fetch", asked_at);
      if (!next) {
        // Any other kind will not get better by asking again.
        if (next.error().kind != schema::ErrorKind::unavailable) return unexpected(std::move(next.error()));
        ++totals_.unread;
        watch_.unread(next.error());
        continue;
      }
      if (!*next) {
        at_end_ = true;
        break;
      }
      ++taken_;
      QueuedMail mail;
      mail.message = std::move(**next);
      mail.sha256 = schema::sha256(mail.message.bytes);
      if (settings_.resume) {
        const auto done = mail_writer_.is_done(mail.message, mail.sha256);
        if (!done) return unexpected(done.error());
        if (*done) {
          if (auto passed = pass_over(mail.message); !passed) return passed;
          continue;
        }
      }
      const auto known = mail_writer_.is_known(mail.message, mail.sha256);
      if (!known) return unexpected(known.error());
      mail.needs_reading = !*known && !mail.message.too_large;
      if (mail.message.too_large) {
        mail.reading.refused =
            schema::Error{schema::ErrorKind::too_large, "mail_too_large",
                          "The mail is larger than " + std::to_string(settings_.limits.mail_bytes) + " bytes."};
      }
      queue_.push(std::move(mail));
    }
    return {};
  }

  // What lies in the ledger needs no commit to be acknowledged; the database is given free as often as when writing.
  Status pass_over(const Message& message) {
    ++totals_.skipped;
    if (auto done = mailbox_.mark_done(message, Fate::done); !done) return done;
    return is_due() ? commit(std::nullopt) : Status();
  }

  // A mail that ended the process which read it gets another one, and no more than that, however often the program is
  // started: what it has cost is on disk before.
  Status try_again(QueuedMail& mail) {
    if (const auto* reason = no_reader(mail.reading)) return unexpected(*reason);
    while (mail.reading.worker_died) {
      deaths_pending_ = true;
      const auto deaths = writer_.ledger().add_death(mail.sha256, mail.reading.refused->code, settings_.now());
      if (!deaths) return unexpected(deaths.error());
      if (auto committed = commit(std::nullopt); !committed) return committed;
      if (*deaths >= WorkerLimits().deaths) break;
      failpoint("worker_died");
      mail.reading = prepared_reading(reader_, mail.message.bytes, mail.message.name,
                                      reading_limits(mail.message, settings_.limits), settings_.now());
      if (const auto* reason = no_reader(mail.reading)) return unexpected(*reason);
    }
    return {};
  }

  void tell_time(std::string_view step, Clock::time_point since) const {
    watch_.timed(step, std::chrono::duration<double>(Clock::now() - since).count());
  }

  Status write(QueuedMail& mail) {
    const auto begun_at = Clock::now();
    auto outcomes = write_part(mail);
    if (!outcomes && concerns_one_mail(outcomes.error())) {
      // Left alone it would fail again at every start: put it aside, with what is known of the fault.
      mail.reading = {};
      mail.reading.refused = schema::Error{schema::ErrorKind::malformed, "worker_crash", outcomes.error().message};
      outcomes = write_part(mail);
    }
    if (!outcomes) return unexpected(std::move(outcomes.error()));
    tell_time("store", begun_at);
    failpoint("in_transaction");
    const auto fate = fate_of(*outcomes);
    ++totals_.mails;
    for (auto& outcome : *outcomes) {
      ++totals_.outcomes[static_cast<std::size_t>(outcome.outcome)];
      totals_.records += outcome.records;
      totals_.messages += outcome.messages;
      batch_records_ += outcome.records;
      batch_outcomes_.push_back(std::move(outcome));
    }
    mail.message.bytes = std::string();
    batch_.emplace_back(std::move(mail.message), fate);
    return {};
  }

  Result<DocumentOutcomes> write_part(const QueuedMail& mail) {
    if (auto begun = writer_.begin_part(); !begun) return unexpected(std::move(begun.error()));
    auto outcomes = [&]() -> Result<DocumentOutcomes> {
      // Another mail of this batch may have had the same bytes.
      const auto known = mail_writer_.is_known(mail.message, mail.sha256);
      if (!known) return unexpected(known.error());
      if (*known) return mail_writer_.write_known(mail.message, mail.sha256, totals_.run_id);
      return mail_writer_.write(mail.message, mail.sha256, mail.reading, totals_.run_id);
    }();
    if (outcomes && deaths_pending_) {
      if (auto settled = writer_.ledger().forget_deaths(mail.sha256); !settled)
        outcomes = unexpected(std::move(settled.error()));
    }
    if (!outcomes) {
      writer_.drop_part();
      return outcomes;
    }
    if (auto kept = writer_.keep_part(); !kept) return unexpected(std::move(kept.error()));
    return outcomes;
  }

  bool is_due() const {
    return batch_.size() >= batch_mails || batch_records_ >= batch_records || Clock::now() - batch_began_ >= batch_time;
  }

  // The end of the batch; without `ended_at` the next one begins.
  Status commit(std::optional<std::int64_t> ended_at) {
    const auto end = ended_at ? std::optional(schema::RunEnd{*ended_at, totals_.stopped}) : std::nullopt;
    const auto progress = end ? schema::RunProgress() : run_progress(mailbox_.progress(), taken_, totals_.skipped);
    if (auto updated = writer_.ledger().update_run(totals_.run_id, totals_, end, progress); !updated) return updated;
    failpoint("before_commit");
    const auto begun_at = Clock::now();
    if (auto committed = writer_.commit(); !committed) return committed;
    tell_time("commit", begun_at);
    failpoint("after_commit");
    for (const auto& [message, fate] : batch_) {
      if (auto done = mailbox_.mark_done(message, fate); !done) {
        ++totals_.unread;
        watch_.unread(done.error());
      }
    }
    for (const auto& outcome : batch_outcomes_) watch_.outcome(outcome);
    watch_.progress(mailbox_.progress(), totals_);
    batch_.clear();
    batch_outcomes_.clear();
    batch_records_ = 0;
    failpoint("acknowledged");
    if (auto moved = writer_.checkpoint(); !moved) return moved;
    return end ? Status() : begin_batch();
  }

  Status begin_batch() {
    batch_began_ = Clock::now();
    if (auto begun = writer_.begin(); !begun) return begun;
    const auto asked = schema::asked_to_stop(writer_.database(), totals_.run_id);
    if (!asked) return unexpected(asked.error());
    totals_.stop_asked = *asked;
    return {};
  }

  schema::Writer& writer_;
  const IngestSettings& settings_;
  Mailbox& mailbox_;
  const IngestWatch& watch_;
  MailWriter mail_writer_;
  IngestTotals totals_;
  bool at_end_ = false;
  std::int64_t taken_ = 0;  // of the mailbox

  std::vector<std::pair<Message, Fate>> batch_;  // written, not committed
  DocumentOutcomes batch_outcomes_;
  std::int64_t batch_records_ = 0;
  Clock::time_point batch_began_;

  const MessageReader& reader_;
  bool deaths_pending_ = false;  // there may be rows of them to be taken away

  ReadingQueue queue_;  // last, so that its threads end first
};

Ingester::Ingester(schema::Writer& writer, IngestSettings settings, MessageReader reader)
    : writer_(writer), settings_(std::move(settings)), reader_(std::move(reader)) {}

Result<IngestTotals> Ingester::ingest(Mailbox& mailbox, std::string_view kind, const IngestWatch& watch,
                                      std::string_view origin) {
  return Run(*this, mailbox, watch).to_the_end(kind, origin);
}

}  // namespace ingest
