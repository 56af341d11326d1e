#include "schema/failure_list.h"

#include "schema/failures.h"
#include "tests/support/catch.h"
#include "tests/support/store.h"

using namespace schema;
using Ids = std::vector<std::int64_t>;

namespace {

// Five failures of two kinds: the second is ignored, the third resolved, the fifth came in another run.
struct Filled {
  tests::Store store;
  std::int64_t first_run = 0, second_run = 0;

  Filled() {
    auto& writer = store.writer();
    REQUIRE(writer.begin());
    first_run = run_with({"xml_malformed", "xml_malformed", "archive_crc", "archive_crc"});
    second_run = run_with({"archive_crc"});
    REQUIRE(writer.failures().decide(2, FailureState::ignored, "known"));
    REQUIRE(writer.failures().decide(3, FailureState::resolved, ""));
    REQUIRE(writer.commit());
  }

  Ids ids(const FailureFilter& filter, std::optional<std::int64_t> limit = std::nullopt) {
    Ids ids;
    PageRequest page{limit, std::nullopt, {}};
    for (;;) {
      const auto paged = failure_rows(store.database(), filter, page, [&](const FailureRow& row) {
        ids.push_back(row.id);
        return true;
      });
      REQUIRE(paged);
      if (!paged->next) return ids;
      page.after = paged->next;
    }
  }

 private:
  // A mail for each failure.
  std::int64_t run_with(const std::vector<std::string>& codes) {
    auto& writer = store.writer();
    const auto run = writer.ledger().begin_run("import", 100).value();
    for (const auto& code : codes) {
      const auto bytes = "mail " + std::to_string(++mails_);
      const auto original = writer.originals().keep(bytes).value();
      FailureEntry entry{original, 0, code, Stage::xml, "It is broken.", {}, "<feed", {}, "1"};
      if (mails_ == 1) entry.position = Position{3, 4, 50};
      const auto failure = writer.failures().add(entry, 200 + mails_).value();
      MailEntry mail;
      mail.sha256 = std::string(31, 'm') + static_cast<char>(mails_);
      mail.kind = "report";
      mail.subject = "Report " + std::to_string(mails_);
      const auto id =
          writer.ledger().add_mail({"mbox", "box", std::to_string(mails_)}, mail, run, "1", 300 + mails_).value();
      AttachmentEntry attachment;
      attachment.name = "a.xml";
      attachment.outcome = Outcome::quarantined;
      attachment.code = code;
      attachment.original_id = original;
      attachment.failure_id = failure;
      REQUIRE(writer.ledger().set_attachments(id, {attachment}));
    }
    return run;
  }
  int mails_ = 0;
};

}  // namespace

TEST_CASE("failures are told the youngest first, and page by page the same") {
  Filled filled;
  CHECK(filled.ids({}) == Ids{5, 4, 3, 2, 1});
  for (const std::int64_t limit : {1, 2, 4, 5, 6}) CHECK(filled.ids({}, limit) == Ids{5, 4, 3, 2, 1});
  const PageRequest page{2, std::nullopt, {}};
  CHECK(failure_rows(filled.store.database(), {}, page, [](const auto&) { return true; })->total == 5);
  int seen = 0;
  REQUIRE(failure_rows(filled.store.database(), {}, {}, [&](const auto&) { return ++seen < 2; }));
  CHECK(seen == 2);
}

TEST_CASE("failures are found by state, by any of some codes, and by run") {
  Filled filled;
  CHECK(filled.ids({FailureState::open, {}, {}}) == Ids{5, 4, 1});
  CHECK(filled.ids({FailureState::ignored, {}, {}}) == Ids{2});
  CHECK(filled.ids({FailureState::resolved, {}, {}}, 1) == Ids{3});
  CHECK(filled.ids({{}, {"archive_crc"}, {}}) == Ids{5, 4, 3});
  CHECK(filled.ids({{}, {"archive_crc", "xml_malformed"}, {}}, 2) == Ids{5, 4, 3, 2, 1});
  CHECK(filled.ids({{}, {"none"}, {}}).empty());
  CHECK(filled.ids({{}, {}, filled.first_run}) == Ids{4, 3, 2, 1});
  CHECK(filled.ids({FailureState::open, {"archive_crc"}, filled.second_run}) == Ids{5});
}

TEST_CASE("a failure tells where, when and what, and the first place that it came from") {
  Filled filled;
  auto& database = filled.store.database();
  const auto first = failure_row(database, 1).value();
  REQUIRE(first);
  CHECK(first->code == "xml_malformed");
  CHECK(first->state == "open");
  CHECK(first->stage == Stage::xml);
  CHECK(first->position == Position{3, 4, 50});
  CHECK(first->excerpt == "<feed");
  CHECK(first->bytes == 6);
  CHECK(first->sha256.size() == 64);
  CHECK(first->first_failed == 201);
  CHECK(first->tries == 1);
  REQUIRE(first->origin);
  CHECK(first->origin->origin == "box");
  CHECK(first->origin->position == "1");
  CHECK(first->origin->subject == "Report 1");
  CHECK_FALSE(first->origin->from);
  CHECK(first->origin->attachment == "a.xml");
  CHECK(failure_row(database, 2).value()->note == "known");
  CHECK_FALSE(failure_row(database, 2).value()->position);
  CHECK_FALSE(failure_row(database, 99).value());
}

TEST_CASE("failures are counted by code and by what became of them") {
  Filled filled;
  const auto counts = failure_counts(filled.store.database()).value();
  REQUIRE(counts.size() == 2);
  CHECK(counts[0].code == "archive_crc");
  CHECK(counts[0].open == 2);
  CHECK(counts[0].resolved == 1);
  CHECK(counts[1].code == "xml_malformed");
  CHECK(counts[1].open == 1);
  CHECK(counts[1].ignored == 1);
}
