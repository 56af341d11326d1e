// Answers that were given lately, so that the same question about the same data is worked out once. While somebody
// stores reports, the data changes many times a second: what took long to work out is then given a moment longer, so
// that an import leaves time for those who read. Bounded in bytes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
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
  using Clock = std::chrono::steady_clock;
  // An answer about older data is given for so many times as long as it took, at most for `longest`.
  static constexpr int times_as_long = 20;

  explicit AnswerCache(std::size_t limit_bytes, Clock::duration longest = std::chrono::seconds(5))
      : limit_bytes_(limit_bytes), longest_(longest) {}

  // `generation`: of the data. `question`: all that the answer depends on besides, who asks included. `being_written`:
  // whether somebody stores reports at this moment; asked where there is an answer about older data only.
  std::optional<Response> find(std::int64_t generation, const std::string& question,
                               const std::function<bool()>& being_written);
  // Keeps the answer unless it is a stream, no success, or larger than a sixteenth of the whole; in place of one about
  // older data. `begun`: when it was begun to be worked out.
  void keep(std::int64_t generation, const std::string& question, const Response& response, Clock::time_point begun);
  // Somebody who asks here has changed something: from now on nobody is given what is older.
  void changed();

 private:
  struct Known {
    std::string question;
    std::int64_t generation;
    Response response;
    std::size_t bytes;
    Clock::time_point begun, good_until;  // the latter where there is newer data
  };
  using Place = std::list<Known>::iterator;
  void drop(Place known);

  const std::size_t limit_bytes_;
  const Clock::duration longest_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::list<Known> known_;  // the latest first
  std::unordered_map<std::string_view, Place> by_question_;
  Clock::time_point changed_ = Clock::time_point::min();
};

}  // namespace server
