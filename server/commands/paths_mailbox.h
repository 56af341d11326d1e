// All the paths of a command line as one mailbox, so that importing them is one run.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ingest/file_mailbox.h"
#include "ingest/limits.h"
#include "ingest/mailbox.h"

namespace server {

// Opens one path after the other. One that cannot be opened is an error of next(), and the next one follows.
class PathsMailbox : public ingest::Mailbox {
 public:
  PathsMailbox(std::vector<std::string> paths, ingest::Limits limits, ingest::InputType type = ingest::InputType::any);

  schema::Result<std::optional<ingest::Message>> next() override;
  schema::Status mark_done(const ingest::Message& message, ingest::Fate fate) override;
  // The path as it was given; of several the first, and how many more: "2019.mbox +2".
  std::string name() const;
  // Of one path its own; of several each counts the same.
  ingest::Progress progress() const override;

 private:
  using Place = std::pair<std::string, std::string>;  // origin, position

  const std::vector<std::string> paths_;
  const ingest::Limits limits_;
  const ingest::InputType type_;
  std::size_t opened_ = 0;
  std::shared_ptr<ingest::Mailbox> current_;
  std::multimap<Place, std::shared_ptr<ingest::Mailbox>> not_done_;  // given out; their mailboxes live as long
};

}  // namespace server
