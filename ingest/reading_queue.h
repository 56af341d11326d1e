// Mails that are read beside the writing: handed over and taken back in one order, a bounded number and size at a time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ingest/ingest_settings.h"
#include "ingest/mailbox.h"
#include "ingest/prepared_reading.h"

namespace ingest {

// Archives that the operator imports from disk may hold whole years; what came by mail may not, wherever it lies.
Limits reading_limits(const Message& message, const Limits& limits);

struct QueuedMail {
  Message message;
  std::string sha256;
  bool needs_reading = true;
  PreparedReading reading;
};

// push() and take() are for one thread; the reading happens in others.
class ReadingQueue {
 public:
  // `settings` must outlive it.
  ReadingQueue(MessageReader reader, const IngestSettings& settings);
  ~ReadingQueue();  // waits for the mails that are being read, and forgets the rest
  ReadingQueue(const ReadingQueue&) = delete;
  ReadingQueue& operator=(const ReadingQueue&) = delete;

  // Takes one mail at least, however large. Enough is read beside a commit or a long report that the next ones need not
  // be waited for; what is read takes little more room than the mails themselves (schema/packed_records.h).
  bool full() const { return count_ >= most_mails || bytes_ >= most_bytes; }
  bool empty() const { return count_ == 0; }

  void push(QueuedMail mail);
  // The oldest, when it has been read. Not to be called when empty.
  std::unique_ptr<QueuedMail> take();

 private:
  static constexpr std::size_t most_mails = 512;
  static constexpr std::size_t most_bytes = 8 * MiB;
  // That were read and wait: a small mail can bring thousands. The oldest is read in any case.
  static constexpr std::size_t most_records = 250'000;
  // What such a one unpacks to may take many times its size in the process that reads it: one of them at a time.
  static constexpr std::size_t large_mail_bytes = 512 * KiB;

  struct Slot {
    std::unique_ptr<QueuedMail> mail;
    bool is_large = false;
    bool begun = false;
    bool read = false;
    std::size_t records = 0;
  };
  // The oldest one that may be read; none at the moment.
  std::shared_ptr<Slot> next_to_read() const;
  void read_mails();

  MessageReader reader_;
  const IngestSettings& settings_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;

  std::mutex mutex_;
  std::condition_variable to_read_, was_read_;
  std::deque<std::shared_ptr<Slot>> slots_;  // oldest first
  std::size_t records_ = 0;                  // of those that were read
  bool reads_large_ = false;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace ingest
