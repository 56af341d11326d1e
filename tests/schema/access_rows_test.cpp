// The tables beside the writer: people, their sessions, tokens, and what was decided by whom.
#include "schema/accounts.h"
#include "schema/audit.h"
#include "schema/tokens.h"
#include "tests/support/catch.h"
#include "tests/support/store.h"

using namespace schema;
using tests::Store;
using Strings = std::vector<std::string>;

namespace {

constexpr std::int64_t noon = 1'795'200'000;

std::int64_t add(Store& store, const std::string& name, Role role = Role::viewer, Strings domains = {}) {
  Account account;
  account.name = name;
  account.role = role;
  account.domains = std::move(domains);
  return add_account(store.database(), account, "hash of " + name, noon).value();
}

std::string hash(int number) {
  return std::string(31, 'h') + static_cast<char>('0' + number);
}

}  // namespace

TEST_CASE("the name of an account is short, plain and in lower case") {
  CHECK(account_name("Alice.B-c_d@Example") == "alice.b-c_d@example");
  CHECK(account_name("7") == "7");
  CHECK(account_name(std::string(64, 'a')));
  for (const auto& wrong : {std::string(), std::string(65, 'a'), std::string(".a"), std::string("-a"),
                            std::string("a b"), std::string("a\n"), std::string("\xc3\xa9"), std::string("a/b")})
    CHECK_FALSE(account_name(wrong));
  CHECK(role_named("admin") == Role::admin);
  CHECK(role_named("viewer") == Role::viewer);
  CHECK_FALSE(role_named("root"));
  CHECK(name(Role::admin) == "admin");
  CHECK(name(Role::viewer) == "viewer");
}

TEST_CASE("the domains of an account are normalised, and the first that is none is named") {
  CHECK(account_domains({"Example.COM.", "*.Example.org"}).value() == Strings{"*.example.org", "example.com"});
  for (const auto* wrong : {"", "*", "*.", "a b", "example..com"}) {
    CAPTURE(wrong);
    const auto domains = account_domains({"example.com", wrong});
    REQUIRE_FALSE(domains);
    CHECK(domains.error().code == "invalid_domain");
  }
  CHECK(parse_domains_text(domains_text({"a.example", "*.b.example"})) == Strings{"a.example", "*.b.example"});
  CHECK(parse_domains_text("").empty());
}

TEST_CASE("accounts come and go, and no name is given twice") {
  Store store;
  auto& database = store.database();
  CHECK_FALSE(any_account(database).value());
  const auto alice = add(store, "alice", Role::admin);
  add(store, "bob", Role::viewer, {"example.com"});
  CHECK(any_account(database).value());
  Account again;
  again.name = "alice";
  CHECK(add_account(database, again, "x", noon).error().code == "exists");
  REQUIRE(accounts(database)->size() == 2);
  CHECK(accounts(database)->at(1).domains == Strings{"example.com"});
  CHECK(account_named(database, "bob").value()->role == Role::viewer);
  CHECK_FALSE(account_named(database, "carol").value());
  CHECK(login_of(database, "alice").value()->password == "hash of alice");
  CHECK_FALSE(login_of(database, "carol").value());
  CHECK_FALSE(other_admin(database, alice).value());
  auto bob = *account_named(database, "bob").value();
  bob.role = Role::admin;
  REQUIRE(change_account(database, bob));
  CHECK_FALSE(other_admin(database, alice).value());  // of one domain only
  bob.domains.clear();
  REQUIRE(change_account(database, bob));
  CHECK(other_admin(database, alice).value());
  CHECK(remove_account(database, "bob").value());
  CHECK_FALSE(remove_account(database, "bob").value());
  CHECK_FALSE(other_admin(database, alice).value());
}

TEST_CASE("a session ends after a while without a request, and at last in any case") {
  Store store;
  auto& database = store.database();
  const auto alice = add(store, "alice");
  REQUIRE(add_session(database, hash(1), alice, noon));
  const auto lives = [&](std::int64_t now) { return session(database, hash(1), now).value().has_value(); };
  CHECK(lives(noon));
  CHECK(session(database, hash(1), noon).value()->account.name == "alice");
  CHECK(lives(noon + session_idle_seconds - 1));
  CHECK_FALSE(lives(noon + session_idle_seconds + 1));
  for (auto at = noon; at <= noon + session_seconds; at += session_idle_seconds / 2)
    REQUIRE(touch_session(database, hash(1), at));
  CHECK(lives(noon + session_seconds - 1));
  CHECK_FALSE(lives(noon + session_seconds + 1));
  CHECK_FALSE(session(database, hash(2), noon).value());
  REQUIRE(end_session(database, hash(1)));
  CHECK_FALSE(lives(noon));
}

TEST_CASE("an account has twenty sessions at most, and those that have ended are forgotten") {
  Store store;
  auto& database = store.database();
  const auto alice = add(store, "alice");
  const auto key = [](int number) { return std::string(30, 'k') + std::to_string(10 + number); };
  for (int i = 0; i < 21; ++i) REQUIRE(add_session(database, key(i), alice, noon + i));
  CHECK(store.number("SELECT count(*) FROM session") == 20);
  CHECK_FALSE(session(database, key(0), noon + 21).value());
  CHECK(session(database, key(1), noon + 21).value());
  REQUIRE(add_session(database, key(30), alice, noon + 2 * session_seconds));
  CHECK(store.number("SELECT count(*) FROM session") == 1);
}

