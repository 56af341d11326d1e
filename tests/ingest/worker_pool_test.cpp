// Readers in processes of their own, with a reader that does what a taken-over one would try.
#include "ingest/worker_pool.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <set>
#include <thread>

#include "ingest/ingester.h"
#include "ingest/sandbox.h"
#include "tests/support/catch.h"
#include "tests/support/check_ledger.h"
#include "tests/support/fake_mail.h"
#include "tests/support/pack.h"
#include "tests/support/store.h"

extern char** environ;

using ingest::MessageReading;
using ingest::PreparedReading;
using ingest::WorkerLimits;
using ingest::WorkerPool;
using ingest::WorkerStarter;

namespace {

std::string outcome_of(long result) {
  return result >= 0 ? "done" : "refused";
}

// Open descriptors besides the socket, and besides what a sanitizer writes to.
int others_open() {
  int count = 0;
  for (int descriptor = ingest::sanitized ? 3 : 1; descriptor < 256; ++descriptor)
    if (::read(descriptor, nullptr, 0) == 0 || errno != EBADF) ++count;
  return count;
}

// What a mail makes the worker do, and what the worker tells of it in the subject.
std::string act(std::string_view deed) {
  static int mails = 0;
  ++mails;
  if (deed == "count") return std::to_string(mails);
  if (deed == "open") return outcome_of(::open("/etc/passwd", O_RDONLY));
  if (deed == "create") return outcome_of(::open("/tmp/ruadar-was-here", O_WRONLY | O_CREAT, 0600));
  if (deed == "socket") return outcome_of(::socket(AF_INET, SOCK_STREAM, 0));
  if (deed == "fork") return outcome_of(::fork());
  if (deed == "exec") return outcome_of(::execl("/bin/true", "true", nullptr));
  if (deed == "kill") return outcome_of(::kill(::getppid(), 0));
  if (deed == "trace") return outcome_of(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
  if (deed == "raise") {
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    return outcome_of(::setrlimit(RLIMIT_CPU, &all));
  }
  if (deed == "execute") {
    void* const page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? "refused" : "done";
  }
  if (deed == "descriptors") return std::to_string(others_open());
  if (deed == "environment") return *environ == nullptr && std::getenv("PATH") == nullptr ? "empty" : "there";
  if (deed == "allocate") {
    volatile char* const bytes = new char[std::size_t{2} * 1024 * ingest::MiB];
    bytes[0] = 1;
    return "done";
  }
  if (deed == "spin")
    for (;;) std::atomic_signal_fence(std::memory_order_seq_cst);
  if (deed == "wait")
    for (;;) ::syscall(SYS_ppoll, nullptr, 0, nullptr, nullptr, 0);
  if (deed == "abort") std::abort();
  if (deed == "fault") *reinterpret_cast<volatile int*>(std::uintptr_t{16}) = 1;
  if (deed == "leave") ::_exit(0);
  if (deed == "leave when old") {
    if (mails > 2) ::_exit(9);
    return std::to_string(mails);
  }
  if (deed == "lie") {
    const std::string nonsense(100'000, '\xff');
    if (::write(0, nonsense.data(), nonsense.size()) < 0) return "refused";
  }
  if (deed == "big") return std::string(4000, 'x');
  return "nothing";
}

MessageReading read(std::string_view bytes, std::string_view name, const ingest::Limits& limits, std::int64_t now) {
  if (bytes.starts_with("mail\n")) return tests::FakeReader()(bytes, name, limits, now);
  MessageReading reading;
  reading.headers.subject = act(bytes);
  return reading;
}

WorkerLimits quick() {
  WorkerLimits limits;
  limits.processor = std::chrono::seconds(1);
  return limits;
}

struct Workers {
  explicit Workers(const WorkerLimits& limits = quick())
      : starter(std::move(*WorkerStarter::begin(read, limits))), pool(*starter) {}
  PreparedReading ask(std::string_view deed) { return pool.read(deed, "", {}, 0); }
  std::string code(std::string_view deed) {
    const auto reading = ask(deed);
    return reading.refused ? reading.refused->code : "answered " + reading.headers.subject;
  }
  std::unique_ptr<WorkerStarter> starter;
  WorkerPool pool;
};

// A sanitizer's worker is refused what another one is ended for.
bool is_stopped(Workers& workers, std::string_view deed) {
  const auto reading = workers.ask(deed);
  const bool ended = reading.worker_died && reading.refused->code == "worker_crash";
  return ended || reading.headers.subject == "refused";
}

}  // namespace

TEST_CASE("a worker reads nothing but its mail") {
  Workers workers;
  CHECK(workers.ask("open").headers.subject == "refused");
  CHECK(workers.ask("create").headers.subject == "refused");
  CHECK(::access("/tmp/ruadar-was-here", F_OK) != 0);
  CHECK(workers.ask("descriptors").headers.subject == "0");
  CHECK(workers.ask("environment").headers.subject == "empty");
}

TEST_CASE("a worker starts nothing, connects to nothing, signals nobody, loosens nothing") {
  Workers workers;
  for (const char* const deed : {"socket", "fork", "exec", "kill", "trace", "raise", "execute"}) {
    CAPTURE(deed);
    CHECK(is_stopped(workers, deed));
    CHECK(workers.ask("anything").headers.subject == "nothing");
  }
}

TEST_CASE("what ends a worker is told apart, and the next mail gets another") {
  Workers workers;
  CHECK(workers.code("leave") == "worker_crash");
  CHECK(workers.code("lie") == "worker_crash");
  if (!ingest::sanitized) {
    CHECK(workers.code("abort") == "worker_crash");
    CHECK(workers.code("fault") == "worker_crash");
    CHECK(workers.ask("fault").refused->message.find("SIGSEGV") != std::string::npos);
    CHECK(workers.ask("socket").refused->message.find("sandbox") != std::string::npos);
  }
  CHECK(workers.code("spin") == "cpu");
  CHECK(workers.ask("anything").headers.subject == "nothing");
}

TEST_CASE("memory beyond the limit is refused, and the worker lives on") {
  if (ingest::sanitized) return;
  Workers workers;
  const auto reading = workers.ask("allocate");
  REQUIRE(reading.refused);
  CHECK(reading.refused->code == "memory");
  CHECK_FALSE(reading.worker_died);
}

TEST_CASE("a worker that does not answer is ended at the deadline") {
  WorkerLimits limits = quick();
  limits.wall = std::chrono::seconds(1);
  Workers workers(limits);
  CHECK(workers.code("wait") == "timeout");
  CHECK(workers.ask("wait").worker_died);
  CHECK(workers.ask("anything").headers.subject == "nothing");
}

TEST_CASE("processor time is counted for each mail") {
  WorkerLimits limits;
  limits.processor = std::chrono::seconds(2);
  // Together they take more than one mail may; the same worker survives it.
  std::set<std::string> counts;
  const auto spend = [](std::string_view, std::string_view, const ingest::Limits&, std::int64_t) {
    const std::clock_t end = std::clock() + CLOCKS_PER_SEC;
    while (std::clock() < end) continue;
    static int mails = 0;
    MessageReading reading;
    reading.headers.subject = std::to_string(++mails);
    return reading;
  };
  const auto starter = std::move(*WorkerStarter::begin(spend, limits));
  WorkerPool pool(*starter);
  for (int i = 0; i < 4; ++i) counts.insert(pool.read("mail", "", {}, 0).headers.subject);
  CHECK(counts == std::set<std::string>{"2", "3", "4", "5"});  // the first was to warm up
}

TEST_CASE("a worker serves a limited number of mails") {
  WorkerLimits limits = quick();
  limits.mails = 3;
  Workers workers(limits);
  std::vector<std::string> counts;
  for (int i = 0; i < 5; ++i) counts.push_back(workers.ask("count").headers.subject);
  CHECK(counts == std::vector<std::string>{"2", "3", "4", "2", "3"});
}

TEST_CASE("a worker that ended for want of work costs no mail anything") {
  WorkerLimits limits = quick();
  limits.idle = std::chrono::seconds(0);
  Workers workers(limits);
  for (int i = 0; i < 20; ++i) {
    const auto reading = workers.ask("anything");
    CHECK_FALSE(reading.worker_died);
    CHECK(reading.headers.subject == "nothing");
  }
}

TEST_CASE("many threads share the workers") {
  Workers workers;
  std::atomic<int> good = 0, crashed = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        if (workers.ask("anything").headers.subject == "nothing") ++good;
        if (i % 5 == 0 && workers.code("leave") == "worker_crash") ++crashed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 100);
  CHECK(crashed == 20);
}

TEST_CASE("what ended a worker is read again by a new one") {
  Workers workers;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) workers.ask("count");
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(workers.code("leave when old") == "worker_crash");
  CHECK(workers.code("leave when old") == "answered 2");  // the first one of each is to warm up
}

