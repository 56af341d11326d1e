#include "ingest/worker_pool.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>

#include "ingest/reading_codec.h"
#include "ingest/sandbox.h"

namespace ingest {
namespace {

using schema::Result;
using schema::Status;
using Clock = std::chrono::steady_clock;

// The socket to a worker, within a deadline.
class Conversation {
 public:
  Conversation(int socket, Clock::time_point end) : socket_(socket), end_(end) {}

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (count > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno != EINTR && !((errno == EAGAIN || errno == EWOULDBLOCK) && wait_for(POLLOUT))) {
        return false;
      }
    }
    return true;
  }

  std::size_t read(char* to, std::size_t size) {
    for (;;) {
      const ssize_t count = ::recv(socket_, to, size, MSG_DONTWAIT);
      if (count > 0) {
        heard_ = true;
        return static_cast<std::size_t>(count);
      }
      if (count == 0) return 0;
      if (errno != EINTR && !((errno == EAGAIN || errno == EWOULDBLOCK) && wait_for(POLLIN))) return 0;
    }
  }

  bool heard() const { return heard_; }  // anything at all
  bool late() const { return late_; }

 private:
  bool wait_for(short event) {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now());
      pollfd descriptor{socket_, event, 0};
      const int ready = left.count() > 0 ? ::poll(&descriptor, 1, static_cast<int>(left.count())) : 0;
      if (ready > 0) return true;
      if (ready < 0 && errno == EINTR) continue;
      late_ = ready == 0;
      return false;
    }
  }

  const int socket_;
  const Clock::time_point end_;
  bool heard_ = false, late_ = false;
};

// What the worker may use for its next mail.
Status grant(const Worker& worker, const WorkerLimits& limits) {
  const auto failed = [](std::string_view what) {
    return schema::unavailable("sandbox", fmt::format("{}: {}", what, std::generic_category().message(errno)));
  };
  clockid_t clock{};
  timespec used{};
  if ((errno = ::clock_getcpuclockid(worker.process, &clock)) != 0 || ::clock_gettime(clock, &used) != 0)
    return failed("the processor time of the reader of mails");
  const auto grant_one = [&](__rlimit_resource resource, std::size_t amount) {
    rlimit limit{};
    if (::prlimit(worker.process, resource, nullptr, &limit) != 0) return false;
    limit.rlim_cur = std::min<rlim_t>(amount, limit.rlim_max);
    return ::prlimit(worker.process, resource, &limit, nullptr) == 0;
  };
  if (!grant_one(RLIMIT_CPU, static_cast<std::size_t>(used.tv_sec + 1 + limits.processor.count())))
    return failed("RLIMIT_CPU");
  if (!sanitized && !grant_one(RLIMIT_AS, limits.memory_bytes)) return failed("RLIMIT_AS");
  return {};
}

tl::unexpected<schema::Error> died(std::string_view code, std::string message) {
  return schema::unexpected({schema::ErrorKind::malformed, std::string(code), std::move(message), std::nullopt});
}

// What its end says about the mail.
tl::unexpected<schema::Error> cause_of_death(int status, const WorkerLimits& limits) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGXCPU)
      return died("cpu",
                  fmt::format("Reading the mail took more than {} seconds of computing.", limits.processor.count()));
    if (signal == SIGKILL)
      return died("memory", "The system ended the program that read the mail, most likely for want of memory.");
    if (signal == SIGSYS)
      return died("worker_crash",
                  "The program that read the mail tried to do what its sandbox forbids, and was ended.");
    const char* name = ::sigabbrev_np(signal);
    return died("worker_crash", fmt::format("The program that read the mail was ended by the signal SIG{}.",
                                            name != nullptr ? name : std::to_string(signal)));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == exit_no_memory)
    return died("memory", fmt::format("Reading the mail took more than {} MiB of memory.", limits.memory_bytes / MiB));
  return died("worker_crash", fmt::format("The program that read the mail ended unexpectedly, with the status {}.",
                                          WEXITSTATUS(status)));
}

}  // namespace

WorkerPool::~WorkerPool() {
  for (Idle& idle : idle_) starter_.end(idle.worker, true);
}

