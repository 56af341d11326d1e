// The conversation with an IMAP server (RFC 3501) over a connection whose greeting is over: logging in, folders, and
// commands with their answers. Several commands may be under way at once.
//
// Errors are `unavailable`, with the reason in words for people:
//   connection, timeout, interrupted   of the Connection
//   imap_protocol, closed              the server broke the rules, or said BYE; this session is over, as after those
//   above login_refused                      by its own word; trying again will not help login_later it cannot log us
//   in now (RFC 5530: UNAVAILABLE, INUSE, LIMIT ...) refused                            a command ended in NO or BAD;
//   the session goes on uidvalidity                        the folder was made anew under our feet; to be selected
//   again
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/connection.h"
#include "ingest/imap_response.h"
#include "ingest/sasl.h"
#include "schema/result.h"

namespace ingest {

struct ImapTimes {
  std::chrono::milliseconds silence{45'000};   // of the server while it owes us an answer
  std::chrono::milliseconds command{300'000};  // between the ends of two commands
  // Well before a server may end a silent session (30 minutes), and before a router on the way forgets it.
  std::chrono::milliseconds idle{540'000};
};

struct ImapFolder {
  std::string name;  // UTF-8
  std::uint32_t uidvalidity = 0;
  bool lasting_uids = true;  // false: UIDs hold for this session only (UIDNOTSTICKY, or no UIDVALIDITY at all)
  std::uint32_t exists = 0;
  bool read_only = false;
  std::set<std::string> keeps_flags;  // PERMANENTFLAGS, lower case; holds "\*" when new keywords can be made
};

class ImapSession {
 public:
  explicit ImapSession(std::unique_ptr<Connection> connection, const ImapLimits& limits = {},
                       const ImapTimes& times = {})
      : connection_(std::move(connection)), limits_(limits), times_(times), reader_(limits) {}

  // `host` and `port` are told to the server with a token.
  schema::Status login(const Credentials& credentials, std::string_view host, int port);
  // As advertised after the login, in upper case.
  bool can(std::string_view capability) const { return capabilities_.count(std::string(capability)) > 0; }

  // Name in UTF-8. read_only: EXAMINE, nothing can be changed.
  schema::Result<ImapFolder> select(const std::string& folder, bool read_only);
  // The UIDs of the messages of the selected folder, ascending; those that match ("UNSEEN", RFC 3501 section 6.4.4).
  schema::Result<std::vector<std::uint32_t>> list_uids(const std::string& criterion = "ALL");
  schema::Status create(const std::string& folder);
  // The folder with this special use ("\Trash", RFC 6154), as it is written on the wire; none: there is no such.
  schema::Result<std::optional<std::string>> special_folder(std::string_view use);

  // Waits for news in the selected folder (IDLE, RFC 2177; without it, for time to pass), at most until `until`, and
  // never longer than ImapTimes::idle: to be called again then. True: something came, or the bell rang.
  schema::Result<bool> idle(Deadline until);
  void logout();

  // Commands by hand. start() sends one without its tag; its tag comes back.
  schema::Result<std::string> start(const std::string& command);
  // Reads until the command with this tag has ended: its OK. NO and BAD: `refused`, or what the code says.
  schema::Result<ImapResponse> finish(const std::string& tag);
  schema::Result<ImapResponse> run(const std::string& command);
  // Reads one response; ends of commands wait in ended().
  schema::Status pump(Wake wake = Wake::on_stop);
  // The end of a command that came meanwhile; taken out.
  std::optional<ImapResponse> ended(const std::string& tag);

  // Sees every FETCH response; true: it was asked for.
  void on_fetch(std::function<bool(ImapFetch&&)> sink) { fetch_sink_ = std::move(sink); }

  // "name" as a quoted string in modified UTF-7; error `refused` where it is no UTF-8 or has control characters.
  static schema::Result<std::string> quoted_folder(const std::string& folder);
  // The response code of the last NO or BAD ("TRYCREATE"), in upper case.
  const std::string& refusal_code() const { return refusal_code_; }
  // The last [ALERT], which users are to be shown (RFC 3501 section 7.1).
  const std::string& alert() const { return alert_; }
  // A message was taken out of the selected folder since this was last asked.
  bool take_expunged() { return std::exchange(expunged_, false); }

 private:
  schema::Status capability();
  schema::Status authenticate(const Credentials& credentials, std::string_view host, int port);
  schema::Result<ImapResponse> judge(ImapResponse&& end);
  schema::Status send(std::string_view bytes);
  schema::Status take_untagged(ImapResponse&& response);
  schema::Status take_status(const ImapResponse& response);
  // Until `tag` ends or the server wants more; true: it wants more.
  schema::Result<bool> until_continuation(const std::string& tag);
  schema::Status argument(std::string& line, const std::string& text);

  std::unique_ptr<Connection> connection_;
  ImapLimits limits_;
  ImapTimes times_;
  ImapResponseReader reader_;
  unsigned last_tag_ = 0;
  std::set<std::string> under_way_;
  std::map<std::string, ImapResponse> ended_;
  std::optional<ImapResponse> continuation_;
  Deadline command_deadline_{};
  std::size_t uncalled_for_ = 0;  // untagged responses since a command last ended

  std::set<std::string> capabilities_;
  std::optional<ImapFolder> folder_;  // selected, or being selected
  bool selected_ = false;
  bool news_ = false, expunged_ = false;
  std::string alert_, refusal_code_;
  std::vector<ImapResponse> collected_;  // SEARCH and LIST responses of the command under way
  std::function<bool(ImapFetch&&)> fetch_sink_;
};

}  // namespace ingest
