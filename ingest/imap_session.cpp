#include "ingest/imap_session.h"

#include <algorithm>
#include <utility>

#include "ingest/modified_utf7.h"

namespace ingest {
namespace {

using schema::Result;
using schema::Status;

std::string said(const ImapResponse& response) {
  const std::string code = response.code.empty() ? "" : "[" + response.code + "] ";
  return response.text.empty() ? code + "(no reason given)" : code + response.text;
}

std::set<std::string> words_of(std::string_view text, bool upper) {
  std::set<std::string> words;
  std::string word;
  const auto end = [&] {
    if (!word.empty()) words.insert(std::exchange(word, {}));
  };
  for (char c : text) {
    if (c == ' ' || c == '(' || c == ')') {
      end();
      continue;
    }
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    word += c;
  }
  end();
  return words;
}

bool is_quotable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}

std::string quoted_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// RFC 5530: the server is not able to, whoever asks.
bool is_passing(std::string_view code) {
  return code == "UNAVAILABLE" || code == "INUSE" || code == "LIMIT" || code == "SERVERBUG" || code == "CONTACTADMIN";
}

}  // namespace

////////////////////////////////////////////////////////////////////////////////////////////// commands and their
/// answers

Status ImapSession::send(std::string_view bytes) {
  return connection_->send(bytes, in(times_.silence));
}

Result<std::string> ImapSession::start(const std::string& command) {
  std::string tag = "r" + std::to_string(++last_tag_);
  if (under_way_.empty()) command_deadline_ = in(times_.command);
  under_way_.insert(tag);
  if (auto sent = send(tag + " " + command + "\r\n"); !sent) return unexpected(sent.error());
  return tag;
}

Status ImapSession::pump(Wake wake) {
  for (;;) {
    auto response = reader_.next();
    if (!response) return unexpected(response.error());
    if (!*response) {
      const auto bytes = connection_->receive(std::min(in(times_.silence), command_deadline_), wake);
      if (!bytes) return unexpected(bytes.error());
      reader_.feed(*bytes);
      continue;
    }
    ImapResponse& found = **response;
    switch (found.kind) {
      case ImapResponse::Kind::continuation:
        continuation_ = std::move(found);
        return {};
      case ImapResponse::Kind::tagged:
        if (under_way_.erase(found.tag) == 0) {
          return schema::unavailable("imap_protocol", "The mail server ended a command that was not under way.");
        }
        uncalled_for_ = 0;
        command_deadline_ = in(times_.command);
        if (auto taken = take_status(found); !taken) return taken;
        ended_[found.tag] = std::move(found);
        return {};
      case ImapResponse::Kind::untagged:
        return take_untagged(std::move(found));
    }
  }
}

std::optional<ImapResponse> ImapSession::ended(const std::string& tag) {
  const auto found = ended_.find(tag);
  if (found == ended_.end()) return std::nullopt;
  auto end = std::move(found->second);
  ended_.erase(found);
  return end;
}

Result<ImapResponse> ImapSession::judge(ImapResponse&& end) {
  if (end.name == "OK") return std::move(end);
  refusal_code_ = end.code;
  return schema::unavailable("refused", "The mail server refused: " + said(end));
}

Result<ImapResponse> ImapSession::finish(const std::string& tag) {
  for (;;) {
    if (auto end = ended(tag)) return judge(std::move(*end));
    if (auto pumped = pump(); !pumped) return unexpected(pumped.error());
  }
}

Result<ImapResponse> ImapSession::run(const std::string& command) {
  const auto tag = start(command);
  if (!tag) return unexpected(tag.error());
  return finish(*tag);
}

Result<bool> ImapSession::until_continuation(const std::string& tag) {
  for (;;) {
    if (continuation_) return true;
    if (ended_.count(tag) > 0) return false;
    if (auto pumped = pump(); !pumped) return unexpected(pumped.error());
  }
}

///////////////////////////////////////////////////////////////////////////////////////////////// what comes unasked

Status ImapSession::take_status(const ImapResponse& response) {
  if (response.code == "ALERT") alert_ = response.text;
  if (response.code == "CAPABILITY") capabilities_ = words_of(response.code_text, true);
  if (!folder_) return {};
  if (response.code == "UIDVALIDITY") {
    const auto value = imap_number(response.code_text);
    if (!value || *value == 0) return {};
    if (selected_ && folder_->uidvalidity != *value) {
      return schema::unavailable("uidvalidity", "The mail server made the folder " + folder_->name + " anew.");
    }
    folder_->uidvalidity = *value;
  } else if (response.code == "UIDNOTSTICKY") {
    folder_->lasting_uids = false;
  } else if (response.code == "PERMANENTFLAGS") {
    folder_->keeps_flags = words_of(response.code_text, false);
  } else if (response.code == "READ-ONLY") {
    folder_->read_only = true;
  }
  return {};
}