Status WorkerPool::check() {
  auto worker = take();
  if (!worker) return schema::unexpected(std::move(worker.error()));
  auto granted = grant(*worker, starter_.limits());
  give_back(*worker);
  return granted;
}

Result<Worker> WorkerPool::take() {
  {
    // One that is about to end for want of work is not asked.
    const auto too_long = std::chrono::milliseconds(starter_.limits().idle) / 2;
    std::unique_lock lock(mutex_);
    while (!idle_.empty()) {
      Idle idle = idle_.back();
      idle_.pop_back();
      if (Clock::now() - idle.since < too_long) return idle.worker;
      lock.unlock();
      starter_.end(idle.worker, true);
      lock.lock();
    }
  }
  return starter_.start();
}

// What ended a worker is read again by a new one: what other mails left behind in the old ones is none of its doing.
Result<Worker> WorkerPool::take_for(std::string_view bytes) {
  bool deadly = false;
  {
    const std::lock_guard lock(mutex_);
    deadly = !deadly_.empty() && deadly_.erase(std::hash<std::string_view>()(bytes)) > 0;
  }
  return deadly ? starter_.start() : take();
}

void WorkerPool::give_back(Worker worker) {
  if (worker.mails >= starter_.limits().mails) {
    starter_.end(worker, true);
    return;
  }
  const std::lock_guard lock(mutex_);
  idle_.push_back({worker, Clock::now()});
}

template <typename Answer, typename Read>
Result<Answer> WorkerPool::ask(const WorkerRequest& request, Read read) {
  const WorkerLimits limits = worker_limits(request.limits, starter_.limits());
  for (;;) {
    auto worker = take_for(request.bytes);
    if (!worker) return schema::unexpected(std::move(worker.error()));
    if (auto granted = grant(*worker, limits); !granted) {
      starter_.end(*worker, true);
      return schema::unexpected(std::move(granted.error()));
    }
    Conversation conversation(worker->socket, Clock::now() + limits.wall);
    const auto request_out =
        std::make_unique<WireWriter>([&](std::string_view bytes) { return conversation.write(bytes); });
    write_request(*request_out, request);
    const auto wire =
        std::make_unique<WireReader>([&](char* to, std::size_t size) { return conversation.read(to, size); });
    auto answer = read(*wire, limits);
    const bool fresh = worker->mails++ == 0;
    if (wire->good()) {
      give_back(*worker);
      return answer;
    }
    // Two ways to be wrong: it says nonsense, or nothing more.
    const bool silent = conversation.late() || wire->fault() == WireReader::too_early;
    const int status = starter_.end(*worker, conversation.late() || !silent);
    const bool was_idle = WIFEXITED(status) && WEXITSTATUS(status) == exit_unused && !conversation.heard();
    if (was_idle && !fresh) continue;
    {
      const std::lock_guard lock(mutex_);
      deadly_.insert(std::hash<std::string_view>()(request.bytes));
    }
    if (conversation.late())
      return died("timeout", fmt::format("Reading the mail took more than {} seconds.", limits.wall.count()));
    if (!silent)
      return died("worker_crash",
                  fmt::format("What the program that read the mail said cannot be true: {}.", wire->fault()));
    return cause_of_death(status, limits);
  }
}

PreparedReading WorkerPool::read(std::string_view bytes, std::string_view name, const Limits& limits,
                                 std::int64_t now) {
  const WorkerRequest request{WorkerRequest::Kind::reading, bytes, name, now, 0, limits};
  auto answer = ask<PreparedReading>(request, [&](WireReader& wire, const WorkerLimits& worker) {
    return read_reading(wire, limits, worker.memory_bytes);
  });
  if (answer) return std::move(*answer);
  PreparedReading reading;
  reading.worker_died = answer.error().kind != schema::ErrorKind::unavailable;
  reading.refused = std::move(answer.error());
  return reading;
}

Result<std::string> WorkerPool::document(std::string_view attachment, std::uint32_t number, const Limits& limits) {
  const WorkerRequest request{WorkerRequest::Kind::document, attachment, "", 0, number, limits};
  auto answer = ask<Result<std::string>>(
      request, [&](WireReader& wire, const WorkerLimits&) { return read_document(wire, limits); });
  if (!answer) return schema::unexpected(std::move(answer.error()));
  return std::move(*answer);
}

}  // namespace ingest
