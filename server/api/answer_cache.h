// Answers that were given lately, so that the same question about the same data is worked out once. Bounded in bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server/api/exchange.h"

namespace server {

// For several threads at a time.
class AnswerCache {
 public:
  explicit AnswerCache(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // `generation`: of the data. `question`: all that the answer depends on besides, who asks included.
  std::optional<Response> find(std::int64_t generation, const std::string& question);
  // Keeps the answer unless it is a stream, no success, or larger than a sixteenth of the whole. What was known of older
  // data goes.
  void keep(std::int64_t generation, const std::string& question, const Response& response);

 private:
  struct Known {
    std::string question;
    Response response;
    std::size_t bytes;
  };
  void drop_oldest();

  const std::size_t limit_bytes_;
  std::mutex mutex_;
  std::int64_t generation_ = -1;
  std::size_t bytes_ = 0;
  std::list<Known> known_;  // the latest first
  std::unordered_map<std::string_view, std::list<Known>::iterator> by_question_;
};

}  // namespace server
