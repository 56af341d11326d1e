// An IMAP server without a network: what the client says goes in, what it hears comes out. Its habits can be changed
// command by command.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/connection.h"

namespace tests {

class FakeImapServer {
 public:
  struct Mail {
    std::string bytes;
    std::set<std::string> flags;
    std::optional<std::uint64_t> said_size = {};  // where it lies about it
  };

  std::string capabilities = "IMAP4rev1 UIDPLUS MOVE IDLE AUTH=PLAIN SASL-IR";
  std::string permanent_flags = "\\Seen \\Deleted \\*";
  std::uint32_t uidvalidity = 7;
  std::map<std::string, std::map<std::uint32_t, Mail>> folders{{"INBOX", {}}};
  std::vector<std::string> commands;  // as they came, without tags
  // Answers a command instead of us where it returns something; "$" stands for the tag.
  std::function<std::optional<std::string>(const std::string& command)> habit;
  bool gone = false;                  // the connection is closed
  ingest::Deadline listened_until{};  // the latest time until which anybody was ready to wait for an answer

  std::map<std::uint32_t, Mail>& inbox() { return folders["INBOX"]; }
  std::size_t count(const std::string& begin) const {
    return static_cast<std::size_t>(std::count_if(commands.begin(), commands.end(), [&](const std::string& command) {
      return command.compare(0, begin.size(), begin) == 0;
    }));
  }

  void take(std::string_view bytes) {
    heard_ += bytes;
    for (std::size_t end; (end = heard_.find("\r\n")) != std::string::npos; heard_.erase(0, end + 2)) {
      const std::string line = heard_.substr(0, end);
      if (line == "DONE") {
        say(idle_tag_ + " OK done\r\n");
        continue;
      }
      if (!asked_.empty()) {
        commands.push_back(line);
        say(std::exchange(asked_, {}) + " OK thanks\r\n");
        continue;
      }
      const std::size_t blank = line.find(' ');
      tag_ = line.substr(0, blank);
      const std::string command = blank == std::string::npos ? "" : line.substr(blank + 1);
      commands.push_back(command);
      if (const auto answer = habit ? habit(command) : std::nullopt) {
        std::string text = *answer;
        if (text.compare(0, 1, "+") == 0 && text.find('$') == std::string::npos)
          asked_ = tag_;  // one more line of it follows
        for (std::size_t at; (at = text.find('$')) != std::string::npos;) text.replace(at, 1, tag_);
        say(text);
      } else {
        answer_command(command);
      }
    }
  }
  void begin() {  // of a connection
    heard_.clear();
    said_.clear();
    asked_.clear();
  }
  void say(const std::string& bytes) { said_ += bytes; }
  std::string take_said(std::size_t most) {
    std::string bytes = said_.substr(0, most);
    said_.erase(0, most);
    return bytes;
  }

 private:
  void ok(const std::string& text = "done") { say(tag_ + " OK " + text + "\r\n"); }

  std::vector<std::uint32_t> uids(const std::string& set) {
    std::vector<std::uint32_t> found;
    std::istringstream ranges(set);
    for (std::string range; std::getline(ranges, range, ',');) {
      const auto colon = range.find(':');
      const auto first = std::stoul(range);
      const auto last = colon == std::string::npos ? first : std::stoul(range.substr(colon + 1));
      for (const auto& [uid, mail] : folders[selected_])
        if (uid >= first && uid <= last) found.push_back(uid);
    }
    return found;
  }

  void expunge(std::uint32_t uid) {
    auto& folder = folders[selected_];
    const auto at = folder.find(uid);
    say("* " + std::to_string(std::distance(folder.begin(), at) + 1) + " EXPUNGE\r\n");
    folder.erase(at);
  }

