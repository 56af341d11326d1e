#include "ingest/worker_starter.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "ingest/failpoint.h"
#include "ingest/give_way.h"
#include "ingest/sandbox.h"
#include "ingest/wire.h"
#include "ingest/worker.h"

extern char** environ;

namespace ingest {
namespace {

using schema::Result;

// What the program asks the starter, one question at a time, and what it answers.
struct Question {
  enum class Kind : std::uint8_t { start, end, end_at_once };
  Kind kind = Kind::start;
  pid_t process = 0;
};
struct Answer {
  pid_t process = 0;
  int number = 0;  // start: errno, or 0; end: the status
};

constexpr int last_words = 1000;  // milliseconds that a worker has to end by itself

tl::unexpected<schema::Error> no_worker(std::string_view what, int reason) {
  return schema::unavailable("sandbox", fmt::format("{}: {}", what, std::generic_category().message(reason)));
}

// The starter's side.

void wipe_environment() {
  for (char** entry = environ; *entry != nullptr; ++entry) explicit_bzero(*entry, std::strlen(*entry));
  *environ = nullptr;
}

// `keep` becomes descriptor 0, the only one; with a sanitizer standard error stays.
void close_all_but(int keep) {
  ::dup2(keep, 0);
  if (sanitized) {
    ::close(1);
    ::closefrom(3);
  } else {
    ::closefrom(1);
  }
}

// Ends with `parent`, whatever ends that.
void end_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent) ::_exit(exit_unused);
}

pid_t start_worker(int socket, const MessageReader& reader, const WorkerLimits& limits) {
  const pid_t starter = ::getpid();
  const pid_t process = ::fork();
  if (process != 0) return process;
  end_with(starter);
  ::prctl(PR_SET_NAME, "ruadar-reader", 0, 0, 0);
  close_all_but(socket);
  run_worker(0, reader, limits);
}

int status_at_end(pid_t process, bool at_once) {
  int status = 0;
  for (int waited = 0; !at_once && waited < last_words; ++waited) {
    const pid_t ended = ::waitpid(process, &status, WNOHANG);
    if (ended == process) return status;
    if (ended < 0 && errno != EINTR) return 0;
    ::usleep(1000);
  }
  ::kill(process, SIGKILL);
  while (::waitpid(process, &status, 0) < 0)
    if (errno != EINTR) return 0;
  return status;
}

// One question, and the descriptor that may come with it; false: the program has ended.
bool receive(Question& question, int& descriptor) {
  descriptor = -1;
  iovec part{&question, sizeof question};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t count = 0;
  do count = ::recvmsg(0, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  if (count != static_cast<ssize_t>(sizeof question)) return false;
  if (const cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr && header->cmsg_type == SCM_RIGHTS)
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return true;
}

[[noreturn]] void run_starter(int socket, pid_t parent, const MessageReader& reader, const WorkerLimits& limits) {
  end_with(parent);
  ::prctl(PR_SET_NAME, "ruadar-starter", 0, 0, 0);
  give_way();
  // A key pressed at the terminal is for the program, which lets what it reads end.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2}) ::signal(signal, SIG_IGN);
  // Whatever the program was started with: ends are waited for, and nothing is held back.
  ::signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // What is broken ends, and its end tells how; nobody else's handler looks at it before.
  if (!sanitized)
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::signal(signal, SIG_DFL);
  close_all_but(socket);
  failpoint("");  // reads its variable while there is one
  wipe_environment();
  bool warm = false;
  Question question;
  int descriptor = -1;
  while (receive(question, descriptor)) {
    Answer answer{question.process, 0};
    if (question.kind == Question::Kind::start) {
      if (!warm) warm_up(reader);
      warm = true;
      answer.process = start_worker(descriptor, reader, limits);
      answer.number = answer.process < 0 ? errno : 0;
      ::close(descriptor);
    } else {
      answer.number = status_at_end(question.process, question.kind == Question::Kind::end_at_once);
    }
    if (::send(0, &answer, sizeof answer, MSG_NOSIGNAL) < 0) break;
  }
  ::_exit(0);  // and the workers with it
}

// The program's side.

bool ask(int socket, const Question& question, int descriptor) {
  Question copy = question;
  iovec part{&copy, sizeof copy};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  ssize_t count = 0;
  do count = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof copy);
}

bool hear(int socket, Answer& answer) {
  ssize_t count = 0;
  do count = ::recv(socket, &answer, sizeof answer, 0);
  while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof answer);
}

// What the worker says first: nothing, or why it has no sandbox.
std::optional<std::string> hello(int socket) {
  WireReader wire([socket](char* to, std::size_t) {
    ssize_t count = 0;
    do count = ::recv(socket, to, 1, 0);  // no more than the text
    while (count < 0 && errno == EINTR);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  });
  std::string text;
  wire.text(text, 4096);
  if (!wire.good()) return std::nullopt;
  return text;
}

}  // namespace

Result<std::unique_ptr<WorkerStarter>> WorkerStarter::begin(MessageReader reader, const WorkerLimits& limits) {
  std::array<int, 2> sockets = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()) != 0)
    return no_worker("socketpair", errno);
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process == 0) run_starter(sockets[1], parent, reader, limits);
  const int reason = errno;
  ::close(sockets[1]);
  if (process > 0) return std::unique_ptr<WorkerStarter>(new WorkerStarter(process, sockets[0], limits));
  ::close(sockets[0]);
  return no_worker("fork", reason);
}

WorkerStarter::~WorkerStarter() {
  ::close(socket_);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
}

Result<Worker> WorkerStarter::start() {
  std::array<int, 2> sockets = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) return no_worker("socketpair", errno);
  Worker worker;
  worker.socket = sockets[0];
  Answer answer;
  bool answered = false;
  {
    const std::lock_guard lock(one_at_a_time_);
    answered = ask(socket_, {Question::Kind::start, 0}, sockets[1]) && hear(socket_, answer);
  }
  ::close(sockets[1]);
  if (!answered || answer.process <= 0) {
    ::close(worker.socket);
    return answered ? no_worker("fork", answer.number)
                    : schema::unavailable("sandbox", "the process that starts the readers of mails has ended");
  }
  worker.process = answer.process;
  const auto problem = hello(worker.socket);
  if (problem && problem->empty()) return worker;
  end(worker, true);
  return schema::unavailable("sandbox", problem.value_or("the reader of mails ended at its start"));
}

int WorkerStarter::end(Worker& worker, bool at_once) {
  ::close(std::exchange(worker.socket, -1));
  Answer answer;
  const std::lock_guard lock(one_at_a_time_);
  const auto kind = at_once ? Question::Kind::end_at_once : Question::Kind::end;
  if (!ask(socket_, {kind, worker.process}, -1) || !hear(socket_, answer)) return 0;
  return answer.number;
}

}  // namespace ingest
