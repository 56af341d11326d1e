#include "ingest/reading_queue.h"

#include <algorithm>
#include <utility>

#include "ingest/content_kind.h"

namespace ingest {

Limits reading_limits(const Message& message, const Limits& limits) {
  const bool own_archive = message.kind == "file" && content(message.bytes).kind != ContentKind::mail;
  return own_archive ? import_limits(limits) : limits;
}

namespace {

std::size_t records_of(const PreparedReading& reading) {
  std::size_t records = 0;
  for (const auto& attachment : reading.attachments) {
    for (const auto& document : attachment.documents) {
      if (document.report) records += document.report->records.size();
    }
  }
  return records;
}

}  // namespace

ReadingQueue::ReadingQueue(MessageReader reader, const IngestSettings& settings)
    : reader_(std::move(reader)), settings_(settings) {
  for (int i = 0; i < std::max(1, settings.readers); ++i) threads_.emplace_back([this] { read_mails(); });
}

ReadingQueue::~ReadingQueue() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  to_read_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void ReadingQueue::push(QueuedMail mail) {
  ++count_;
  bytes_ += mail.message.bytes.size();
  auto slot = std::make_shared<Slot>();
  slot->begun = slot->read = !mail.needs_reading;
  slot->is_large = mail.message.bytes.size() > large_mail_bytes;
  slot->mail = std::make_unique<QueuedMail>(std::move(mail));
  {
    const std::lock_guard lock(mutex_);
    slots_.push_back(std::move(slot));
  }
  to_read_.notify_one();
}

std::unique_ptr<QueuedMail> ReadingQueue::take() {
  std::unique_lock lock(mutex_);
  was_read_.wait(lock, [this] { return slots_.front()->read; });
  auto mail = std::move(slots_.front()->mail);
  records_ -= slots_.front()->records;
  slots_.pop_front();
  to_read_.notify_all();  // there is room for records, or the oldest has not been begun
  --count_;
  bytes_ -= mail->message.bytes.size();
  return mail;
}

std::shared_ptr<ReadingQueue::Slot> ReadingQueue::next_to_read() const {
  const auto next = std::ranges::find_if(
      slots_, [this](const auto& slot) { return !slot->begun && !(slot->is_large && reads_large_); });
  const bool may_read = next != slots_.end() && (next == slots_.begin() || records_ < most_records);
  return may_read ? *next : nullptr;
}

void ReadingQueue::read_mails() {
  std::unique_lock lock(mutex_);
  for (;;) {
    to_read_.wait(lock, [this] { return ends_ || next_to_read(); });
    if (ends_) return;
    const auto slot = next_to_read();
    slot->begun = true;
    reads_large_ = reads_large_ || slot->is_large;
    lock.unlock();
    const Message& message = slot->mail->message;
    slot->mail->reading = prepared_reading(reader_, message.bytes, message.name,
                                           reading_limits(message, settings_.limits), settings_.now());
    lock.lock();
    slot->records = records_of(slot->mail->reading);
    records_ += slot->records;
    slot->read = true;
    was_read_.notify_one();
    if (slot->is_large) {
      reads_large_ = false;
      to_read_.notify_all();
    }
  }
}

}  // namespace ingest