Status ImapSession::take_untagged(ImapResponse&& response) {
  if (++uncalled_for_ > limits_.untagged) {
    return schema::unavailable("imap_protocol", "The mail server says too much that was not asked for.");
  }
  if (response.name == "BYE") {
    return schema::unavailable("closed", "The mail server ended the connection: " + said(response));
  }
  if (response.name == "FETCH") {
    if (fetch_sink_ && fetch_sink_(imap_fetch(std::move(response)))) --uncalled_for_;
  } else if (response.name == "OK" || response.name == "NO" || response.name == "BAD") {
    return take_status(response);
  } else if (response.name == "CAPABILITY") {
    capabilities_.clear();
    for (const ImapValue& value : response.values) capabilities_.merge(words_of(value.text, true));
  } else if (response.name == "EXISTS" && response.number && folder_) {
    if (*response.number > folder_->exists) news_ = true;
    folder_->exists = *response.number;
  } else if (response.name == "EXPUNGE" && folder_) {
    if (folder_->exists > 0) --folder_->exists;
    expunged_ = true;
  } else if (response.name == "SEARCH" || response.name == "LIST") {
    collected_.push_back(std::move(response));
  }
  return {};
}

/////////////////////////////////////////////////////////////////////////////////////////////////////////// logging in

Status ImapSession::capability() {
  const auto answer = run("CAPABILITY");
  if (!answer) return unexpected(answer.error());
  return {};
}

Status ImapSession::login(const Credentials& credentials, std::string_view host, int port) {
  if (auto known = capability(); !known) return known;
  if (auto done = authenticate(credentials, host, port); !done) return done;
  // It may be able to do more for those it knows (MOVE of Exchange Online).
  return capability();
}

// A string as an argument: quoted, or as a literal, which the server has to ask for.
Status ImapSession::argument(std::string& line, const std::string& text) {
  if (is_quotable(text)) {
    line += " " + quoted_string(text);
    return {};
  }
  line += " {" + std::to_string(text.size()) + "}\r\n";
  if (auto sent = send(std::exchange(line, {})); !sent) return sent;
  const auto more = until_continuation("r" + std::to_string(last_tag_));
  if (!more) return unexpected(more.error());
  continuation_.reset();
  if (*more) line = text;
  return {};
}

Status ImapSession::authenticate(const Credentials& credentials, std::string_view host, int port) {
  std::vector<std::string> offered;
  for (const std::string& capability : capabilities_) {
    if (capability.rfind("AUTH=", 0) == 0) offered.push_back(capability.substr(5));
  }
  const auto mechanism = choose_mechanism(offered, credentials);
  if (!mechanism && !credentials.token.empty()) {
    return schema::unavailable("login_refused", "The mail server takes no OAuth2 tokens (XOAUTH2, OAUTHBEARER).");
  }
  if (!mechanism && can("LOGINDISABLED")) {
    return schema::unavailable("login_refused", "The mail server does not let anybody log in with a password.");
  }

  std::string tag, refusal;
  continuation_.reset();
  if (mechanism) {
    const std::string response = sasl_response(*mechanism, credentials, host, port);
    const bool at_once = can("SASL-IR");
    const auto started = start("AUTHENTICATE " + std::string(name(*mechanism)) + (at_once ? " " + response : ""));
    if (!started) return unexpected(started.error());
    tag = *started;
    bool answered = at_once;
    for (int challenges = 0; challenges < 4; ++challenges) {
      const auto more = until_continuation(tag);
      if (!more) return unexpected(more.error());
      if (!*more) break;
      if (answered) refusal = sasl_refusal(continuation_->text);
      continuation_.reset();
      const std::string answer = answered ? std::string(sasl_answer_to_refusal(*mechanism)) : response;
      answered = true;
      if (auto sent = send(answer + "\r\n"); !sent) return sent;
    }
  } else {
    tag = "r" + std::to_string(++last_tag_);
    command_deadline_ = in(times_.command);
    under_way_.insert(tag);
    std::string line = tag + " LOGIN";
    for (const std::string* text : {&credentials.user, &credentials.password}) {
      if (ended_.count(tag) > 0) break;
      if (auto put = argument(line, *text); !put) return put;
    }
    if (ended_.count(tag) == 0) {
      if (auto sent = send(line + "\r\n"); !sent) return sent;
    }
  }
  const auto end = finish(tag);
  if (end || end.error().code != "refused") return end ? Status() : Status(unexpected(end.error()));

  const bool passing = is_passing(refusal_code_);
  return schema::unavailable(passing ? "login_later" : "login_refused",
                             "Login as " + credentials.user + " failed. " + end.error().message +
                                 (refusal.empty() ? "" : " (token: " + refusal + ")"));
}

void ImapSession::logout() {
  const auto tag = start("LOGOUT");
  if (!tag) return;
  command_deadline_ = in(std::chrono::seconds(2));
  while (ended_.count(*tag) == 0) {
    if (!pump()) return;  // BYE comes first
  }
}

//////////////////////////////////////////////////////////////////////////////////////////////////////////////// folders

