// Between a slow server and the database: one thread fetches, another stores, and the database is held only while there
// is something to write.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "ingest/limits.h"
#include "ingest/mailbox.h"

namespace ingest {

class FetchQueue : public Mailbox {
 public:
  // The side of the server.

  // Waits while the queue is full. False: nothing is stored any more.
  bool push(Message&& message);
  void close();  // no more will come
  // What is committed since this was last asked.
  std::vector<std::pair<Message, Fate>> take_done();

  // The side of the database.

  // Until there is something; false: there will be nothing any more.
  bool wait_for_mail();
  // None: nothing came for a while, or the database was held long enough. Another run may follow.
  schema::Result<std::optional<Message>> next() override;
  schema::Status mark_done(const Message& message, Fate fate) override;
  void begin_run() { run_began_ = std::chrono::steady_clock::now(); }
  void fail();  // what was given out will not be stored

 private:
  // Large enough that neither side waits for the other, small enough for a small machine.
  static constexpr std::size_t most_bytes = 16 * MiB;
  static constexpr std::size_t most_mails = 500;
  static constexpr std::chrono::milliseconds lull{300};
  static constexpr std::chrono::seconds longest_run{10};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
  bool closed_ = false, failed_ = false;
  std::vector<std::pair<Message, Fate>> done_;
  std::chrono::steady_clock::time_point run_began_;
};

}  // namespace ingest
