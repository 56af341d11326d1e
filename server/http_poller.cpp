#include "server/http_poller.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "server/log.h"

namespace server {

HttpPoller::HttpPoller(const HttpLimits& limits, std::function<std::string(int status)> refusal,
                       const TlsCertificate* certificate)
    : limits_(limits),
      refusal_(std::move(refusal)),
      certificate_(certificate),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      thread_([this] { run(); }) {}

HttpPoller::~HttpPoller() {
  stop_now();
}

void HttpPoller::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.fd(), &one, sizeof one);
}

void HttpPoller::add(Socket socket) {
  {
    const std::lock_guard lock(mutex_);
    fresh_.push_back(std::move(socket));
  }
  wake();
}

std::unique_ptr<Exchange> HttpPoller::next() {
  std::unique_lock lock(mutex_);
  requests_come_.wait(lock, [this] { return closed_for_workers_ || !requests_.empty(); });
  if (requests_.empty()) return nullptr;
  auto exchange = std::move(requests_.front());
  requests_.pop_front();
  return exchange;
}

void HttpPoller::finish(std::unique_ptr<Exchange> exchange) {
  {
    const std::lock_guard lock(mutex_);
    finished_.push_back(std::move(exchange));
  }
  wake();
}

void HttpPoller::stop() {
  end_by(Clock::now() + limits_.drain);
}

void HttpPoller::stop_now() {
  end_by(Clock::now());
}

void HttpPoller::end_by(Clock::time_point patience_ends) {
  patience_ends_ = patience_ends.time_since_epoch().count();
  stopping_ = true;
  wake();
  if (thread_.joinable()) thread_.join();
}

bool HttpPoller::out_of_patience() const {
  return stopping_ && Clock::now().time_since_epoch().count() >= patience_ends_;
}

void HttpPoller::run() {
  for (;;) {
    wait_for_events();
    adopt_finished();
    adopt_fresh();
    expire(Clock::now());
    sweep();
    if (stopping_ && (connections_.empty() || out_of_patience())) break;
  }
  const std::lock_guard lock(mutex_);
  closed_for_workers_ = true;
  requests_.clear();
  requests_come_.notify_all();
}

void HttpPoller::wait_for_events() {
  std::vector<pollfd> events;
  events.reserve(connections_.size() + 1);
  events.push_back({wake_.fd(), POLLIN, 0});
  auto soonest = Clock::now() + std::chrono::seconds(1);
  for (const auto& [fd, connection] : connections_) {
    if (connection.state == State::working) continue;
    soonest = std::min(soonest, connection.deadline);
    events.push_back({fd, connection.waits_for, 0});
  }
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(soonest - Clock::now()).count() + 1;
  if (::poll(events.data(), events.size(), static_cast<int>(std::max<long long>(timeout, 0))) < 0) return;

  if (events.front().revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(wake_.fd(), &count, sizeof count);
  }
  for (std::size_t i = 1; i < events.size(); ++i) {
    if (events[i].revents == 0) continue;
    Connection& connection = connections_.at(events[i].fd);
    if (connection.state == State::sending) {
      send(connection);
    } else {
      receive(connection);
    }
  }
  sweep();
}

void HttpPoller::adopt_fresh() {
  std::vector<Socket> fresh;
  {
    const std::lock_guard lock(mutex_);
    fresh.swap(fresh_);
  }
  for (Socket& socket : fresh) {
    if (stopping_) continue;
    const int fd = socket.fd();
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

    Connection connection;
    connection.peer = peer_of(fd);
    connection.transport = certificate_ != nullptr ? certificate_->transport(fd) : plain_transport(fd);
    connection.waits_for = POLLIN;
    connection.socket = std::move(socket);
    connection.since = Clock::now();
    connection.deadline = connection.since + limits_.head_deadline;
    const bool room = make_room(connection.peer);
    ++clients_[connection.peer.client];
    Connection& adopted = connections_.emplace(fd, std::move(connection)).first->second;
    if (!room) refuse(adopted, 503);
  }
}

