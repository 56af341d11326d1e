// Owns every connection while a client has something to send or to take, so that no slow client ever keeps a worker:
// workers see complete requests and leave complete answers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/http_head.h"
#include "server/http_limits.h"
#include "server/socket.h"
#include "server/transport.h"

namespace server {

// A complete request in the hands of a worker, and its answer.
struct Exchange {
  int socket = -1;                 // stays the poller's
  Transport* transport = nullptr;  // the same; for answers that a worker sends itself
  bool secure = false;             // it is TLS
  std::string remote_ip;
  RequestHead head;
  std::string body;

  bool body_to_come = false;  // the head alone: whether the body should be read
  bool admitted = false;      // it should

  std::string answer;       // what remains to be sent when the worker is done
  bool keep_alive = false;  // another request may follow on this connection
};

class HttpPoller {
 public:
  // `refusal` gives the whole response for a status, as bytes. With a certificate, which outlives it, connections are
  // TLS.
  HttpPoller(const HttpLimits& limits, std::function<std::string(int status)> refusal,
             const TlsCertificate* certificate);
  ~HttpPoller();
  HttpPoller(const HttpPoller&) = delete;
  HttpPoller& operator=(const HttpPoller&) = delete;

  // Takes over a fresh connection. From any thread, as all below.
  void add(Socket socket);
  // For workers: the next request, in order of completion; null when the server stops.
  std::unique_ptr<Exchange> next();
  // For workers: sends what is left of the answer, then closes the connection or waits for the next request.
  void finish(std::unique_ptr<Exchange> exchange);
  // No further requests; those that have begun get until limits.drain. Returns when all is done.
  void stop();
  // The same without patience.
  void stop_now();
  // The time for requests in hand is over: streams should end.
  bool out_of_patience() const;

 private:
  using Clock = std::chrono::steady_clock;
  enum class State { head, body, working, sending, lingering };
  struct Connection {
    Socket socket;
    std::unique_ptr<Transport> transport;
    short waits_for = 0;  // what poll() is to look for
    Peer peer;
    State state = State::head;
    Clock::time_point since;     // of waiting for a request
    Clock::time_point deadline;  // of the present state
    std::string received;        // not yet part of a request in hand
    std::size_t in_hand = 0;     // bytes of the body a worker has
    RequestHead head;
    std::string unsent;
    std::size_t sent = 0;
    bool keep_alive = false;
  };
  using Connections = std::map<int, Connection>;  // by descriptor

  void run();
  void wait_for_events();
  void adopt_fresh();
  void adopt_finished();
  bool make_room(const Peer& peer);
  void receive(Connection& connection);
  void take_requests(Connection& connection);
  void ask(Connection& connection);
  void begin_body(Connection& connection);
  void enqueue(Connection& connection);
  void hand_over(Connection& connection, std::unique_ptr<Exchange> exchange);
  void send(Connection& connection);
  void sent_all(Connection& connection);
  void refuse(Connection& connection, int status);
  void expire(Clock::time_point now);
  void close(Connection& connection);
  void sweep();
  void wake();
  void end_by(Clock::time_point patience_ends);

  const HttpLimits limits_;
  const std::function<std::string(int)> refusal_;
  const TlsCertificate* const certificate_;

  // Only the poller's thread.
  Connections connections_;
  std::map<std::string, std::size_t> clients_;
  std::vector<int> closed_;
  std::size_t received_bytes_ = 0;
  std::size_t unsent_bytes_ = 0;

  std::mutex mutex_;
  std::condition_variable requests_come_;
  std::vector<Socket> fresh_;
  std::deque<std::unique_ptr<Exchange>> requests_;
  std::vector<std::unique_ptr<Exchange>> finished_;
  bool closed_for_workers_ = false;

  std::atomic<bool> stopping_{false};
  std::atomic<Clock::time_point::rep> patience_ends_{0};
  Socket wake_;
  std::thread thread_;
};

}  // namespace server