TEST_CASE("large mails and large answers go through") {
  Workers workers;
  CHECK(workers.ask(std::string(20'000'000, 'x')).headers.subject == "nothing");
  CHECK(workers.ask("big").headers.subject.size() == 4000);
}

TEST_CASE("a document is unpacked by a worker") {
  Workers workers;
  const std::string packed = tests::gzip("<feedback/>");
  CHECK(workers.pool.document(packed, 0, {}).value() == "<feedback/>");
  CHECK(workers.pool.document(packed, 1, {}).error().code == "not_found");
  CHECK(workers.pool.document(packed.substr(0, packed.size() / 2), 0, {}).error().code == "archive_truncated");
}

TEST_CASE("larger limits of the operator's own archives give a worker more") {
  const auto usual = ingest::worker_limits({});
  CHECK(usual.memory_bytes == WorkerLimits().memory_bytes);
  const auto own = ingest::worker_limits(ingest::import_limits());
  CHECK(own.memory_bytes > usual.memory_bytes);
  CHECK(own.processor > usual.processor);
  CHECK(own.wall > own.processor);
}

TEST_CASE("a mail that ends its worker twice is put aside, and its neighbours are stored") {
  Workers workers;
  tests::Store store;
  tests::FakeMailbox mailbox({"mail\nreport a\n", "leave", "mail\nreport b\n", "lie", "mail\nreport c\n"});
  const auto reader = [&](auto bytes, auto name, const auto& limits, auto now) {
    return workers.pool.read(bytes, name, limits, now);
  };
  const auto totals = ingest::Ingester(store.writer(), {}, reader).ingest(mailbox, "import");
  REQUIRE(totals);
  CHECK(totals->mails == 5);
  CHECK(totals->of(schema::Outcome::stored) == 3);
  CHECK(totals->of(schema::Outcome::quarantined) == 2);
  CHECK(store.number("SELECT count(*) FROM failure WHERE code = 'worker_crash'") == 2);
  CHECK(store.number("SELECT count(*) FROM death") == 0);
  CHECK(mailbox.done.size() == 5);
  tests::check_ledger(store);
}