// At a limit, whoever has kept us waiting longest for a request goes: slow clients cost each other, not the others.
bool HttpPoller::make_room(const Peer& peer) {
  const auto client = clients_.find(peer.client);
  const bool too_many_of_client =
      !peer.loopback && client != clients_.end() && client->second >= limits_.connections_per_client;
  if (!too_many_of_client && connections_.size() < limits_.connections) return true;
  Connection* slowest = nullptr;
  for (auto& [fd, connection] : connections_) {
    const bool waiting = connection.state == State::head || connection.state == State::body;
    const bool eligible = waiting && (!too_many_of_client || connection.peer.client == peer.client);
    if (eligible && (slowest == nullptr || connection.since < slowest->since)) slowest = &connection;
  }
  if (slowest == nullptr) return false;
  close(*slowest);
  sweep();
  return true;
}

void HttpPoller::receive(Connection& connection) {
  std::array<char, 65536> bytes;
  // A record of TLS is smaller than this, so that nothing stays behind which poll() cannot see.
  const ssize_t count = connection.transport->receive(bytes.data(), bytes.size());
  connection.waits_for = count == Transport::blocked ? connection.transport->waits_for() : short{POLLIN};
  if (count == Transport::blocked) return;
  if (count == Transport::over) return close(connection);
  if (connection.state == State::lingering) return;
  connection.received.append(bytes.data(), static_cast<std::size_t>(count));
  received_bytes_ += static_cast<std::size_t>(count);
  if (received_bytes_ > limits_.received_bytes) return refuse(connection, 503);
  take_requests(connection);
}

// Goes as far with the bytes received as they allow: to the head, to the body, to a worker.
void HttpPoller::take_requests(Connection& connection) {
  if (connection.state == State::head) {
    const std::size_t end = connection.received.find("\r\n\r\n");
    if (std::min(end, connection.received.size()) > limits_.head_bytes - 4) return refuse(connection, 431);
    if (end == std::string::npos) return;
    auto head = check_head(std::string_view(connection.received).substr(0, end + 4), limits_);
    if (!head) return refuse(connection, head.error());
    connection.received.erase(0, end + 4);
    received_bytes_ -= end + 4;
    connection.head = std::move(*head);
    if (limits_.unasked_body_bytes > 0 && connection.head.content_length > limits_.unasked_body_bytes)
      return ask(connection);
    begin_body(connection);
  }
  if (connection.received.size() >= connection.head.content_length) enqueue(connection);
}

// What was received of the body waits with us, the rest in the socket.
void HttpPoller::ask(Connection& connection) {
  auto exchange = std::make_unique<Exchange>();
  exchange->body_to_come = true;
  hand_over(connection, std::move(exchange));
}

void HttpPoller::begin_body(Connection& connection) {
  const auto body_seconds =
      std::chrono::seconds(connection.head.content_length / std::max<std::size_t>(limits_.slowest_bytes_per_second, 1));
  connection.state = State::body;
  connection.waits_for = POLLIN;
  connection.deadline = Clock::now() + limits_.body_deadline + body_seconds;
  if (connection.head.expects_continue && connection.received.size() < connection.head.content_length) {
    // curl says so for every large file. A few bytes always fit into the buffer of a connection that sent none.
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    connection.transport->send(go_on.data(), go_on.size());
  }
}

void HttpPoller::enqueue(Connection& connection) {
  auto exchange = std::make_unique<Exchange>();
  connection.in_hand = connection.head.content_length;
  std::string rest = connection.received.substr(connection.in_hand);
  connection.received.resize(connection.in_hand);
  exchange->body = std::exchange(connection.received, std::move(rest));
  hand_over(connection, std::move(exchange));
}

void HttpPoller::hand_over(Connection& connection, std::unique_ptr<Exchange> exchange) {
  exchange->socket = connection.socket.fd();
  exchange->transport = connection.transport.get();
  exchange->secure = certificate_ != nullptr;
  exchange->remote_ip = connection.peer.ip;
  exchange->head = std::move(connection.head);
  {
    const std::lock_guard lock(mutex_);
    if (requests_.size() < limits_.waiting_requests) {
      connection.state = State::working;
      requests_.push_back(std::move(exchange));
    }
  }
  if (connection.state != State::working) return refuse(connection, 503);
  requests_come_.notify_one();
}

