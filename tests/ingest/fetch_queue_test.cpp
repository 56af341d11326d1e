#include "ingest/fetch_queue.h"

#include <thread>

#include "tests/support/catch.h"

using namespace ingest;

namespace {

Message message(const std::string& position, std::size_t bytes = 1) {
  Message message;
  message.position = position;
  message.bytes = std::string(bytes, 'x');
  return message;
}

}  // namespace

TEST_CASE("a fetch queue gives what is pushed, tells back what is done, and then that there is no more") {
  FetchQueue queue;
  std::vector<std::string> stored;
  bool marked = true;  // Catch takes assertions of one thread at a time
  std::thread storing([&] {
    while (queue.wait_for_mail()) {
      queue.begin_run();
      for (auto next = queue.next(); *next; next = queue.next()) {
        stored.push_back((*next)->position);
        marked = queue.mark_done(**next, Fate::done) && marked;
      }
    }
  });
  for (int i = 0; i < 2000; ++i) REQUIRE(queue.push(message(std::to_string(i), 20000)));
  queue.close();
  storing.join();
  CHECK(marked);
  REQUIRE(stored.size() == 2000);
  CHECK(stored.front() == "0");
  CHECK(stored.back() == "1999");
  CHECK(queue.take_done().size() == 2000);
  CHECK(queue.take_done().empty());
}

TEST_CASE("a run over a fetch queue ends when nothing comes, and another can follow") {
  FetchQueue queue;
  queue.begin_run();
  CHECK_FALSE(*queue.next());
  queue.push(message("1"));
  CHECK(queue.wait_for_mail());
  queue.begin_run();
  CHECK((*queue.next())->position == "1");
}

TEST_CASE("when storing fails, the one who pushes is told at once") {
  FetchQueue queue;
  std::thread failing([&] {
    queue.wait_for_mail();
    queue.fail();
  });
  bool pushed = true;
  for (int i = 0; i < 1000 && pushed; ++i) pushed = queue.push(message("x", 100000));
  failing.join();
  CHECK_FALSE(queue.push(message("y")));
  CHECK_FALSE(queue.wait_for_mail());
}
