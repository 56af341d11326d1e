#include "ingest/fetch_queue.h"

namespace ingest {

bool FetchQueue::push(Message&& message) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failed_ || (bytes_ < most_bytes && messages_.size() < most_mails); });
  if (failed_) return false;
  bytes_ += message.bytes.size();
  messages_.push_back(std::move(message));
  changed_.notify_all();
  return true;
}

void FetchQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

std::vector<std::pair<Message, Fate>> FetchQueue::take_done() {
  const std::lock_guard lock(mutex_);
  return std::exchange(done_, {});
}

bool FetchQueue::wait_for_mail() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failed_ || closed_ || !messages_.empty(); });
  return !failed_ && !messages_.empty();
}

schema::Result<std::optional<Message>> FetchQueue::next() {
  std::unique_lock lock(mutex_);
  if (std::chrono::steady_clock::now() - run_began_ > longest_run) return std::optional<Message>();
  changed_.wait_for(lock, lull, [&] { return failed_ || closed_ || !messages_.empty(); });
  if (failed_ || messages_.empty()) return std::optional<Message>();
  std::optional<Message> message(std::move(messages_.front()));
  messages_.pop_front();
  bytes_ -= message->bytes.size();
  changed_.notify_all();
  return message;
}

schema::Status FetchQueue::mark_done(const Message& message, Fate fate) {
  const std::lock_guard lock(mutex_);
  done_.emplace_back(message, fate);
  return {};
}

void FetchQueue::fail() {
  const std::lock_guard lock(mutex_);
  failed_ = true;
  messages_.clear();
  changed_.notify_all();
}

}  // namespace ingest
