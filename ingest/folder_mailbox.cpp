#include "ingest/folder_mailbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "ingest/byte_source.h"
#include "ingest/file_mailbox.h"

namespace ingest {
namespace {

namespace fs = std::filesystem;

struct Listed {
  std::string path;
  std::string maildir = {};  // the Maildir it is a mail of; empty for other files
  std::uint64_t bytes = 0;
};

schema::Error unreadable(const std::string& path, const std::error_code& error) {
  return {schema::ErrorKind::unavailable, "unreadable", fmt::format("{}: {}", printable_path(path), error.message())};
}

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// Lists a folder in the order of names. Files and folders only, no links; hidden ones are left out unless wanted.
struct Entries {
  std::vector<Listed> files;
  std::vector<std::string> folders, hidden_folders;
};
Entries entries(const std::string& folder, std::error_code& error) {
  Entries result;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    const fs::file_status status = at->symlink_status(ignored);
    const std::string path = at->path().string();
    const bool hidden = file_name(path).front() == '.';
    if (fs::is_directory(status)) {
      (hidden ? result.hidden_folders : result.folders).push_back(path);
    } else if (fs::is_regular_file(status) && !hidden) {
      const std::uintmax_t size = at->file_size(ignored);
      result.files.push_back({path, "", ignored ? 0 : size});
    }
  }
  std::sort(result.files.begin(), result.files.end(), [](auto& a, auto& b) { return a.path < b.path; });
  std::sort(result.folders.begin(), result.folders.end());
  std::sort(result.hidden_folders.begin(), result.hidden_folders.end());
  return result;
}

class FolderMailbox : public Mailbox {
 public:
  FolderMailbox(const Limits& limits, InputType type) : limits_(limits), type_(type) {}

  // Lists everything once, so that progress has a total; names are all that is kept.
  schema::Status list(const std::string& folder) {
    std::error_code error;
    Entries found = entries(folder, error);
    if (error) return tl::unexpected(unreadable(folder, error));
    add(folder, std::move(found));
    return {};
  }

  schema::Result<std::optional<Message>> next() override {
    for (;;) {
      if (current_) {
        schema::Result<std::optional<Message>> message = current_->next();
        if (!message || *message) return message;
        current_.reset();
        progress_.done += current_bytes_;
        current_bytes_ = 0;
      }
      if (!errors_.empty()) {
        schema::Error error = std::move(errors_.front());
        errors_.pop_front();
        return tl::unexpected(std::move(error));
      }
      if (listed_.empty()) return std::nullopt;
      const Listed file = std::move(listed_.front());
      listed_.pop_front();
      if (file.maildir.empty()) {
        if (schema::Status opened = open(file); !opened) return tl::unexpected(opened.error());
      } else {
        return maildir_message(file);
      }
    }
  }

  schema::Status mark_done(const Message&, Fate) override { return {}; }

  Progress progress() const override {
    Progress progress = progress_;
    if (current_) progress.done += std::min(current_->progress().done, current_bytes_);
    return progress;
  }

 private:
  void add(const std::string& folder, Entries&& found) {
    if (is_maildir(folder)) {
      for (const std::string_view part : {"cur", "new"}) add_maildir_part(folder, part);
      // Sub-folders of a Maildir are hidden (Maildir++); whatever else lies beside its mails is its server's.
      for (const std::vector<std::string>& folders : {found.hidden_folders, found.folders}) {
        for (const std::string& inner : folders) {
          if (is_maildir(inner)) add_folder(inner);
        }
      }
      return;
    }
    for (Listed& file : found.files) add_file(std::move(file));
    for (const std::string& inner : found.folders) add_folder(inner);
    for (const std::string& inner : found.hidden_folders) {
      if (is_maildir(inner)) add_folder(inner);
    }
  }

  void add_folder(const std::string& folder) {
    std::error_code error;
    Entries found = entries(folder, error);
    if (error) errors_.push_back(unreadable(folder, error));
    add(folder, std::move(found));
  }

  void add_maildir_part(const std::string& maildir, std::string_view part) {
    std::error_code error;
    const std::string folder = fmt::format("{}/{}", maildir, part);
    Entries found = entries(folder, error);
    if (error) errors_.push_back(unreadable(folder, error));
    for (Listed& file : found.files) {
      file.maildir = maildir;
      add_file(std::move(file));
    }
  }

  void add_file(Listed&& file) {
    progress_.total += file.bytes;
    listed_.push_back(std::move(file));
  }

  schema::Status open(const Listed& file) {
    current_bytes_ = file.bytes;
    schema::Result<std::unique_ptr<ByteSource>> source = open_file(file.path, false);
    schema::Result<std::unique_ptr<Mailbox>> mailbox =
        source ? file_mailbox(std::move(*source), "file", file.path, limits_, type_) : tl::unexpected(source.error());
    if (!mailbox) {
      progress_.done += std::exchange(current_bytes_, 0);
      return tl::unexpected(mailbox.error());
    }
    current_ = std::move(*mailbox);
    return {};
  }

  schema::Result<std::optional<Message>> maildir_message(const Listed& file) {
    progress_.done += file.bytes;
    const std::string unique = maildir_unique_name(file_name(file.path));
    schema::Result<std::unique_ptr<ByteSource>> source = open_file(file.path, false);
    if (!source) {
      // Another program has read it meanwhile: it lies in cur/ with other flags now.
      const std::string renamed = find_renamed(file.maildir, unique);
      if (!renamed.empty()) source = open_file(renamed, false);
    }
    if (!source) return tl::unexpected(source.error());
    Message message;
    message.kind = "maildir";
    message.origin = file.maildir;
    message.position = unique;
    if (const schema::Status status = read_up_to(**source, limits_.mail_bytes + 1, message.bytes); !status) {
      return tl::unexpected(status.error());
    }
    message.size = message.bytes.size();
    if (message.size > limits_.mail_bytes) {
      make_too_large(message);
      message.size = std::max(message.size, (*source)->progress().total);
    }
    return message;
  }

  static std::string find_renamed(const std::string& maildir, const std::string& unique) {
    std::error_code error;
    for (const Listed& file : entries(maildir + "/cur", error).files) {
      if (maildir_unique_name(file_name(file.path)) == unique) return file.path;
    }
    return "";
  }

  Limits limits_;
  InputType type_;
  std::deque<Listed> listed_;
  std::deque<schema::Error> errors_;  // folders that could not be listed
  std::unique_ptr<Mailbox> current_;  // the file being read
  std::uint64_t current_bytes_ = 0;   // its size
  Progress progress_;
};

}  // namespace

bool is_maildir(const std::string& folder) {
  std::error_code error;
  return fs::is_directory(fs::symlink_status(folder + "/cur", error)) &&
         fs::is_directory(fs::symlink_status(folder + "/new", error));
}

std::string maildir_unique_name(const std::string& file_name) {
  for (const std::string_view flags : {":2,", ";2,", "!2,"}) {
    const std::size_t at = file_name.rfind(flags);
    if (at != std::string::npos && at > 0) return file_name.substr(0, at);
  }
  return file_name;
}

schema::Result<std::unique_ptr<Mailbox>> folder_mailbox(const std::string& folder, const Limits& limits,
                                                        InputType type) {
  auto mailbox = std::make_unique<FolderMailbox>(limits, type);
  if (const schema::Status listed = mailbox->list(folder); !listed) return tl::unexpected(listed.error());
  return mailbox;
}

}  // namespace ingest