Result<std::string> ImapSession::quoted_folder(const std::string& folder) {
  const bool has_controls =
      std::any_of(folder.begin(), folder.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  const auto wire = to_modified_utf7(folder);
  if (!wire || has_controls || folder.empty()) {
    return schema::unavailable("refused", "A folder cannot have the name '" + folder + "'.");
  }
  return quoted_string(*wire);
}

Result<ImapFolder> ImapSession::select(const std::string& folder, bool read_only) {
  const auto wire = quoted_folder(folder);
  if (!wire) return unexpected(wire.error());
  folder_ = ImapFolder{};
  folder_->name = folder;
  selected_ = false;
  const auto end = run((read_only ? "EXAMINE " : "SELECT ") + *wire);
  if (!end) {
    folder_.reset();
    auto error = end.error();
    if (error.code == "refused") error.message = "The folder " + folder + " cannot be opened. " + error.message;
    return schema::unexpected(std::move(error));
  }
  selected_ = true;
  news_ = expunged_ = false;
  if (folder_->uidvalidity == 0) folder_->lasting_uids = false;
  return *folder_;
}

Result<std::vector<std::uint32_t>> ImapSession::list_uids(const std::string& criterion) {
  // The answer is one line: so many numbers fit into the longest that is taken.
  constexpr std::uint32_t stretch = 5000;
  std::vector<std::uint32_t> uids;
  for (int attempt = 0; attempt < 3; ++attempt) {
    collected_.clear();
    expunged_ = false;
    std::uint64_t from = 1;
    do {
      const std::uint64_t to = std::min<std::uint64_t>(from + stretch - 1, folder_->exists);
      const std::string set = std::to_string(from) + ":" + std::to_string(to) + " ";
      const auto end = run("UID SEARCH " + (folder_->exists <= stretch ? "" : set) + criterion);
      if (!end) return unexpected(end.error());
      from += stretch;
    } while (from <= folder_->exists);
    // Else the messages were numbered anew meanwhile, and some may stand in no stretch.
    if (!expunged_ || folder_->exists <= stretch) break;
  }
  for (const ImapResponse& response : collected_) {
    for (const ImapValue& value : response.values) {
      if (const auto uid = imap_number(value.text); uid && *uid > 0) uids.push_back(*uid);
    }
  }
  news_ = false;
  std::sort(uids.begin(), uids.end());
  uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
  return uids;
}

Status ImapSession::create(const std::string& folder) {
  const auto wire = quoted_folder(folder);
  if (!wire) return unexpected(wire.error());
  const auto end = run("CREATE " + *wire);
  if (!end) return unexpected(end.error());
  return {};
}

Result<std::optional<std::string>> ImapSession::special_folder(std::string_view use) {
  collected_.clear();
  const auto end = run("LIST \"\" \"*\"");
  if (!end) return unexpected(end.error());
  for (const ImapResponse& response : collected_) {
    if (response.name != "LIST" || response.values.size() != 3) continue;
    for (const ImapValue& flag : response.values[0].items) {
      if (flag.text == use) return std::optional(quoted_string(response.values[2].text));
    }
  }
  return std::optional<std::string>();
}

/////////////////////////////////////////////////////////////////////////////////////////////////////////////////// idle

Result<bool> ImapSession::idle(Deadline until) {
  if (news_) return true;
  until = std::min(until, in(times_.idle));
  const bool idles = can("IDLE");
  std::string tag;
  if (idles) {
    continuation_.reset();
    const auto started = start("IDLE");
    if (!started) return unexpected(started.error());
    tag = *started;
    const auto more = until_continuation(tag);
    if (!more) return unexpected(more.error());
    if (!*more) {
      const auto refused = finish(tag);
      return refused ? Result<bool>(true) : Result<bool>(unexpected(refused.error()));
    }
    continuation_.reset();
  }
  bool woken = false;
  while (!woken && !news_) {
    uncalled_for_ = 0;  // "* OK Still here" may come for months
    auto response = reader_.next();
    if (!response) return unexpected(response.error());
    if (*response) {
      if ((*response)->kind == ImapResponse::Kind::tagged) {
        return schema::unavailable("imap_protocol", "The mail server ended IDLE by itself.");
      }
      if ((*response)->kind == ImapResponse::Kind::untagged) {
        if (auto taken = take_untagged(std::move(**response)); !taken) return unexpected(taken.error());
      }
      continue;
    }
    const auto bytes = connection_->receive(until, Wake::on_ring);
    if (bytes) {
      reader_.feed(*bytes);
    } else if (bytes.error().code == "timeout") {
      break;
    } else if (bytes.error().code == "interrupted") {
      woken = true;
    } else {
      return unexpected(bytes.error());
    }
  }
  command_deadline_ = in(times_.command);
  if (idles) {
    if (auto sent = send("DONE\r\n"); !sent) return unexpected(sent.error());
    if (const auto end = finish(tag); !end) return unexpected(end.error());
  } else if (const auto end = run("NOOP"); !end) {
    return unexpected(end.error());
  }
  return woken || std::exchange(news_, false);
}

}  // namespace ingest