void HttpPoller::adopt_finished() {
  std::vector<std::unique_ptr<Exchange>> finished;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  for (auto& exchange : finished) {
    Connection& connection = connections_.at(exchange->socket);
    if (exchange->admitted) {
      connection.head = std::move(exchange->head);
      begin_body(connection);
      take_requests(connection);
      continue;
    }
    received_bytes_ -= std::exchange(connection.in_hand, 0);
    if (unsent_bytes_ > 0 && unsent_bytes_ + exchange->answer.size() > limits_.unsent_bytes) {
      refuse(connection, 503);
      continue;
    }
    connection.unsent = std::move(exchange->answer);
    connection.keep_alive = exchange->keep_alive && !stopping_;
    connection.sent = 0;
    unsent_bytes_ += connection.unsent.size();
    connection.state = State::sending;
    connection.deadline = Clock::now() + limits_.write_deadline;
    send(connection);
  }
}

void HttpPoller::send(Connection& connection) {
  while (connection.sent < connection.unsent.size()) {
    const ssize_t count = connection.transport->send(connection.unsent.data() + connection.sent,
                                                     connection.unsent.size() - connection.sent);
    if (count == Transport::blocked) {
      connection.waits_for = connection.transport->waits_for();
      return;
    }
    if (count < 0) return close(connection);
    connection.sent += static_cast<std::size_t>(count);
    connection.deadline = Clock::now() + limits_.write_deadline;
  }
  sent_all(connection);
}

void HttpPoller::sent_all(Connection& connection) {
  unsent_bytes_ -= connection.unsent.size();
  connection.unsent = {};
  connection.waits_for = POLLIN;
  if (connection.keep_alive) {
    connection.state = State::head;
    connection.since = Clock::now();
    connection.deadline = connection.since + limits_.head_deadline;
    return take_requests(connection);
  }
  // Closing a socket with unread bytes resets it, and the client may lose the answer.
  char byte = 0;
  const bool unread = ::recv(connection.socket.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  connection.transport->finish();
  if (!unread) return close(connection);
  connection.state = State::lingering;
  connection.deadline = Clock::now() + limits_.linger;
}

void HttpPoller::refuse(Connection& connection, int status) {
  if (limits_.refused) limits_.refused(status);
  if (limits_.log_refusals)
    log_event(LogLevel::info, "http_refused", {{"status", std::to_string(status)}, {"address", connection.peer.ip}});
  received_bytes_ -= connection.received.size() + std::exchange(connection.in_hand, 0);
  connection.received = {};
  const std::string answer = refusal_(status);
  connection.transport->send(answer.data(), answer.size());
  connection.transport->finish();
  connection.waits_for = POLLIN;
  connection.state = State::lingering;
  connection.deadline = Clock::now() + limits_.linger;
}

void HttpPoller::expire(Clock::time_point now) {
  for (auto& [fd, connection] : connections_) {
    if (connection.state == State::working) continue;
    const bool silent = connection.state == State::head && connection.received.empty();
    if (silent && stopping_) {
      close(connection);
    } else if (connection.deadline <= now) {
      const bool waiting = connection.state == State::head || connection.state == State::body;
      if (waiting && !silent) {
        refuse(connection, 408);
      } else {
        close(connection);
      }
    }
  }
}

// Only marks it, so that nobody's iterator dies; sweep() follows.
void HttpPoller::close(Connection& connection) {
  closed_.push_back(connection.socket.fd());
}

void HttpPoller::sweep() {
  for (int fd : closed_) {
    const auto at = connections_.find(fd);
    if (at == connections_.end()) continue;
    Connection& connection = at->second;
    received_bytes_ -= connection.received.size() + connection.in_hand;
    unsent_bytes_ -= connection.unsent.size();
    const auto client = clients_.find(connection.peer.client);
    if (--client->second == 0) clients_.erase(client);
    connections_.erase(at);
  }
  closed_.clear();
}

}  // namespace server