  void answer_command(const std::string& command) {
    std::istringstream words(command);
    std::string name, sub, set;
    words >> name;
    if (name == "CAPABILITY") {
      say("* CAPABILITY " + capabilities + "\r\n");
      ok();
    } else if (name == "SELECT" || name == "EXAMINE") {
      const std::string folder = command.substr(name.size() + 2, command.size() - name.size() - 3);
      if (folders.count(folder) == 0) return say(tag_ + " NO [NONEXISTENT] no such folder\r\n");
      selected_ = folder;
      say("* FLAGS (\\Seen \\Deleted)\r\n* OK [PERMANENTFLAGS (" + permanent_flags + ")] yes\r\n* " +
          std::to_string(folders[folder].size()) + " EXISTS\r\n* OK [UIDVALIDITY " + std::to_string(uidvalidity) +
          "] valid\r\n");
      ok(name == "SELECT" ? "[READ-WRITE] selected" : "[READ-ONLY] selected");
    } else if (name == "UID") {
      words >> sub >> set;
      std::string rest;
      std::getline(words, rest);
      uid_command(sub, set, rest);
    } else if (name == "CREATE") {
      folders[command.substr(8, command.size() - 9)];
      ok();
    } else if (name == "IDLE") {
      idle_tag_ = tag_;
      say("+ idling\r\n");
    } else {
      ok();
    }
  }

  void uid_command(const std::string& sub, const std::string& set, const std::string& rest) {
    if (sub == "SEARCH") {
      std::string found = "* SEARCH";
      for (const auto& [uid, mail] : folders[selected_]) {
        if (set != "UNSEEN" || mail.flags.count("\\Seen") == 0) found += " " + std::to_string(uid);
      }
      say(found + "\r\n");
    } else if (sub == "FETCH") {
      fetch(set, rest);
    } else if (sub == "STORE") {
      const std::string flag = rest.substr(rest.find('(') + 1, rest.find(')') - rest.find('(') - 1);
      for (const auto uid : uids(set)) folders[selected_][uid].flags.insert(flag);
    } else if (sub == "EXPUNGE") {
      for (const auto uid : uids(set)) {
        if (folders[selected_][uid].flags.count("\\Deleted") > 0) expunge(uid);
      }
    } else if (sub == "MOVE" || sub == "COPY") {
      const std::string target = rest.substr(2, rest.size() - 3);
      if (folders.count(target) == 0) return say(tag_ + " NO [TRYCREATE] no such folder\r\n");
      for (const auto uid : uids(set)) {
        auto& folder = folders[target];
        folder[folder.empty() ? 1 : folder.rbegin()->first + 1] = folders[selected_][uid];
        if (sub == "MOVE") expunge(uid);
      }
    }
    ok();
  }

  void fetch(const std::string& set, const std::string& items) {
    for (const auto uid : uids(set)) {
      const Mail& mail = folders[selected_][uid];
      std::string line = "* 1 FETCH (UID " + std::to_string(uid);
      if (items.find("RFC822.SIZE") != std::string::npos) {
        line += " RFC822.SIZE " + std::to_string(mail.said_size.value_or(mail.bytes.size()));
      }
      if (const auto at = items.find("BODY.PEEK[]"); at != std::string::npos) {
        std::string bytes = mail.bytes, name = "BODY[]";
        if (items[at + 11] == '<') {
          const auto offset = std::stoul(items.substr(at + 12));
          const auto length = std::stoul(items.substr(items.find('.', at + 12) + 1));
          bytes = offset < bytes.size() ? bytes.substr(offset, length) : "";
          name += "<" + std::to_string(offset) + ">";
        }
        line += " " + name + " {" + std::to_string(bytes.size()) + "}\r\n" + bytes;
      }
      say(line + ")\r\n");
    }
  }

  std::string heard_, said_, tag_, idle_tag_, asked_, selected_;
};

// `piece`: so many bytes at a time. Where the server has nothing to say, time is over at once.
class FakeConnection : public ingest::Connection {
 public:
  explicit FakeConnection(FakeImapServer& server, std::size_t piece = 1 << 20) : server_(server), piece_(piece) {
    server_.begin();
  }

  schema::Status send(std::string_view bytes, ingest::Deadline) override {
    if (server_.gone) return schema::unavailable("connection", "gone");
    server_.take(bytes);
    return {};
  }
  schema::Result<std::string_view> receive(ingest::Deadline deadline, ingest::Wake) override {
    server_.listened_until = std::max(server_.listened_until, deadline);
    held_ = server_.take_said(piece_);
    if (!held_.empty()) return std::string_view(held_);
    return server_.gone ? schema::Result<std::string_view>(schema::unavailable("connection", "gone"))
                        : schema::Result<std::string_view>(schema::unavailable("timeout", "silence"));
  }

 private:
  FakeImapServer& server_;
  std::size_t piece_;
  std::string held_;
};

}  // namespace tests