TEST_CASE("another password ends all sessions but one, and no account has any") {
  Store store;
  auto& database = store.database();
  const auto alice = add(store, "alice");
  for (int i = 1; i <= 3; ++i) REQUIRE(add_session(database, hash(i), alice, noon));
  REQUIRE(change_password(database, alice, "new", hash(2)));
  CHECK(login_of(database, "alice").value()->password == "new");
  CHECK_FALSE(session(database, hash(1), noon).value());
  CHECK(session(database, hash(2), noon).value());
  REQUIRE(change_password(database, alice, "newer", ""));
  CHECK_FALSE(session(database, hash(2), noon).value());
  REQUIRE(add_session(database, hash(4), alice, noon));
  CHECK(remove_account(database, "alice").value());
  CHECK(store.number("SELECT count(*) FROM session") == 0);
}

TEST_CASE("a token ends when it is revoked or its time is over") {
  Store store;
  auto& database = store.database();
  CHECK_FALSE(any_token(database, noon).value());
  Token first;
  first.id = "aaa";
  first.name = "first";
  first.scope = "read";
  first.domains = {"example.com"};
  first.created_at = noon;
  first.created_by = "user alice";
  first.expires_at = noon + 10;
  REQUIRE(add_token(database, first, "secret hash"));
  CHECK(any_token(database, noon + 9).value());
  CHECK_FALSE(any_token(database, noon + 10).value());
  auto second = first;
  second.id = "bbb";
  second.created_at = noon + 1;
  second.expires_at.reset();
  REQUIRE(add_token(database, second, "other"));
  REQUIRE(tokens(database)->size() == 2);
  CHECK(tokens(database)->front().id == "bbb");
  const auto kept = token(database, "aaa").value();
  REQUIRE(kept);
  CHECK(kept->hash == "secret hash");
  CHECK(kept->token.domains == Strings{"example.com"});
  CHECK(kept->token.created_by == "user alice");
  CHECK_FALSE(kept->token.ends_by(noon + 9));
  CHECK(kept->token.ends_by(noon + 10));
  REQUIRE(touch_token(database, "bbb", noon + 5));
  CHECK(token(database, "bbb").value()->token.last_used_at == noon + 5);
  CHECK(revoke_token(database, "bbb", noon + 6).value());
  CHECK_FALSE(revoke_token(database, "bbb", noon + 7).value());
  CHECK_FALSE(revoke_token(database, "ccc", noon).value());
  CHECK(token(database, "bbb").value()->token.revoked_at == noon + 6);
  CHECK(token(database, "bbb").value()->token.ends_by(noon));
  CHECK_FALSE(token(database, "ccc").value());
}

TEST_CASE("decisions are told the youngest first, page by page, by whom and which") {
  Store store;
  auto& database = store.database();
  for (int i = 1; i <= 5; ++i) {
    const AuditEntry entry{noon + i,
                           i % 2 == 0 ? "user alice" : "user bob",
                           "192.0.2.1",
                           i < 3 ? "login" : "logout",
                           "target " + std::to_string(i),
                           ""};
    REQUIRE(add_audit(database, entry));
  }
  const auto walk = [&](const AuditFilter& filter, std::optional<std::int64_t> limit) {
    std::vector<std::string> targets;
    PageRequest page{limit, std::nullopt, {}};
    for (;;) {
      const auto paged = audit_rows(database, filter, page, [&](const AuditRow& row) {
        targets.push_back(row.target.substr(7));
        return true;
      });
      REQUIRE(paged);
      if (!paged->next) return targets;
      page.after = paged->next;
    }
  };
  CHECK(walk({}, std::nullopt) == Strings{"5", "4", "3", "2", "1"});
  CHECK(walk({}, 2) == Strings{"5", "4", "3", "2", "1"});
  CHECK(walk({}, 5) == Strings{"5", "4", "3", "2", "1"});
  CHECK(walk({"user alice", std::nullopt}, 1) == Strings{"4", "2"});
  CHECK(walk({std::nullopt, "login"}, 9) == Strings{"2", "1"});
  CHECK(walk({"user bob", "logout"}, std::nullopt) == Strings{"5", "3"});
  std::int64_t total = 0;
  total =
      audit_rows(database, {"user bob", std::nullopt}, {1, std::nullopt, {}}, [](const auto&) { return true; })->total;
  CHECK(total == 3);
}

TEST_CASE("the oldest decisions are forgotten past their number") {
  Store store;
  auto& database = store.database();
  const AuditEntry entry{noon, "user alice", "", "login", "", ""};
  REQUIRE(add_audit(database, entry));
  REQUIRE(database.execute("UPDATE audit SET id = 1"));
  // As if so many had come since.
  REQUIRE(
      database.execute("INSERT INTO audit (id, at, actor, address, action, target, detail) "
                       "VALUES (?, 0, '', '', 'login', '', '')",
                       most_audit_rows - 1));
  REQUIRE(add_audit(database, entry));
  CHECK(store.number("SELECT min(id) FROM audit") == 1);
  REQUIRE(add_audit(database, entry));
  CHECK(store.number("SELECT min(id) FROM audit") == most_audit_rows - 1);
  CHECK(store.number("SELECT count(*) FROM audit") == 3);
}
