#include "schema/final_mails.h"

namespace schema {

Result<std::vector<FinalMail>> final_mails(Database& database, std::string_view kind, std::string_view origin) {
  auto statement = database.prepare(R"sql(
    SELECT mail.position, min(mail.read_at),
           max(attachment.outcome IN (?3, ?4)),
           max(attachment.outcome IN (?5, ?6))
      FROM mail
      JOIN origin ON origin.id = mail.origin_id
      JOIN attachment ON attachment.mail_id = mail.id
     WHERE origin.kind = ?1 AND origin.name = ?2
     GROUP BY mail.position
  )sql");
  if (!statement) return unexpected(statement.error());
  statement->bind_all(kind, origin, static_cast<std::int64_t>(Outcome::quarantined),
                      static_cast<std::int64_t>(Outcome::conflict), static_cast<std::int64_t>(Outcome::stored),
                      static_cast<std::int64_t>(Outcome::duplicate));
  std::vector<FinalMail> mails;
  for (;;) {
    const auto row = statement->step();
    if (!row) return unexpected(row.error());
    if (!*row) return mails;
    mails.push_back({std::string(statement->text(0)), statement->integer(1), statement->integer(2) != 0,
                     statement->integer(3) != 0});
  }
}

}  // namespace schema
