#include "server/api/answer_cache.h"

#include <utility>

namespace server {
namespace {

std::size_t bytes_of(const std::string& question, const Response& response) {
  constexpr std::size_t of_entry = 256;
  std::size_t bytes = of_entry + question.size() + response.body.size();
  for (const auto& [name, value] : response.headers) bytes += name.size() + value.size() + 2 * sizeof(std::string);
  return bytes;
}

}  // namespace

std::optional<Response> AnswerCache::find(std::int64_t generation, const std::string& question) {
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return std::nullopt;
  const auto found = by_question_.find(question);
  if (found == by_question_.end()) return std::nullopt;
  known_.splice(known_.begin(), known_, found->second);
  return known_.front().response;
}

void AnswerCache::keep(std::int64_t generation, const std::string& question, const Response& response) {
  if (response.status != 200 || response.stream) return;
  const auto bytes = bytes_of(question, response);
  if (bytes > limit_bytes_ / 16) return;
  const std::lock_guard lock(mutex_);
  if (generation < generation_) return;  // somebody has seen newer data meanwhile
  if (generation > generation_) {
    by_question_.clear();
    known_.clear();
    bytes_ = 0;
    generation_ = generation;
  }
  if (by_question_.contains(question)) return;
  known_.push_front({question, response, bytes});
  by_question_.emplace(known_.front().question, known_.begin());
  bytes_ += bytes;
  while (bytes_ > limit_bytes_) drop_oldest();
}

void AnswerCache::drop_oldest() {
  bytes_ -= known_.back().bytes;
  by_question_.erase(known_.back().question);
  known_.pop_back();
}

}  // namespace server
