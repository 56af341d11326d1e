#include "server/api/answer_cache.h"

#include <algorithm>
#include <iterator>

namespace server {
namespace {

std::size_t bytes_of(const std::string& question, const Response& response) {
  constexpr std::size_t of_entry = 256;
  std::size_t bytes = of_entry + question.size() + response.body.size();
  for (const auto& [name, value] : response.headers) bytes += name.size() + value.size() + 2 * sizeof(std::string);
  return bytes;
}

}  // namespace

std::optional<Response> AnswerCache::find(std::int64_t generation, const std::string& question,
                                          const std::function<bool()>& being_written) {
  const std::lock_guard lock(mutex_);
  const auto found = by_question_.find(question);
  if (found == by_question_.end()) return std::nullopt;
  const auto known = found->second;
  if (known->generation != generation) {
    const bool still_good =
        known->generation < generation && known->begun > changed_ && Clock::now() < known->good_until;
    if (!still_good || !being_written()) return std::nullopt;
  }
  known_.splice(known_.begin(), known_, known);
  return known->response;
}

void AnswerCache::keep(std::int64_t generation, const std::string& question, const Response& response,
                       Clock::time_point begun) {
  if (response.status != 200 || response.stream) return;
  const auto bytes = bytes_of(question, response);
  if (bytes > limit_bytes_ / 16) return;
  const auto now = Clock::now();
  const auto good_until = now + std::min(times_as_long * (now - begun), longest_);
  const std::lock_guard lock(mutex_);
  if (const auto found = by_question_.find(question); found != by_question_.end()) {
    if (found->second->generation >= generation) return;  // somebody has seen newer data meanwhile
    drop(found->second);
  }
  known_.push_front({question, generation, response, bytes, begun, good_until});
  by_question_.emplace(known_.front().question, known_.begin());
  bytes_ += bytes;
  while (bytes_ > limit_bytes_) drop(std::prev(known_.end()));
}

void AnswerCache::changed() {
  const std::lock_guard lock(mutex_);
  changed_ = Clock::now();
}

void AnswerCache::drop(Place known) {
  bytes_ -= known->bytes;
  by_question_.erase(known->question);
  known_.erase(known);
}

}  // namespace server
