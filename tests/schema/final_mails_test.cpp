#include "schema/final_mails.h"

#include "schema/writer.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

using namespace schema;

TEST_CASE("the ledger tells which mails of an origin it has, and how they ended") {
  const tests::TemporaryDirectory directory;
  auto writer = Writer::open(directory / "x.db");
  REQUIRE(writer);
  Writer& out = **writer;
  REQUIRE(out.begin());
  const auto run = out.ledger().begin_run("fetch", 100);
  REQUIRE(run);
  const auto add = [&](const std::string& origin, const std::string& position, char sha,
                       std::vector<Outcome> outcomes) {
    MailEntry entry;
    entry.sha256 = std::string(32, sha);
    entry.kind = "report";
    const auto id = out.ledger().add_mail({"imap", origin, position}, entry, *run, "1", 100 + sha);
    REQUIRE(id);
    std::vector<AttachmentEntry> attachments;
    for (const Outcome outcome : outcomes) {
      attachments.emplace_back();
      attachments.back().outcome = outcome;
    }
    REQUIRE(out.ledger().set_attachments(*id, attachments));
  };
  add("a", "1", 1, {Outcome::stored});
  add("a", "2", 2, {Outcome::duplicate, Outcome::quarantined});
  add("a", "3", 3, {Outcome::ignored});
  add("a", "4", 4, {Outcome::conflict});
  add("b", "1", 5, {Outcome::stored});
  REQUIRE(out.commit());

  const auto mails = final_mails(out.database(), "imap", "a");
  REQUIRE(mails);
  REQUIRE(mails->size() == 4);
  for (const FinalMail& mail : *mails) {
    CHECK(mail.any_counted == (mail.position == "1" || mail.position == "2"));
    CHECK(mail.any_failed == (mail.position == "2" || mail.position == "4"));
    CHECK(mail.read_at == 100 + std::stoi(mail.position));
  }
  CHECK(final_mails(out.database(), "mbox", "a")->empty());
}
